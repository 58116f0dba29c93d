"""Copies of messages in folders: present, flagged, gone, waiting in quarantine."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from mailctl.domain.folders import Folder
from mailctl.domain.messages import Copy
from mailctl.domain.syncing import Flags, Reflagged, Uid, Vanished
from mailctl.store import copies, messages
from mailctl.store.connection import Store
from tests.store.samples import HOSTILE, NOW, NUMBERING, deliver, folder, mail

SEEN = frozenset({"\\Seen"})


@pytest.fixture
def inbox(store: Store) -> Folder:
    """A folder with the UIDs 1 to 3."""
    with store.writing() as tx:
        made = folder(tx)
        for uid in (1, 2, 3):
            deliver(tx, made, uid, mail(str(uid)))
    return made


def present(store: Store, folder: Folder) -> Mapping[Uid, Flags]:
    return copies.StoredCopies(store, folder.id, NUMBERING).between(Uid(1), Uid(2**32 - 1))


def copies_of(store: Store, subject: str) -> list[Copy]:
    with store.reading() as tx:
        ids = [row["id"] for row in tx.execute("SELECT id FROM message").fetchall()]
        found = [message for one in ids if (message := messages.by_id(tx, one))]
    return [c for m in found if m.envelope.subject == subject for c in m.copies]


def test_copies_are_known_by_range(store: Store, inbox: Folder) -> None:
    known = copies.StoredCopies(store, inbox.id, NUMBERING)
    assert known.between(Uid(2), Uid(3)) == {2: SEEN, 3: SEEN}
    assert known.lowest() == 1
    with store.reading() as tx:
        assert copies.count(tx, inbox.id) == 3


def test_an_empty_folder_has_no_lowest(store: Store) -> None:
    with store.writing() as tx:
        empty = folder(tx)
        assert copies.count(tx, empty.id) == 0
    assert copies.StoredCopies(store, empty.id, NUMBERING).lowest() is None


def test_folders_do_not_share_uids(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        work = folder(tx, "Work")
        deliver(tx, work, 1, mail("1"))
        copies.mark_gone(tx, work.id, NUMBERING, [Vanished(Uid(1), "expunge")], at=NOW)
    assert set(present(store, inbox)) == {1, 2, 3}
    assert present(store, work) == {}


def test_a_copy_that_is_known_stays_as_it_is(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        deliver(tx, inbox, 1, mail("other"))
    assert len(present(store, inbox)) == 3
    assert copies_of(store, "other") == []


def test_flags_become_those_of_the_server(store: Store, inbox: Folder) -> None:
    flags = frozenset({"\\Flagged", HOSTILE})
    with store.writing() as tx:
        copies.reflag(
            tx, inbox.id, NUMBERING, [Reflagged(Uid(2), flags), Reflagged(Uid(3), frozenset())]
        )
    assert present(store, inbox) == {1: SEEN, 2: flags, 3: frozenset()}


def test_a_gone_copy_stays_with_the_time(store: Store, inbox: Folder) -> None:
    later = NOW + timedelta(hours=1)
    with store.writing() as tx:
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(2), "expunge")], at=later)
    assert set(present(store, inbox)) == {1, 3}
    (gone,) = copies_of(store, "2")
    assert (gone.uid, gone.gone_at) == (2, later)


def test_the_first_evidence_of_a_deletion_is_kept(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(2), "expunge")], at=NOW)
        copies.mark_gone(
            tx, inbox.id, NUMBERING, [Vanished(Uid(2), "search")], at=NOW + timedelta(hours=1)
        )
        row = tx.execute("SELECT gone_at, gone_evidence FROM message_copy WHERE uid = 2").fetchone()
    assert tuple(row) == ("2026-01-02T03:04:05Z", "expunge")


def test_a_gone_copy_frees_its_uid(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(2), "uidvalidity")], at=NOW)
        deliver(tx, inbox, 2, mail("new"))
    assert set(present(store, inbox)) == {1, 2, 3}
    assert copies_of(store, "2")[0].gone_at == NOW
    assert copies_of(store, "new")[0].gone_at is None


def test_flags_of_a_gone_copy_stay(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(2), "expunge")], at=NOW)
        copies.reflag(tx, inbox.id, NUMBERING, [Reflagged(Uid(2), frozenset())])
    assert copies_of(store, "2")[0].flags == ("\\Seen",)


def test_a_message_in_quarantine_waits_until_it_is_released(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        for uid in (9, 8):
            copies.quarantine(tx, inbox.id, Uid(uid), HOSTILE, at=NOW)
        assert [each.uid for each in copies.quarantined(tx, inbox.id)] == [8, 9]
        copies.release(tx, inbox.id, [Uid(8)])
        assert copies.quarantined(tx, inbox.id) == [copies.Waiting(Uid(9), 1, NOW)]


def test_each_attempt_is_counted(store: Store, inbox: Folder) -> None:
    later = NOW + timedelta(hours=1)
    with store.writing() as tx:
        copies.quarantine(tx, inbox.id, Uid(9), "first", at=NOW)
        copies.quarantine(tx, inbox.id, Uid(9), "second", at=later)
        row = tx.execute("SELECT reason, attempts, first_at, last_at FROM quarantine").fetchone()
    assert tuple(row) == ("second", 2, "2026-01-02T03:04:05Z", "2026-01-02T04:04:05Z")
