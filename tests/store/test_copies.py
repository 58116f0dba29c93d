"""Copies of messages in folders: present, flagged, gone, waiting in quarantine."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from mailctl.domain.folders import Folder
from mailctl.domain.ids import SourceId
from mailctl.domain.messages import Copy
from mailctl.domain.syncing import Flags, Reflagged, Uid, Vanished
from mailctl.store import copies, holdings, messages, sources
from mailctl.store.connection import Store
from mailctl.store.holdings import StoredHoldings
from tests.store.samples import HOSTILE, NOW, NUMBERING, deliver, folder, id_of, mail

SEEN = frozenset({"\\Seen"})
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def inbox(store: Store) -> Folder:
    """A folder with the UIDs 1 to 3."""
    with store.writing() as tx:
        made = folder(tx)
        for uid in (1, 2, 3):
            deliver(tx, made, uid, mail(str(uid)))
    return made


def present(store: Store, folder: Folder) -> Mapping[Uid, Flags]:
    return holdings.StoredCopies(store, folder.id, NUMBERING).between(Uid(1), Uid(2**32 - 1))


def copies_of(store: Store, subject: str) -> list[Copy]:
    with store.reading() as tx:
        ids = [row["id"] for row in tx.execute("SELECT id FROM message").fetchall()]
        found = [message for one in ids if (message := messages.by_id(tx, one))]
    return [c for m in found if m.envelope.subject == subject for c in m.copies]


def test_copies_are_known_by_range(store: Store, inbox: Folder) -> None:
    known = holdings.StoredCopies(store, inbox.id, NUMBERING)
    assert known.between(Uid(2), Uid(3)) == {2: SEEN, 3: SEEN}
    assert known.lowest() == 1
    with store.reading() as tx:
        assert copies.count(tx, inbox.id) == 3


def test_an_empty_folder_has_no_lowest(store: Store) -> None:
    with store.writing() as tx:
        empty = folder(tx)
        assert copies.count(tx, empty.id) == 0
    assert holdings.StoredCopies(store, empty.id, NUMBERING).lowest() is None


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


def held(store: Store, folder: Folder) -> StoredHoldings:
    return StoredHoldings(store, folder.account, folder.id)


def test_a_folder_numbered_anew_has_its_copies_under_both_numberings(
    store: Store, inbox: Folder
) -> None:
    with store.writing() as tx:
        deliver(tx, inbox, 1, mail("1"), numbering=8)
    assert set(held(store, inbox).numbered(NUMBERING).between(Uid(1), Uid(9))) == {1, 2, 3}
    assert set(held(store, inbox).numbered(8).between(Uid(1), Uid(9))) == {1}
    assert held(store, inbox).numbered(9).lowest() is None


def test_what_the_server_names_is_known_by_its_facts_too(store: Store, inbox: Folder) -> None:
    source = mail("named")
    fact = (NOW, len(source))
    with store.writing() as tx:
        deliver(tx, inbox, 10, source, server_id="M1")
        deliver(tx, folder(tx, "Work"), 1, source, server_id="M1")
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(10), "expunge")], at=NOW)
    asked = [("M1", fact), ("M2", fact), ("M1", (LATER, len(source))), ("M1", (NOW, 1))]
    found = held(store, inbox).identified(asked)
    assert found == {("M1", fact): kept(store, source)}


def test_an_id_that_two_messages_have_names_none(store: Store, inbox: Folder) -> None:
    one, two = mail("1"), mail("2")
    with store.writing() as tx:
        deliver(tx, inbox, 10, one, server_id="M1")
        deliver(tx, inbox, 11, two, server_id="M1")
    assert len(one) == len(two)
    assert held(store, inbox).identified([("M1", (NOW, len(one)))]) == {}


def test_flags_and_deletions_are_of_one_numbering(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        for uid in (1, 2):
            deliver(tx, inbox, uid, mail(str(uid)), numbering=8)
        copies.reflag(tx, inbox.id, 8, [Reflagged(Uid(1), frozenset())])
        copies.mark_gone(tx, inbox.id, 8, [Vanished(Uid(2), "expunge")], at=NOW)
    assert held(store, inbox).numbered(8).between(Uid(1), Uid(9)) == {1: frozenset()}
    assert present(store, inbox) == {1: SEEN, 2: SEEN, 3: SEEN}


@pytest.mark.parametrize("numbering", [NUMBERING + 1, NUMBERING - 1])
def test_copies_of_other_numberings_that_are_not_found_again_are_counted(
    store: Store, inbox: Folder, numbering: int
) -> None:
    with store.writing() as tx:
        assert copies.count_lost(tx, inbox.id, NUMBERING) == 0
        assert copies.count_lost(tx, inbox.id, numbering) == 3
        deliver(tx, inbox, 1, mail("3"), numbering=numbering)
        assert copies.count_lost(tx, inbox.id, numbering) == 2


def test_a_copy_in_another_folder_does_not_count_as_found_again(
    store: Store, inbox: Folder
) -> None:
    with store.writing() as tx:
        deliver(tx, folder(tx, "Work"), 1, mail("1"), numbering=8)
        assert copies.count_lost(tx, inbox.id, 8) == 3


def test_leaving_older_numberings_says_why_and_keeps_the_newest(
    store: Store, inbox: Folder
) -> None:
    with store.writing() as tx:
        work = folder(tx, "Work")
        deliver(tx, work, 1, mail("1"))
        deliver(tx, inbox, 1, mail("1"), numbering=8)
        copies.leave_older_numberings(tx, inbox.id, 8, at=NOW)
        rows = tx.execute(
            "SELECT DISTINCT gone_at, gone_evidence FROM message_copy WHERE gone_at IS NOT NULL"
        ).fetchall()
    assert present(store, inbox) == {}
    assert set(held(store, inbox).numbered(8).between(Uid(1), Uid(9))) == {1}
    assert set(present(store, work)) == {1}
    (row,) = rows
    assert tuple(row) == ("2026-01-02T03:04:05Z", "numbered anew (UIDVALIDITY 8)")


def test_a_folder_that_is_gone_takes_its_copies_with_it(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        work = folder(tx, "Work")
        deliver(tx, work, 1, mail("1"))
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(3), "expunge")], at=NOW)
        assert copies.mark_all_gone(tx, inbox.id, "LIST lacks it", at=NOW) == 2
        assert (copies.count(tx, inbox.id), copies.count(tx, work.id)) == (0, 1)


def test_what_lies_in_another_folder_too_is_not_only_here(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        assert copies.count_only_here(tx, inbox.id) == 3
        deliver(tx, folder(tx, "Work"), 1, mail("1"))
        deliver(tx, folder(tx, address="ben@example.org"), 1, mail("2"))
        assert copies.count_only_here(tx, inbox.id) == 1


def test_what_is_gone_from_the_other_folder_is_only_here(store: Store, inbox: Folder) -> None:
    with store.writing() as tx:
        work = folder(tx, "Work")
        deliver(tx, work, 1, mail("1"))
        copies.mark_gone(tx, work.id, NUMBERING, [Vanished(Uid(1), "expunge")], at=NOW)
        assert copies.count_only_here(tx, inbox.id) == 3


def test_a_mailbox_is_empty_until_any_of_its_folders_has_a_copy(store: Store) -> None:
    with store.writing() as tx:
        inbox, work = folder(tx), folder(tx, "Work")
        deliver(tx, folder(tx, address="ben@example.org"), 1, mail())
    assert held(store, inbox).is_empty()
    with store.writing() as tx:
        deliver(tx, work, 1, mail())
    assert not held(store, inbox).is_empty()


def test_facts_are_alike_only_as_a_pair_and_in_the_same_account(store: Store) -> None:
    short, long = mail("a"), mail("a longer subject")
    with store.writing() as tx:
        inbox = folder(tx)
        deliver(tx, folder(tx, "Work"), 1, short)
        deliver(tx, inbox, 2, long, date=LATER)
        deliver(tx, folder(tx, address="ben@example.org"), 1, mail("ben's"))
    facts = {
        (NOW, len(short)),
        (LATER, len(long)),
        (NOW, len(long)),
        (LATER, len(short)),
        (NOW, len(mail("ben's"))),
    }
    assert held(store, inbox).alike(facts) == {(NOW, len(short)), (LATER, len(long))}


def test_no_facts_are_alike_to_nothing(store: Store, inbox: Folder) -> None:
    assert held(store, inbox).alike(set()) == set()


def test_a_source_is_recognised_by_time_size_and_header(store: Store, inbox: Folder) -> None:
    fact = (NOW, len(mail("1")))
    source = held(store, inbox).with_header(fact, header_of(mail("1")))
    assert source == kept(store, mail("1"))


def test_a_source_that_is_gone_here_is_recognised_where_it_was_moved(
    store: Store, inbox: Folder
) -> None:
    with store.writing() as tx:
        work = folder(tx, "Work")
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(1), "expunge")], at=NOW)
    fact = (NOW, len(mail("1")))
    assert held(store, work).with_header(fact, header_of(mail("1"))) is not None


@pytest.mark.parametrize(
    ("later_s", "longer", "header"),
    [
        (1, 0, None),
        (0, 1, None),
        (0, 0, b"Subject: another\r\n\r\n"),
        (0, 0, b""),
        (0, 0, b"From"),
    ],
    ids=["another-time", "another-size", "another-header", "no-header", "no-field"],
)
def test_a_source_is_not_recognised_by_less(
    store: Store, inbox: Folder, later_s: int, longer: int, header: bytes | None
) -> None:
    fact = (NOW + timedelta(seconds=later_s), len(mail("1")) + longer)
    wanted = header_of(mail("1")) if header is None else header
    assert held(store, inbox).with_header(fact, wanted) is None


def test_of_two_sources_with_one_header_and_size_neither_is_recognised(
    store: Store, inbox: Folder
) -> None:
    twins = [mail("twin", body=body) for body in ("one", "two")]
    with store.writing() as tx:
        for uid, source in enumerate(twins, 11):
            deliver(tx, inbox, uid, source)
    assert held(store, inbox).with_header((NOW, len(twins[0])), header_of(twins[0])) is None


def test_a_copy_knows_the_message_of_the_source_that_it_repeats(
    store: Store, inbox: Folder
) -> None:
    source = kept(store, mail("2"))
    with store.reading() as tx:
        number, role = copies.like(tx, inbox.account, source)
        found = messages.by_id(tx, id_of(tx, number))
    assert found is not None
    assert (found.envelope.subject, role) == ("2", None)


def kept(store: Store, source: bytes) -> SourceId:
    """Return the id of a source that is stored."""
    with store.writing() as tx:
        (found,) = sources.put(tx, [sources.pack(source)])
    return found


def header_of(source: bytes) -> bytes:
    """Return the header with the line that ends it, as BODY[HEADER] gives it."""
    return source.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
