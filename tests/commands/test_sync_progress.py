"""How far a sync is, seen at a terminal and nowhere else."""

import io
import os
import re
import sys
from collections.abc import Iterator, Mapping

import pexpect
import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import connected, fill
from tests.conftest import Run, Spawn
from tests.rig import Mailbox, Rig
from tests.rig.delay import Delay

COLOUR = re.compile(r"\x1b\[(?:\d+;)*(?:3[0-8]|9[0-7])(?:;\d+)*m")

FOLDER = re.compile(r"@\S+ (INBOX|Sent) ")


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox with some hundred messages that nobody has loaded yet."""
    made = connected(run, at_the_rig, "ada", "--provider", hosting, "--period", "all")
    fill(at_the_rig, made, range(600))
    return made


@pytest.fixture
def long_line(at_the_rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A server that is far away, so that there is time to look at the bars."""
    port = at_the_rig.dovecot.ports.imaps
    with Delay(port, round_trip_s=0.4) as far:
        detours = os.environ["MAILCTL_CONNECT_TO"]
        monkeypatch.setenv(
            "MAILCTL_CONNECT_TO", detours.replace(f"127.0.0.1:{port}", f"127.0.0.1:{far.port}")
        )
        yield


def at_a_terminal(*options: str, environment: Mapping[str, str] | None = None) -> str:
    """Run a sync at a terminal and return all that a person sees of it."""
    person = pexpect.spawn(
        sys.executable,
        ["-m", "mailctl", "sync", "run", *options],
        timeout=60,
        encoding="utf-8",
        dimensions=(50, 160),
        env={**os.environ, "TERM": "xterm-256color", **(environment or {})},
    )
    person.logfile_read = seen = io.StringIO()
    person.expect(pexpect.EOF)
    person.close()
    assert person.exitstatus == ExitCode.OK, seen.getvalue()
    return seen.getvalue()


@pytest.mark.usefixtures("long_line")
def test_a_person_sees_accounts_folder_messages_and_index(run: Run, box: Mailbox) -> None:
    seen = at_a_terminal()
    assert "accounts" in seen
    assert FOLDER.search(seen)
    assert box.address in seen
    assert re.search(r"\d+/600 messages, \d+\.\d kB, \d+/s", seen)
    assert re.search(r"making searchable.*/600 messages", seen)
    assert COLOUR.search(seen)
    assert seen.rstrip().splitlines()[-1].startswith(box.address), "the table comes last"
    assert run("message", "list", "--limit", "1").code == ExitCode.OK


@pytest.mark.usefixtures("box", "long_line")
def test_several_accounts_at_once_have_a_bar_each(run: Run, at_the_rig: Rig) -> None:
    other = connected(run, at_the_rig, "ben")
    fill(at_the_rig, other, range(600, 1200), folder="Sent")
    seen = at_a_terminal("--jobs", "2")
    assert re.search(f"{re.escape(other.address)} (INBOX|Sent)", seen)
    assert "1/2" in seen


@pytest.mark.usefixtures("box", "long_line")
@pytest.mark.parametrize(
    ("options", "environment"),
    [(("--color", "never"), {}), ((), {"NO_COLOR": "1"})],
    ids=["--color never", "NO_COLOR"],
)
def test_colour_is_left_out_where_it_is_not_wanted(
    options: tuple[str, ...], environment: dict[str, str]
) -> None:
    seen = at_a_terminal(*options, environment=environment)
    assert FOLDER.search(seen)
    assert COLOUR.search(seen) is None


@pytest.mark.usefixtures("box")
def test_quiet_shows_nothing() -> None:
    assert at_a_terminal("--quiet") == ""


@pytest.mark.usefixtures("box")
def test_lines_of_json_on_the_same_screen_are_not_disturbed() -> None:
    assert "\x1b" not in at_a_terminal("-o", "ndjson")


@pytest.mark.usefixtures("box")
def test_a_terminal_that_cannot_move_its_cursor_shows_the_result_alone() -> None:
    assert "\x1b" not in at_a_terminal(environment={"TERM": "dumb"})


def test_nobody_sees_it_in_a_pipe(spawn: Spawn, box: Mailbox) -> None:
    ran = spawn("sync", "run", "--color", "always")
    assert (ran.code, ran.err) == (ExitCode.OK, "")
    assert box.address in ran.out


@pytest.mark.usefixtures("box")
def test_more_is_told_above_the_bars() -> None:
    seen = at_a_terminal("--verbose")
    assert re.search(r"mailctl: \S+: INBOX: \d+ stored so far", seen)
