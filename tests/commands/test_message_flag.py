"""message flag: at the server, and in what we hold of it."""

import fcntl
import json
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import connected, fill, mail
from tests.commands.mail_store import listed
from tests.conftest import Run
from tests.rig import Mailbox, Rig


@pytest.fixture
def box(run: Run, hosting: str, at_the_rig: Rig) -> Mailbox:
    """A mailbox with three messages in its inbox, synced."""
    box = connected(run, at_the_rig)
    fill(at_the_rig, box, range(3))
    assert run("sync", "run").code == ExitCode.OK
    return box


def message(run: Run, number: int) -> str:
    """Return the id of a mail that `fill` put there."""
    (found,) = [each for each in listed(run) if each["subject"] == f"mail {number}"]
    return str(found["id"])


def flag(run: Run, *words: str, code: int = ExitCode.OK) -> list[dict[str, object]]:
    ran = run("message", "flag", *words, "-o", "json")
    assert ran.code == code, ran.err
    found: list[dict[str, object]] = json.loads(ran.out)
    return found


def at_server(rig: Rig, box: Mailbox, *, folder: str = "INBOX") -> dict[str, set[str]]:
    """Return the flags that the server has, by subject."""
    with rig.dovecot.login(box.address, box.password) as imap:
        imap.select(folder, readonly=True)
        _, rows = imap.fetch("1:*", "(FLAGS BODY.PEEK[HEADER.FIELDS (SUBJECT)])")
    found = {}
    for row in rows:
        if isinstance(row, tuple):
            head, subject = row
            words = head.decode().partition("FLAGS (")[2].partition(")")[0].split()
            found[subject.decode().partition(": ")[2].strip()] = set(words) - {"\\Recent"}
    return found


def ours(run: Run) -> dict[str, set[str]]:
    return {str(each["subject"]): set(each["flags"]) for each in listed(run)}  # type: ignore[call-overload]


def test_flags_change_at_the_server_and_here(run: Run, rig: Rig, box: Mailbox) -> None:
    first, second = message(run, 0), message(run, 1)
    found = flag(run, first, second, "--seen", "--star", "--add", "work")
    assert {each["id"] for each in found} == {first, second}
    assert all(each["changed"] for each in found)
    wanted = {"\\Seen", "\\Flagged", "work"}
    expected = {"mail 0": wanted, "mail 1": wanted, "mail 2": set()}
    assert at_server(rig, box) == ours(run) == expected
    flag(run, first, "--unseen", "--unstar", "--remove", "work")
    assert at_server(rig, box) == ours(run) == expected | {"mail 0": set()}


def test_the_next_sync_finds_nothing_to_change(run: Run, box: Mailbox) -> None:
    flag(run, message(run, 0), "--seen")
    (account,) = json.loads(run("sync", "run", "-o", "json").out)["accounts"]
    assert (account["stored"], account["updated"], account["gone"]) == (0, 0, 0)


def test_flags_set_elsewhere_meanwhile_stay(run: Run, rig: Rig, box: Mailbox) -> None:
    with rig.dovecot.login(box.address, box.password) as imap:
        imap.select("INBOX")
        imap.uid("STORE", "1:*", "+FLAGS", "(\\Answered)")
    flag(run, message(run, 0), "--seen")
    assert at_server(rig, box)["mail 0"] == ours(run)["mail 0"] == {"\\Answered", "\\Seen"}


def test_every_copy_is_changed(run: Run, rig: Rig, box: Mailbox) -> None:
    zoe = connected(run, rig, "zoe")
    fill(rig, zoe, range(1))
    fill(rig, box, range(1), folder="Sent")
    run("sync", "run")
    found = flag(run, message(run, 0), "--seen")
    assert [(each["account"], each["folder"]) for each in found] == [
        *((box.address, "INBOX"), (box.address, "Sent"), (zoe.address, "INBOX"))
    ]
    assert at_server(rig, zoe)["mail 0"] == {"\\Seen"}
    assert at_server(rig, box, folder="Sent")["mail 0"] == {"\\Seen"}


def test_messages_come_by_a_pipe(run: Run, rig: Rig, box: Mailbox) -> None:
    lines = run("message", "list", "-o", "ndjson").out
    assert run("message", "flag", "-", "--seen", typed=lines).code == ExitCode.OK
    assert set(map(tuple, at_server(rig, box).values())) == {("\\Seen",)}


def test_a_message_that_vanished_is_a_conflict_and_the_others_are_changed(
    run: Run, rig: Rig, box: Mailbox
) -> None:
    with rig.dovecot.login(box.address, box.password) as imap:
        imap.select("INBOX")
        imap.uid("STORE", "1", "+FLAGS", "(\\Deleted)")
        imap.expunge()
    first = message(run, 0)
    ran = run("message", "flag", first, "--seen", "-o", "json")
    assert ran.code == ExitCode.CONFLICT
    assert f"mailctl sync run {box.address}" in json.loads(ran.err)["error"]["hint"]
    assert ours(run)["mail 0"] == set()
    flag(run, first, message(run, 1), "--seen", code=ExitCode.PARTIAL)
    assert at_server(rig, box)["mail 1"] == {"\\Seen"}


def test_a_folder_that_was_numbered_anew_is_left_alone(run: Run, rig: Rig, box: Mailbox) -> None:
    fill(rig, box, range(7, 8), folder="Work")
    run("sync", "run")
    with rig.dovecot.login(box.address, box.password) as imap:
        imap.delete("Work")
        imap.create("Work")
    fill(rig, box, range(8, 9), folder="Work")
    (found,) = flag(run, message(run, 7), "--seen", code=ExitCode.CONFLICT)
    assert "UIDVALIDITY" in str(found["error"])
    assert at_server(rig, box, folder="Work") == {"mail 8": set()}


def test_a_message_that_lies_nowhere_is_a_conflict(run: Run, rig: Rig, box: Mailbox) -> None:
    with rig.dovecot.login(box.address, box.password) as imap:
        imap.select("INBOX")
        imap.uid("STORE", "1", "+FLAGS", "(\\Deleted)")
        imap.expunge()
    first = message(run, 0)
    run("sync", "run")
    (found,) = flag(run, first, "--seen", code=ExitCode.CONFLICT)
    assert (found["account"], found["folder"]) == (None, None)


def test_another_run_is_not_disturbed(run: Run, box: Mailbox, home: Path) -> None:
    first = message(run, 0)
    (lock,) = (home / "locks").glob("acc_*")
    with lock.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        (found,) = flag(run, first, "--seen", code=ExitCode.LOCKED)
    assert found["changed"] is False


def test_a_server_that_is_not_there_changes_nothing(
    run: Run, box: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILCTL_CONNECT_TO", "mail.hosting.example:993:127.0.0.1:1")
    (found,) = flag(run, message(run, 0), "--seen", code=ExitCode.TEMPORARY)
    assert found["flags"] == []
    assert ours(run)["mail 0"] == set()


def test_a_refused_sign_in_is_noted(run: Run, rig: Rig, box: Mailbox) -> None:
    rig.dovecot.add_user(box.address, "another password")
    (found,) = flag(run, message(run, 0), "--seen", code=ExitCode.AUTHORISATION)
    assert found["changed"] is False
    (account,) = json.loads(run("account", "list", "-o", "json").out)
    assert account["state"] == "auth-required"


def test_a_disabled_account_is_left_alone(run: Run, rig: Rig, box: Mailbox) -> None:
    run("account", "disable", box.address)
    flag(run, message(run, 0), "--seen", code=ExitCode.USAGE)
    assert at_server(rig, box)["mail 0"] == set()


def test_imported_mail_has_flags_of_its_own(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(1))
    run("message", "import", str(tmp_path / "a.eml"))
    (found,) = flag(run, message(run, 1), "--seen", "--add", "work")
    assert found["flags"] == ["\\Seen", "work"]
    assert ours(run)["mail 1"] == {"\\Seen", "work"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "no flag is named"),
        (["--add", "a b"], "'a b' is no flag"),
        (["--add", ""], "'' is no flag"),
        (["--add", "\\Nonsense"], "is no flag"),
        (["--add", "x\r\nA1 LOGOUT"], "is no flag"),
        (["--add", "ü"], "is no flag"),
        (["--add", "(x)"], "is no flag"),
        (["--seen", "--remove", "SEEN"], "is to be added and removed"),
    ],
)
def test_what_is_no_change_is_refused(run: Run, words: list[str], said: str) -> None:
    ran = run("message", "flag", "msg_000000000000", *words)
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert said in ran.err
