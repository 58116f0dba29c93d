"""message purge: what is forgotten, and what is not."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from mailctl.domain.syncing import Uid, Vanished
from mailctl.errors import ExitCode
from mailctl.store import copies, maintenance
from tests.commands.mail_store import deliver, listed, opened
from tests.conftest import Run
from tests.store.samples import NOW, NUMBERING, folder, mail


def numbered(number: int) -> bytes:
    return mail(f"mail {number}", message_id=f"<{number}@x>", body=f"word{number}")


def vanish(home: Path, uid: int, *, days: int = 0, path: str = "INBOX") -> None:
    with opened(home) as store, store.writing() as tx:
        vanished = [Vanished(Uid(uid), "expunged")]
        at = NOW - timedelta(days=days)
        copies.mark_gone(tx, folder(tx, path).id, NUMBERING, vanished, at=at)


def purge(run: Run, *words: str, code: int = ExitCode.OK) -> dict[str, str]:
    """Return the states of messages by their subject."""
    ran = run("message", "purge", *words, "-o", "json")
    assert ran.code == code, ran.err
    return {each["subject"]: each["state"] for each in json.loads(ran.out)}


def counts(home: Path) -> tuple[int, ...]:
    with opened(home) as store, store.reading() as tx:
        found = maintenance.counts(tx)
        sources = tx.execute("SELECT count(*) FROM source").fetchone()[0]
    return found["messages"], found["copies"], found["gone_copies"], sources


def test_what_no_server_has_is_forgotten_with_its_bytes(run: Run, home: Path) -> None:
    first, _ = deliver(home, 1, numbered(1)), deliver(home, 2, numbered(2))
    run("sync", "run", "--index-only")
    vanish(home, 1)
    assert len(json.loads(run("message", "search", "word2", "-o", "json").out)) == 1
    assert purge(run, first, "--yes") == {"mail 1": "purged"}
    assert counts(home) == (1, 1, 0, 1)
    assert run("message", "show", first).code == ExitCode.NOT_FOUND
    assert run("db", "check").code == ExitCode.OK


def test_what_a_server_has_is_kept(run: Run, home: Path) -> None:
    first, second = deliver(home, 1, numbered(1)), deliver(home, 2, numbered(2))
    assert purge(run, first, "--yes", code=ExitCode.GUARD) == {"mail 1": "kept"}
    vanish(home, 2)
    found = purge(run, first, second, "--yes", code=ExitCode.PARTIAL)
    assert found == {"mail 1": "kept", "mail 2": "purged"}
    said = json.loads(run("message", "purge", first, "--yes", "-o", "json").err)["error"]
    assert (said["code"], said["messages"]) == ("guard-refused", [first])


def test_a_copy_that_is_left_elsewhere_keeps_the_message(run: Run, home: Path) -> None:
    deliver(home, 1, numbered(1))
    first = deliver(home, 1, numbered(1), path="Sent")
    vanish(home, 1)
    assert purge(run, first, "--yes", code=ExitCode.GUARD) == {"mail 1": "kept"}
    assert purge(run, "--gone", "--yes") == {}
    vanish(home, 1, path="Sent")
    assert purge(run, "--gone", "--yes") == {"mail 1": "purged"}
    assert counts(home) == (0, 0, 0, 0)


def test_bytes_that_another_message_has_stay(run: Run, home: Path) -> None:
    deliver(home, 1, numbered(1))
    deliver(home, 2, numbered(2))
    vanish(home, 1)
    with opened(home) as store, store.writing() as tx:
        tx.execute("UPDATE message_copy SET source_id = 1 WHERE uid = 2")
    assert purge(run, "--gone", "--yes") == {"mail 1": "purged"}
    assert counts(home) == (1, 1, 0, 2)


def test_what_vanished_long_ago_goes(run: Run, home: Path) -> None:
    for number, days in enumerate((1, 50, 100), start=1):
        deliver(home, number, numbered(number))
        vanish(home, number, days=days)
    deliver(home, 9, numbered(9))
    before = (NOW - timedelta(days=60)).date().isoformat()
    assert purge(run, "--older-than", before, "--dry-run") == {"mail 3": "purgeable"}
    assert purge(run, "--older-than", before, "--yes") == {"mail 3": "purged"}
    assert len(purge(run, "--gone", "--yes")) == 2
    assert [each["subject"] for each in listed(run)] == ["mail 9"]


def test_a_dry_run_forgets_nothing_and_asks_nobody(run: Run, home: Path) -> None:
    deliver(home, 1, numbered(1))
    vanish(home, 1)
    assert purge(run, "--gone", "--dry-run") == {"mail 1": "purgeable"}
    assert counts(home) == (1, 0, 1, 1)


def test_nobody_there_is_no(run: Run, home: Path) -> None:
    deliver(home, 1, numbered(1))
    vanish(home, 1)
    ran = run("message", "purge", "--gone")
    assert (ran.code, ran.out) == (ExitCode.GUARD, "")
    assert "--yes" in ran.err
    assert counts(home) == (1, 0, 1, 1)


def test_imported_mail_goes_only_where_it_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(numbered(1))
    run("message", "import", str(tmp_path / "a.eml"))
    assert purge(run, "--gone", "--yes") == {}
    (message,) = listed(run)
    assert purge(run, str(message["id"]), "--yes") == {"mail 1": "purged"}
    assert listed(run) == []


def test_messages_come_by_a_pipe(run: Run, home: Path) -> None:
    first = deliver(home, 1, numbered(1))
    vanish(home, 1)
    ran = run("message", "purge", "-", "--yes", typed=f"{first}\n{first}\n")
    assert ran.code == ExitCode.OK, ran.err
    assert counts(home) == (0, 0, 0, 0)


@pytest.mark.parametrize("words", [[], ["msg_0000000000", "--gone"], ["--older-than", "soon"]])
def test_wrong_usage_is_said(run: Run, words: list[str]) -> None:
    ran = run("message", "purge", *words, "--yes")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")


def test_a_message_that_is_none_is_not_found(run: Run) -> None:
    assert run("message", "purge", "msg_000000000000", "--yes").code == ExitCode.NOT_FOUND
