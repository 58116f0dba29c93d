"""What options of sync run do: which accounts and folders, how far, how much at once."""

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.boxes import connected, fill
from tests.conftest import Run
from tests.rig import Mailbox, Rig
from tests.store.processes import Child

LONG_AGO = timedelta(days=400)


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox of Ada, still empty."""
    return connected(run, at_the_rig, "ada", "--provider", hosting, "--owner", "Ada")


def report(run: Run, *options: str, code: int = ExitCode.OK) -> dict[str, Any]:
    """Run a sync and return what it reports."""
    ran = run("sync", "run", "-o", "json", *options)
    assert ran.code == code, ran
    found: dict[str, Any] = json.loads(ran.out)
    return found


def sync(run: Run, *options: str) -> dict[str, Any]:
    """Run a sync and return what it reports of its one account."""
    (account,) = report(run, *options)["accounts"]
    found: dict[str, Any] = account
    return found


def addresses(found: dict[str, Any]) -> list[str]:
    return [account["account"] for account in found["accounts"]]


def counts(run: Run) -> dict[str, int]:
    """Return the numbers of rows that a person has a word for."""
    found: dict[str, int] = json.loads(run("db", "stats", "-o", "json").out)["counts"]
    return found


def subjects(run: Run) -> set[str]:
    return {each["subject"] for each in json.loads(run("message", "list", "-o", "json").out)}


def test_an_owner_has_all_of_their_accounts_synced_and_nobody_elses(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    second = connected(run, at_the_rig, "ada2", "--owner", "Ada")
    connected(run, at_the_rig, "ben", "--owner", "Ben")
    assert addresses(report(run, "--owner", "Ada")) == [box.address, second.address]


def test_an_owner_of_no_account_is_not_found(run: Run, box: Mailbox) -> None:
    ran = run("sync", "run", "--owner", "Nobody")
    assert (ran.code, ran.out) == (ExitCode.NOT_FOUND, ""), box


def test_only_the_folder_that_is_named_is_read(run: Run, at_the_rig: Rig, box: Mailbox) -> None:
    fill(at_the_rig, box, range(2))
    fill(at_the_rig, box, range(2, 5), folder="Work")
    assert sync(run, "--folder", "Work")["stored"] == 3
    assert subjects(run) == {"mail 2", "mail 3", "mail 4"}
    assert sync(run)["stored"] == 2


def test_a_folder_that_is_not_wanted_by_default_is_read_once_it_is_named(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    fill(at_the_rig, box, range(1), folder="Trash")
    assert sync(run)["stored"] == 0
    assert sync(run, "--folder", "Trash")["stored"] == 1


def test_an_account_is_due_at_first_and_not_right_after(run: Run, box: Mailbox) -> None:
    assert addresses(report(run, "--due")) == [box.address]
    assert addresses(report(run, "--due")) == []


def test_what_is_not_due_is_synced_where_nobody_asks_for_that(run: Run, box: Mailbox) -> None:
    report(run, "--due")
    assert addresses(report(run)) == [box.address]


def test_a_run_with_several_jobs_reports_in_the_order_of_the_accounts(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    others = [connected(run, at_the_rig, f"zoe{number}") for number in range(5)]
    for number, each in enumerate((box, *others)):
        fill(at_the_rig, each, range(number * 10, number * 10 + 3))
    one_by_one = addresses(report(run, "--dry-run"))
    found = report(run, "--jobs", "4")
    assert addresses(found) == one_by_one
    assert sorted(one_by_one) == sorted(each.address for each in (box, *others))
    assert [account["stored"] for account in found["accounts"]] == [3] * 6
    assert counts(run)["messages"] == 18


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_jobs_are_a_number_of_at_least_one(run: Run, jobs: str) -> None:
    assert run("sync", "run", "--jobs", jobs).code == ExitCode.USAGE


def test_a_dry_run_tells_what_would_be_stored_and_stores_nothing(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    fill(at_the_rig, box, range(3))
    dry = sync(run, "--dry-run")
    assert (dry["state"], dry["seen"], dry["stored"], dry["failed"]) == ("ok", 3, 3, 0)
    after = counts(run)
    empty = ("messages", "copies", "quarantined", "sync_runs", "folders")
    assert [after[name] for name in empty] == [0] * 5
    assert sync(run)["stored"] == 3


def test_a_dry_run_tells_flags_and_deletions_and_keeps_ours(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    fill(at_the_rig, box, range(3))
    sync(run)
    with at_the_rig.dovecot.login(box.address, box.password) as imap:
        imap.select("INBOX")
        imap.uid("STORE", "1", "+FLAGS", r"(\Flagged)")
        imap.uid("STORE", "2", "+FLAGS", r"(\Deleted)")
        imap.expunge()
    dry = sync(run, "--dry-run")
    assert (dry["stored"], dry["updated"], dry["gone"]) == (0, 1, 1)
    assert counts(run)["gone_copies"] == 0
    assert (sync(run)["gone"], counts(run)["gone_copies"]) == (1, 1)


def test_a_dry_run_leaves_an_account_as_due_as_it_was(run: Run, box: Mailbox) -> None:
    report(run, "--dry-run")
    assert addresses(report(run, "--due")) == [box.address]


def test_a_full_run_changes_nothing_where_nothing_changed(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    fill(at_the_rig, box, range(3))
    sync(run)
    full = sync(run, "--full")
    assert (full["state"], full["stored"], full["updated"], full["gone"]) == ("ok", 0, 0, 0)


def test_a_full_run_mends_what_differs_although_the_server_counts_no_change(
    run: Run, at_the_rig: Rig, box: Mailbox, home: Path
) -> None:
    fill(at_the_rig, box, range(3))
    sync(run)
    with Child("tests.store.children", "lose_copies", home / "mailctl.db", 2) as child:
        assert child.ended() == (0, "")
    assert sync(run)["stored"] == 0
    assert sync(run, "--full")["stored"] == 1
    assert len(subjects(run)) == 3


def test_a_run_that_has_brought_enough_stops_and_the_next_goes_on(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    fill(at_the_rig, box, range(1200))
    first = sync(run, "--max-bytes", "1")
    assert (first["state"], first["error"]) == ("stopped", None)
    assert 0 < first["stored"] < 1200
    second = sync(run)
    assert (second["state"], first["stored"] + second["stored"]) == ("ok", 1200)
    assert counts(run)["messages"] == 1200


def test_limits_count_for_all_accounts_together(run: Run, at_the_rig: Rig, box: Mailbox) -> None:
    other = connected(run, at_the_rig, "zoe")
    for each, numbers in ((box, range(2)), (other, range(2, 4))):
        fill(at_the_rig, each, numbers)
    found = report(run, "--max-bytes", "1")
    assert [account["state"] for account in found["accounts"]] == ["stopped", "stopped"]
    assert sum(account["stored"] for account in found["accounts"]) == 2
    assert report(run)["stored"] == 2


def test_an_account_that_was_stopped_is_still_due(run: Run, at_the_rig: Rig, box: Mailbox) -> None:
    fill(at_the_rig, box, range(2))
    sync(run, "--max-bytes", "1")
    assert addresses(report(run, "--due")) == [box.address]


def test_a_run_that_lasts_too_long_stops_and_the_next_goes_on(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    fill(at_the_rig, box, range(2500))
    first = sync(run, "--max-duration", "1s", "--no-index")
    second = sync(run, "--no-index")
    assert first["state"] in {"stopped", "ok"}
    assert first["seconds"] < 5
    assert first["stored"] + second["stored"] == 2500
    assert counts(run)["messages"] == 2500


@pytest.mark.parametrize(
    "words",
    [
        ("--max-bytes", "0"),
        ("--max-bytes", "much"),
        ("--max-duration", "0"),
        ("--max-duration", "1d"),
        ("--since", "yesterday"),
    ],
)
def test_a_limit_that_is_none_is_wrong_usage(run: Run, words: tuple[str, str]) -> None:
    assert run("sync", "run", *words).code == ExitCode.USAGE


def test_all_mail_is_loaded_whatever_the_period_says(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    fill(at_the_rig, box, range(2), age=LONG_AGO)
    fill(at_the_rig, box, range(2, 3))
    assert sync(run)["stored"] == 1
    assert sync(run, "--since", "all")["stored"] == 2


def test_what_a_wider_run_loaded_stays_when_the_period_counts_again(
    run: Run, at_the_rig: Rig, box: Mailbox
) -> None:
    fill(at_the_rig, box, range(2), age=LONG_AGO)
    sync(run, "--since", "all")
    again = sync(run)
    assert (again["stored"], again["gone"]) == (0, 0)
    assert len(subjects(run)) == 2


def test_a_folder_numbered_anew_loads_mail_whose_number_was_left_before(
    run: Run, at_the_rig: Rig, hosting: str
) -> None:
    box = connected(run, at_the_rig, "ada", "--provider", hosting)
    assert run("account", "set", box.address, "bulk=skip").code == ExitCode.OK
    news = b"From: n@x.example\r\nList-Id: <l.x.example>\r\nSubject: news\r\n\r\nhello\r\n"
    at_the_rig.dovecot.append(box.address, box.password, "Work", news)
    assert sync(run)["skipped"] == {"bulk": 1}
    with at_the_rig.dovecot.login(box.address, box.password) as imap:
        imap.delete("Work")
        wait_for_another_second()
        imap.create("Work")
    fill(at_the_rig, box, range(1), folder="Work")
    sync(run)
    assert subjects(run) == {"mail 0"}


def wait_for_another_second() -> None:
    """Let the clock go on: Dovecot's UIDVALIDITY is a time in seconds."""
    time.sleep(1.1)
