"""One mail is one message, whatever its header says and wherever its copies lie."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from mailctl.domain.ids import MessageId
from mailctl.domain.messages import Message
from mailctl.domain.syncing import Uid, Vanished
from mailctl.mail.parse import read_envelope
from mailctl.store import copies, listing, messages
from mailctl.store.connection import Store
from mailctl.store.listing import Wanted
from tests.store.samples import (
    HOSTILE,
    NOW,
    NUMBERING,
    account,
    deliver,
    folder,
    id_of,
    mail,
    new_message,
)

ADA, BEN = account("ada@example.org"), account("ben@example.org")


def listed(store: Store, wanted: Wanted | None = None) -> list[Message]:
    with store.reading() as tx:
        return list(listing.list_(tx, wanted or Wanted()))


def subjects(store: Store, wanted: Wanted | None = None) -> Sequence[str]:
    return [message.envelope.subject for message in listed(store, wanted)]


FULL = (
    b'From: "Ben, B." <ben@example.net>\r\nReply-To: desk@example.net\r\n'
    b"To: Ada <ada@example.org>, eve@example.org\r\nCc: Joe <joe@example.org>\r\n"
    b"Bcc: mum@example.org\r\nSubject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\n"
    b"Date: Fri, 2 Jan 2026 03:04:05 +0100\r\nMessage-ID: <1@example.net>\r\n"
    b"In-Reply-To: <0@example.org>\r\nReferences: <r@example.org> <0@example.org>\r\n\r\nhi\r\n"
)


def test_what_the_header_says_comes_back_as_it_was(store: Store) -> None:
    with store.writing() as tx:
        deliver(tx, folder(tx), 1, FULL)
    (message,) = listed(store)
    assert message.envelope == read_envelope(FULL)
    assert message.date == NOW


def test_a_message_without_any_header_comes_back_as_it_was(store: Store) -> None:
    with store.writing() as tx:
        message_id = deliver(tx, folder(tx), 1, b"")
        found = messages.by_id(tx, message_id)
    assert found is not None
    assert found.envelope == read_envelope(b"")


def test_two_copies_in_two_folders_are_one_message(store: Store) -> None:
    with store.writing() as tx:
        first = deliver(tx, folder(tx, "INBOX"), 1, mail())
        second = deliver(tx, folder(tx, "Work"), 7, mail())
    (message,) = listed(store)
    assert first == second == message.id
    assert [(copy.folder, copy.uid) for copy in message.copies] == [("INBOX", 1), ("Work", 7)]


def test_two_copies_in_two_accounts_are_one_message(store: Store) -> None:
    with store.writing() as tx:
        deliver(tx, folder(tx, address=ADA.address), 1, mail())
        deliver(tx, folder(tx, address=BEN.address), 1, b"Received: by hop\r\n" + mail())
    (message,) = listed(store)
    assert {copy.account for copy in message.copies} == {ADA.address, BEN.address}


def test_an_equal_message_id_with_different_content_stays_two(store: Store) -> None:
    with store.writing() as tx:
        deliver(tx, folder(tx), 1, mail("one", message_id="<same@example.org>", body="one"))
        deliver(tx, folder(tx), 2, mail("one", message_id="<same@example.org>", body="two"))
    assert len(listed(store)) == 2


def test_equal_content_with_different_message_ids_stays_two(store: Store) -> None:
    with store.writing() as tx:
        deliver(tx, folder(tx), 1, mail(message_id="<1@example.org>"))
        deliver(tx, folder(tx), 2, mail(message_id="<2@example.org>"))
    assert len(listed(store)) == 2


def test_mail_without_a_message_id_is_kept(store: Store) -> None:
    with store.writing() as tx:
        deliver(tx, folder(tx), 1, mail("one", message_id=None))
        deliver(tx, folder(tx), 2, mail("two", message_id=None))
    found = listed(store)
    assert {message.envelope.rfc_message_id for message in found} == {None}
    assert len(found) == 2


def test_a_second_copy_is_the_same_message(store: Store) -> None:
    with store.writing() as tx:
        first = deliver(tx, folder(tx), 1, mail())
        (again,) = messages.put(tx, [new_message(tx, mail())], at=NOW)
        assert id_of(tx, again) == first
    assert len(listed(store)) == 1


def test_messages_put_at_once_get_their_ids_in_order(store: Store) -> None:
    with store.writing() as tx:
        known = deliver(tx, folder(tx), 1, mail("known"))
        found = [new_message(tx, mail(subject)) for subject in ("one", "known", "two", "one")]
        ids = [id_of(tx, number) for number in messages.put(tx, found, at=NOW)]
        stored = [messages.by_id(tx, each) for each in ids[:3]]
    assert ids == [ids[0], known, ids[2], ids[0]]
    assert [each and each.envelope.subject for each in stored] == ["one", "known", "two"]


def test_nothing_put_is_nothing_stored(store: Store) -> None:
    with store.writing() as tx:
        assert messages.put(tx, [], at=NOW) == []
    assert listed(store) == []


def test_the_newest_comes_first(store: Store) -> None:
    with store.writing() as tx:
        for day in (2, 9, 1, 10):
            moment = NOW + timedelta(days=day)
            deliver(tx, folder(tx), day, mail(str(day), message_id=None), date=moment)
    assert subjects(store) == ["10", "9", "2", "1"]


@pytest.mark.parametrize("year", [1, 99, 500, 1601, 1970, 2026, 9999])
def test_any_year_comes_back_as_it_was_and_in_order(store: Store, year: int) -> None:
    odd = datetime(year, 6, 15, 12, 30, 59, tzinfo=UTC)
    dates = [odd, NOW, datetime(1900, 1, 1, tzinfo=UTC)]
    with store.writing() as tx:
        for uid, date in enumerate(dates, 1):
            deliver(tx, folder(tx), uid, mail(str(uid), message_id=None), date=date)
    assert [message.date for message in listed(store)] == sorted(dates, reverse=True)


def test_a_listing_longer_than_a_batch_is_complete(store: Store) -> None:
    with store.writing() as tx:
        inbox = folder(tx)
        for uid in range(1, 451):
            deliver(tx, inbox, uid, mail(f"no. {uid}", message_id=None))
    found = listed(store)
    assert len({message.id for message in found}) == 450
    assert all(len(message.copies) == 1 and message.envelope.to for message in found)


@pytest.fixture
def mailboxes(store: Store) -> Store:
    with store.writing() as tx:
        places = (("INBOX", ADA), ("Work", ADA), ("INBOX", BEN))
        for day, (path, owner) in enumerate(places, 1):
            into = folder(tx, path, owner.address)
            text = mail(f"{path} of {owner.address[:3]}", message_id=None)
            deliver(tx, into, 1, text, date=NOW + timedelta(days=day))
    return store


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(), ["INBOX of ben", "Work of ada", "INBOX of ada"]),
        (Wanted(account=ADA.id), ["Work of ada", "INBOX of ada"]),
        (Wanted(folder="INBOX"), ["INBOX of ben", "INBOX of ada"]),
        (Wanted(account=ADA.id, folder="INBOX"), ["INBOX of ada"]),
        (Wanted(account=BEN.id, folder="Work"), []),
        (Wanted(limit=2), ["INBOX of ben", "Work of ada"]),
        (Wanted(limit=0), []),
        (Wanted(folder="%"), []),
        (Wanted(folder="inbox"), []),
        (Wanted(folder="' OR 1=1 --"), []),
    ],
)
def test_a_listing_shows_what_is_wanted(
    mailboxes: Store, wanted: Wanted, expected: Sequence[str]
) -> None:
    assert subjects(mailboxes, wanted) == expected


def test_a_message_that_is_gone_everywhere_is_not_listed(store: Store) -> None:
    with store.writing() as tx:
        inbox = folder(tx)
        deliver(tx, inbox, 1, mail("kept"))
        deliver(tx, inbox, 2, mail("gone"))
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(2), "expunge")], at=NOW)
    assert subjects(store) == ["kept"]


def test_a_message_that_is_gone_from_one_folder_is_listed_in_the_other(store: Store) -> None:
    with store.writing() as tx:
        inbox, work = folder(tx, "INBOX"), folder(tx, "Work")
        deliver(tx, inbox, 1, mail())
        deliver(tx, work, 1, mail())
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(1), "expunge")], at=NOW)
    assert subjects(store, Wanted(folder="INBOX")) == []
    assert subjects(store, Wanted(folder="Work")) == ["hello"]


def test_an_unknown_id_is_nothing(store: Store) -> None:
    with store.reading() as tx:
        assert messages.by_id(tx, MessageId("msg_0")) is None
        assert messages.by_id(tx, "' OR 1=1 --") is None


def test_hostile_text_survives(store: Store) -> None:
    text = HOSTILE.replace("\0", "").encode()
    source = b"Subject: " + text + b"\r\nFrom: x@y\r\nMessage-ID: <';--%\"@e>\r\n\r\n" + text
    with store.writing() as tx:
        message_id = deliver(tx, folder(tx, HOSTILE), 1, source)
        found = messages.by_id(tx, message_id)
    assert found is not None
    assert found.envelope == read_envelope(source)
    assert found.copies[0].folder == HOSTILE
    assert [message.id for message in listed(store, Wanted(folder=HOSTILE))] == [message_id]


def test_two_messages_whose_ids_collide_are_both_kept(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mailctl.domain.ids import content_id as real

    def colliding(prefix: str, content: bytes) -> str:
        return real(prefix, content) if b"#" in content else f"{prefix}_000000000000"

    monkeypatch.setattr(messages, "content_id", colliding)
    with store.writing() as tx:
        first = deliver(tx, folder(tx), 1, mail("one"))
        second = deliver(tx, folder(tx), 2, mail("two"))
    assert first != second
    assert sorted(subjects(store)) == ["one", "two"]
