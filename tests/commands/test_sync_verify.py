"""sync verify: the store compared with the server, every kind of difference made on purpose."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import break_password, connected, fill
from tests.conftest import Run
from tests.rig import Mailbox, Rig

LONG_AGO = "'2026-01-01T00:00:00Z'"
INBOX = "(SELECT id FROM folder WHERE path = 'INBOX')"


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox with messages in two folders, old and new, that has been synced."""
    made = connected(run, at_the_rig, "ada", "--provider", hosting)
    fill(at_the_rig, made, range(2), age=timedelta(days=60))
    fill(at_the_rig, made, range(2, 6))
    fill(at_the_rig, made, range(6, 8), folder="Sent")
    assert run("sync", "run").code == ExitCode.OK
    return made


def verified(run: Run, *options: str, code: int = ExitCode.OK) -> dict[str, dict[str, object]]:
    """Return how the folders of the one account compare, by path."""
    ran = run("sync", "verify", "-o", "json", *options)
    assert ran.code == code, ran.out + ran.err
    report = json.loads(ran.out)
    assert report["equal"] is (code == ExitCode.OK)
    (account,) = report["accounts"]
    return {folder["path"]: folder for folder in account["folders"]}


def change(home: Path, *statements: str) -> None:
    with closing(sqlite3.connect(home / "mailctl.db", isolation_level=None)) as database:
        for statement in statements:
            database.execute(statement)


def expunge(rig: Rig, box: Mailbox, uid: int) -> None:
    with rig.dovecot.login(box.address, box.password) as connection:
        connection.select("INBOX")
        connection.uid("STORE", str(uid), "+FLAGS", r"(\Deleted)")
        connection.expunge()


@pytest.mark.usefixtures("box")
def test_a_store_that_is_as_it_should_be_is_equal(run: Run, home: Path) -> None:
    before = sha256((home / "mailctl.db").read_bytes()).digest()
    found = verified(run)
    inbox = found["INBOX"]
    assert (inbox["messages"], inbox["held"], inbox["outside_period"]) == (6, 4, 2)
    assert (inbox["checked"], found["Sent"]["checked"]) == (4, 2)
    assert "Junk" not in found
    assert sha256((home / "mailctl.db").read_bytes()).digest() == before
    assert verified(run, "--sample", "1")["INBOX"]["checked"] == 1
    assert verified(run, "--sample", "0", "--all")["INBOX"]["checked"] == 4
    assert list(verified(run, "--folder", "Sent")) == ["Sent"]


def test_what_is_missing_is_named(run: Run, at_the_rig: Rig, box: Mailbox, home: Path) -> None:
    change(home, f"DELETE FROM message_copy WHERE uid = 4 AND folder_id = {INBOX}")
    fill(at_the_rig, box, range(8, 9))
    inbox = verified(run, code=ExitCode.PARTIAL)["INBOX"]
    assert (inbox["missing"], inbox["extra"], inbox["different"]) == ([4, 7], [], [])
    assert (inbox["messages"], inbox["held"], inbox["outside_period"]) == (7, 3, 2)


def test_what_is_there_no_more_is_extra(run: Run, at_the_rig: Rig, box: Mailbox) -> None:
    expunge(at_the_rig, box, 6)
    assert verified(run, code=ExitCode.PARTIAL)["INBOX"]["extra"] == [6]


def test_all_of_a_folder_that_is_there_no_more_is_extra(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    fill(at_the_rig, box, range(8, 10), folder="Work")
    run("sync", "run")
    with at_the_rig.dovecot.login(box.address, box.password) as connection:
        connection.delete("Work")
    assert verified(run, "--folder", "Work", code=ExitCode.PARTIAL)["Work"]["extra"] == [1, 2]


def test_other_flags_are_named(run: Run, at_the_rig: Rig, box: Mailbox) -> None:
    with at_the_rig.dovecot.login(box.address, box.password) as connection:
        connection.select("INBOX")
        connection.uid("STORE", "5", "+FLAGS", r"(\Flagged)")
    assert verified(run, code=ExitCode.PARTIAL)["INBOX"]["reflagged"] == [5]
    run("sync", "run")
    assert verified(run)["INBOX"]["equal"] is True


OF_THREE = f"uid = 3 AND folder_id = {INBOX}"
ANOTHERS = f"SELECT source_id FROM message_copy WHERE uid = 4 AND folder_id = {INBOX}"
ITS_OWN = f"SELECT source_id FROM message_copy WHERE {OF_THREE}"


@pytest.mark.usefixtures("box")
@pytest.mark.parametrize(
    "damage",
    [
        f"UPDATE message_copy SET source_id = ({ANOTHERS}) WHERE {OF_THREE}",
        f"UPDATE source SET packed = x'00' WHERE id = ({ITS_OWN})",
    ],
    ids=["another message", "damaged"],
)
def test_other_bytes_are_named(run: Run, home: Path, damage: str) -> None:
    change(home, damage)
    assert verified(run, "--all", code=ExitCode.PARTIAL)["INBOX"]["different"] == [3]


@pytest.mark.usefixtures("box")
def test_what_a_policy_left_is_no_difference_and_what_is_unread_is_one(
    run: Run, home: Path
) -> None:
    change(
        home,
        f"DELETE FROM message_copy WHERE uid IN (3, 4) AND folder_id = {INBOX}",
        f"INSERT INTO skipped VALUES ({INBOX}, 3, 'bulk')",
        f"INSERT INTO quarantine VALUES ({INBOX}, 4, 'odd', 1, {LONG_AGO}, {LONG_AGO})",
    )
    (account,) = json.loads(run("account", "list", "-o", "json").out)
    run("account", "set", account["id"], "bulk=skip")
    inbox = verified(run, code=ExitCode.PARTIAL)["INBOX"]
    assert (inbox["left"], inbox["quarantined"], inbox["missing"]) == (1, [4], [])
    change(home, f"DELETE FROM message_copy WHERE folder_id = {INBOX}", "DELETE FROM quarantine")
    run("account", "set", account["id"], "bulk=load")
    assert verified(run, code=ExitCode.PARTIAL)["INBOX"]["missing"] == [3, 4, 5, 6]


@pytest.mark.usefixtures("box")
def test_a_period_that_was_widened_makes_what_is_older_missing(run: Run) -> None:
    (account,) = json.loads(run("account", "list", "-o", "json").out)
    run("account", "set", account["id"], "period=90d")
    inbox = verified(run, code=ExitCode.PARTIAL)["INBOX"]
    assert (inbox["missing"], inbox["outside_period"]) == ([1, 2], 0)
    run("sync", "run")
    assert verified(run, "--all")["INBOX"]["checked"] == 6


@pytest.mark.usefixtures("box")
def test_a_folder_that_was_numbered_anew_is_said_to_be(run: Run, home: Path) -> None:
    change(home, f"UPDATE message_copy SET numbering = 77 WHERE folder_id = {INBOX}")
    assert verified(run, code=ExitCode.PARTIAL)["INBOX"]["renumbered"] is True


def test_a_failing_account_does_not_stop_the_others(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    other = break_password(run, at_the_rig, "ben")
    ran = run("sync", "verify", "-o", "json")
    assert ran.code == ExitCode.PARTIAL
    first, second = json.loads(ran.out)["accounts"]
    assert (first["account"], first["equal"], first["error"]) == (box.address, True, None)
    assert second["error"]["code"] == "authentication-refused"
    assert json.loads(ran.err)["error"]["account"] == other.address
    assert run("sync", "verify", other.address).code == ExitCode.AUTHORISATION
    assert run("sync", "verify", box.address, "--folder", "Nope").code == ExitCode.NOT_FOUND


def test_it_is_told_folder_by_folder(run: Run, at_the_rig: Rig, box: Mailbox) -> None:
    lines = run("sync", "verify", "-o", "ndjson").out.splitlines()
    assert [json.loads(line)["path"] for line in lines] == ["INBOX", "Sent"]
    assert "INBOX" in run("sync", "verify").out
    silent = run("sync", "verify", "--quiet")
    assert (silent.code, silent.out, silent.err) == (ExitCode.OK, "", "")
    expunge(at_the_rig, box, 6)
    assert run("sync", "verify", "--quiet").err == f"mailctl: {box.address}: INBOX: 1 extra\n"
