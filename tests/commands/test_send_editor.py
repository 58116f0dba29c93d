"""A mail written at a terminal, in the person's own editor."""

import os
import sys
from pathlib import Path

import pexpect
import pytest

from mailctl.errors import ExitCode
from tests.commands.outgoing import Post, post
from tests.conftest import Run
from tests.rig import Rig


@pytest.fixture
def office(run: Run, at_the_rig: Rig, hosting: str) -> Post:
    return post(run, at_the_rig)


def editor(directory: Path, script: str) -> str:
    """Return the command of an editor that does this to the file $1."""
    path = directory / "editor"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return str(path)


def at_a_terminal(*words: str, editor: str) -> tuple[int | None, str]:
    person = pexpect.spawn(
        sys.executable,
        ["-m", "mailctl", *words],
        timeout=20,
        encoding="utf-8",
        dimensions=(50, 160),
        env={**os.environ, "TERM": "dumb", "VISUAL": editor, "MAILCTL_PAGER": ""},
    )
    person.expect(pexpect.EOF)
    said = str(person.before)
    person.close()
    return person.exitstatus, said


def test_what_is_written_is_sent(office: Post, tmp_path: Path) -> None:
    to, subject = f"s/^To:.*/To: Ben <{office.ben.address}>/", "s/^Subject:.*/Subject: Füße/"
    script = f"""sed -i -e '{to}' -e '{subject}' "$1"; printf 'Hello\\n' >> "$1\""""
    code, said = at_a_terminal(
        "send", "--from", office.ada.address, editor=editor(tmp_path, script)
    )
    assert code == ExitCode.OK, said
    (source,) = office.arrived(office.ben)
    assert b"Hello\r\n" in source
    assert b"Subject: =?utf-8?q?F=C3=BC=C3=9Fe?=" in source


@pytest.mark.parametrize("script", ["true", "exit 1", ': > "$1"', 'printf "To: a\\n\\n" > "$1"'])
def test_what_is_not_written_is_not_sent(office: Post, tmp_path: Path, script: str) -> None:
    words = ("send", "--from", office.ada.address, "--to", office.ben.address)
    code, said = at_a_terminal(*words, editor=editor(tmp_path, script))
    assert code == ExitCode.USAGE, said
    assert office.outbox() == []


def test_an_editor_that_is_none_is_said_to_be(office: Post) -> None:
    words = ("send", "--from", office.ada.address, "--to", office.ben.address)
    code, said = at_a_terminal(*words, editor="/nonexistent/editor")
    assert (code, "does not start" in said) == (ExitCode.USAGE, True)


def test_an_answer_shows_what_it_answers(office: Post, tmp_path: Path) -> None:
    office.send("--to", office.ben.address, "--subject", "Well?", "--body", "How many?")
    office.arrived(office.ben)
    office.run("sync", "run")
    mails = office.told("message", "list", "--account", office.ben.address)
    script = f"""cp "$1" {tmp_path}/shown; sed -i '0,/^$/s//\\nTwo.\\n/' "$1\""""
    code, said = at_a_terminal(
        *("reply", mails[0]["id"], "--from", office.ben.address), editor=editor(tmp_path, script)
    )
    assert code == ExitCode.OK, said
    shown = (tmp_path / "shown").read_text()
    assert f"To: Ädä Lovelace <{office.ada.address}>" in shown
    assert "> How many?" in shown
    (source,) = office.arrived(office.ada)
    assert b"Two.\r\n" in source
    assert source.count(b"> How many?") == 1
