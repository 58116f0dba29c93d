"""folder: what a mailbox has, and what of it is synced."""

import json
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import connected, fill
from tests.commands.terminals import at_a_terminal
from tests.conftest import Run, Spawn
from tests.rig import Mailbox, Rig


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox with messages in three folders that nobody has loaded yet."""
    made = connected(run, at_the_rig, "ada", "--provider", hosting)
    fill(at_the_rig, made, range(3))
    fill(at_the_rig, made, range(3, 5), folder="Archive/2025")
    fill(at_the_rig, made, range(5, 6), folder="Junk")
    return made


def listed(run: Run, *words: str) -> dict[str, dict[str, Any]]:
    ran = run("folder", *words, "-o", "json")
    assert ran.code == ExitCode.OK, ran
    return {each["path"]: each for each in json.loads(ran.out)}


def synced(run: Run, *words: str) -> set[str]:
    return {path for path, each in listed(run, *words).items() if each["synced"]}


def chosen(run: Run, box: Mailbox) -> str:
    shown = json.loads(run("account", "show", box.address, "-o", "json").out)
    return str(shown["settings"]["folders"])


def test_folders_are_there_before_anything_is_synced(run: Run, box: Mailbox) -> None:
    found = listed(run, "list", box.address)
    assert {path: each["messages"] for path, each in found.items() if each["messages"]} == {
        "INBOX": 3,
        "Archive/2025": 2,
        "Junk": 1,
    }
    assert next(iter(found)) == "INBOX"
    junk = found["Junk"]
    assert (junk["special_use"], junk["synced"], junk["held"]) == ("junk", False, 0)
    assert found["Archive/2025"]["synced"]


def test_what_is_stored_is_told_beside_what_the_server_has(run: Run, box: Mailbox) -> None:
    run("sync", "run", "--no-index")
    inbox = listed(run, "list", box.address)["INBOX"]
    assert (inbox["messages"], inbox["held"], inbox["at_server"]) == (3, 3, True)
    assert inbox["read_at"]


def test_offline_asks_nobody(run: Run, box: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    run("sync", "run", "--no-index")
    monkeypatch.setenv("MAILCTL_CONNECT_TO", "mail.hosting.example:993:127.0.0.1:1")
    assert run("folder", "list", box.address).code == ExitCode.TEMPORARY
    found = listed(run, "list", box.address, "--offline")
    assert (found["INBOX"]["held"], found["INBOX"]["messages"]) == (3, None)


def test_a_folder_that_the_server_lost_is_told_with_what_is_held(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    run("sync", "run", "--no-index")
    with at_the_rig.dovecot.login(box.address, box.password) as line:
        line.rename("Archive/2025", "Archive/old")
    found = listed(run, "list", box.address)
    assert not found["Archive/2025"]["at_server"]
    assert not found["Archive/2025"]["synced"]
    assert found["Archive/2025"]["held"] == 2
    assert found["Archive/old"]["messages"] == 2


def test_a_folder_is_included_and_then_synced(run: Run, box: Mailbox) -> None:
    assert "Junk" in synced(run, "include", box.address, "Junk")
    assert chosen(run, box) == "default,Junk"
    run("sync", "run", "--no-index")
    assert listed(run, "list", box.address)["Junk"]["held"] == 1


def test_a_folder_that_is_excluded_is_synced_no_longer_and_keeps_its_mail(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    run("sync", "run", "--no-index")
    left = synced(run, "exclude", box.address, "Archive/*")
    assert "Archive/2025" not in left
    assert "INBOX" in left
    fill(at_the_rig, box, range(8, 9), folder="Archive/2025")
    run("sync", "run", "--no-index")
    found = listed(run, "list", box.address)["Archive/2025"]
    assert (found["messages"], found["held"]) == (3, 2)


def test_to_take_a_word_back_leads_to_the_default(run: Run, box: Mailbox) -> None:
    run("folder", "exclude", box.address, "Archive/2025")
    run("folder", "include", box.address, "Archive/2025")
    assert chosen(run, box) == "default"


def test_to_say_it_twice_changes_nothing(run: Run, box: Mailbox) -> None:
    first = run("folder", "include", box.address, "\\Junk", "-o", "json")
    assert run("folder", "include", box.address, "\\Junk", "-o", "json").out == first.out
    assert chosen(run, box) == "default,\\Junk"


@pytest.mark.parametrize("verb", ["include", "exclude"])
def test_a_folder_that_is_not_there_changes_nothing(run: Run, box: Mailbox, verb: str) -> None:
    ran = run("folder", verb, box.address, "INBOX", "Archive/2052")
    assert ran.code == ExitCode.NOT_FOUND
    assert "is Archive/2025 meant?" in ran.err
    assert chosen(run, box) == "default"


def test_the_last_folder_is_not_excluded(run: Run, box: Mailbox) -> None:
    ran = run("folder", "exclude", box.address, "*")
    assert ran.code == ExitCode.USAGE
    assert "no folder would be read" in ran.err
    assert chosen(run, box) == "default"


def test_an_account_that_loads_no_mail_has_none_to_choose(run: Run, box: Mailbox) -> None:
    run("account", "set", box.address, "receive=false")
    ran = run("folder", "list", box.address)
    assert ran.code == ExitCode.USAGE
    assert "receive=true" in ran.err


def test_imported_mail_is_in_no_folder_of_a_server(run: Run, box: Mailbox, tmp_path: Any) -> None:
    (tmp_path / "a.eml").write_bytes(b"Subject: x\r\n\r\ny\r\n")
    assert box.address
    assert run("message", "import", str(tmp_path / "a.eml")).code == ExitCode.OK
    ran = run("folder", "list", "local")
    assert (ran.code, "imported" in ran.err) == (ExitCode.USAGE, True)


def test_a_person_sees_paths_uses_and_numbers(spawn: Spawn, box: Mailbox) -> None:
    said = at_a_terminal(spawn, 100, "folder", "list", box.address).out
    head, _, *rows = said.splitlines()
    assert head.split() == ["PATH", "SPECIAL", "USE", "SYNCED", "MESSAGES", "HELD", "READ", "AT"]
    assert ["INBOX", "inbox", "yes", "3", "0"] in [row.split() for row in rows]
