"""A mail written at a terminal, in the person's own editor."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from mailctl.domain.addresses import Person
from mailctl.errors import ExitCode
from mailctl.mail.parse import read_envelope
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


@contextmanager
def typing_at(*words: str, editor: str) -> "Iterator[pexpect.spawn[str]]":
    person = pexpect.spawn(
        sys.executable,
        ["-m", "mailctl", *words],
        timeout=20,
        encoding="utf-8",
        dimensions=(50, 160),
        env={**os.environ, "TERM": "dumb", "VISUAL": editor, "MAILCTL_PAGER": ""},
    )
    try:
        yield person
    finally:
        person.close()


def at_a_terminal(*words: str, editor: str) -> tuple[int | None, str]:
    with typing_at(*words, editor=editor) as person:
        person.expect(pexpect.EOF)
    return person.exitstatus, str(person.before)


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


def test_what_is_written_and_cannot_be_sent_is_kept(
    office: Post, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    words = ("send", "--from", office.ada.address)
    script = """sed -i 's/^To:.*/To: nobody/' "$1"; echo 'A long letter' >> "$1\""""
    code, said = at_a_terminal(*words, editor=editor(tmp_path, script))
    assert code == ExitCode.USAGE, said
    (kept,) = tmp_path.glob("mailctl-*.txt")
    assert str(kept) in said.replace("\r\n", "")
    assert "A long letter" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    assert office.outbox() == []


@pytest.mark.parametrize(
    ("habit", "code"), [("trap : INT", ExitCode.OK), ("", ExitCode.INTERRUPTED)]
)
def test_an_interrupt_is_the_editors(
    office: Post, tmp_path: Path, habit: str, code: ExitCode
) -> None:
    words = ("send", "--from", office.ada.address, "--to", office.ben.address)
    script = f"""{habit}
    echo ready; read line || read line; echo "$line" >> "$1\""""
    with typing_at(*words, editor=editor(tmp_path, script)) as person:
        person.expect("ready")
        person.sendintr()
        person.sendline("Hello")
        person.expect(pexpect.EOF)
    assert person.exitstatus == code, person.before
    assert len(office.outbox()) == (code == ExitCode.OK)


def test_no_editor_is_opened_for_what_would_be_refused(office: Post, tmp_path: Path) -> None:
    words = ("send", "--from", office.ada.address, "--to", office.ben.address)
    code, said = at_a_terminal(
        *words, "--fields", "nothing", editor=editor(tmp_path, f"touch {tmp_path}/opened")
    )
    assert code == ExitCode.USAGE, said
    assert not (tmp_path / "opened").exists()


@pytest.mark.parametrize("name", ["Lovelace, Ada", 'A "B" <c>', "ada@corp.example", "Ö: x; (y)"])
def test_any_name_can_be_answered(office: Post, tmp_path: Path, name: str) -> None:
    quoted = name.replace('"', '\\"')
    office.rig.dovecot.deliver(
        office.ben.address,
        f'From: "{quoted}" <{office.ada.address}>\r\nTo: {office.ben.address}\r\n'
        "Subject: Hi\r\n\r\nHow many?\r\n".encode(),
    )
    office.run("sync", "run")
    (mail,) = office.told("message", "list", "--account", office.ben.address)
    code, said = at_a_terminal(
        *("reply", mail["id"], "--from", office.ben.address),
        editor=editor(tmp_path, """sed -i '0,/^$/s//\\nTwo.\\n/' "$1\""""),
    )
    assert code == ExitCode.OK, said
    (source,) = office.arrived(office.ada)
    assert read_envelope(source).to == (Person(name, office.ada.address),)


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
