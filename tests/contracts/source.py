"""What every MailSource owes us."""

import threading
from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from mailctl.domain.folders import SpecialUse
from mailctl.domain.ids import SourceId
from mailctl.domain.syncing import Arrived, Entry, Flags, Labels, Page, Reflagged, Uid, Vanished
from mailctl.errors import CursorExpired
from mailctl.ports.mail import (
    Fact,
    FolderRequest,
    Holdings,
    KnownCopies,
    MailSource,
    Name,
    NamedFact,
)
from tests.contracts.customs import NASTY, Customs
from tests.rig import ServerFailed

NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Mail:
    """A message to be put into a folder."""

    source: bytes = b"Subject: one\r\n\r\nbody\r\n"
    flags: tuple[str, ...] = ()
    date: datetime = NOW


class Mailbox(Protocol):
    """A mailbox with another program at work in it. Folders are named as people do."""

    customs: Customs

    def open(self) -> AbstractContextManager[MailSource]:
        """Sign in as mailctl does."""
        ...

    def put(self, *mails: Mail, folder: str = "INBOX") -> None:
        """Add messages; they are numbered from 1."""
        ...

    def flag(self, uid: int, *flags: str) -> None:
        """Set the flags of a message in INBOX to exactly these."""
        ...

    def expunge(self, *uids: int) -> None:
        """Remove messages from INBOX for good."""
        ...

    def move(self, folder: str, *uids: int) -> None:
        """Move messages from INBOX into another folder."""
        ...

    def create(self, folder: str) -> None:
        """Make a folder."""
        ...

    def renumber(self, folder: str) -> None:
        """Make the folder's numbering start over."""
        ...

    def flags(self, uid: int) -> Flags:
        """Return the flags that the server has for a message in INBOX."""
        ...

    def uid(self, number: int, folder: str = "INBOX") -> Uid:
        """Return the UID of the message that came into the folder as that number."""
        ...


HELD = SourceId(7)


@dataclass
class Copies(KnownCopies, Holdings):
    """What we hold of one folder, in memory; `take` follows pages as the store does."""

    held: dict[Uid, Flags] = field(default_factory=dict)
    sources: dict[SourceId, tuple[Fact, bytes]] = field(default_factory=dict)
    """All that the mailbox holds."""
    labels: dict[Uid, Labels] = field(default_factory=dict)
    ids: dict[str, SourceId] = field(default_factory=dict)
    """What the server calls some of it."""
    numbering: int | None = None

    def numbered(self, numbering: int) -> "Copies":
        return self if self.numbering in {None, numbering} else Copies()

    def is_empty(self) -> bool:
        return not self.held and not self.sources

    def alike(self, facts: Collection[Fact]) -> AbstractSet[Fact]:
        return {fact for fact, _ in self.sources.values()} & set(facts)

    def identified(self, named: Collection[NamedFact]) -> Mapping[NamedFact, SourceId]:
        return {
            (id_, fact): self.ids[id_]
            for id_, fact in named
            if id_ in self.ids and self.sources[self.ids[id_]][0] == fact
        }

    def called(self, names: Collection[Name]) -> Mapping[Name, SourceId]:
        return {
            (id_, moment): self.ids[id_]
            for id_, moment in names
            if id_ in self.ids and self.sources[self.ids[id_]][0][0] == moment
        }

    def with_header(self, fact: Fact, header: bytes) -> SourceId | None:
        found = [
            number
            for number, (theirs, source) in self.sources.items()
            if theirs == fact and source.startswith(header)
        ]
        return found[0] if len(found) == 1 else None

    def between(self, first: Uid, last: Uid) -> Mapping[Uid, Flags]:
        return {uid: flags for uid, flags in self.held.items() if first <= uid <= last}

    def labelled(self, first: Uid, last: Uid) -> Mapping[Uid, Labels]:
        return {uid: labels for uid, labels in self.labels.items() if first <= uid <= last}

    def lowest(self) -> Uid | None:
        return min(self.held, default=None)

    def take(self, pages: Iterable[Page]) -> None:
        for page in pages:
            if page.cursor is not None and self.numbering not in {None, page.numbering}:
                self.held = {}
            self.numbering = page.numbering
            self.held |= {arrived.uid: arrived.flags for arrived in page.arrived}
            self.held |= {changed.uid: changed.flags for changed in page.reflagged}
            for gone in page.vanished:
                del self.held[gone.uid]


def read(
    source: MailSource,
    copies: Copies,
    cursor: str | None = None,
    *,
    folder: str = "INBOX",
    since: datetime | None = None,
) -> list[Page]:
    """Return the pages that came, each stored before the next one is asked for."""
    source.folders()  # as a run does: it says which folders there are, and how they are
    pages = []
    for page in source.changes([FolderRequest(folder, cursor, copies, since)]):
        copies.take([page])
        pages.append(page)
    for error in source.refused.values():
        raise error
    assert pages[-1].cursor is not None
    return pages


def fetched(source: MailSource, folder: str, *uids: int) -> dict[int, bytes]:
    """Return the sources that the server gives of these messages."""
    numbering, _ = source.uids(folder)
    found = source.fetch(folder, [Uid(uid) for uid in uids], numbering=numbering)
    return {each.uid: each.source for each in found}


def numbered(mailbox: Mailbox, *numbers: int) -> list[Uid]:
    """Return the UIDs of messages in INBOX."""
    return [mailbox.uid(number) for number in numbers]


def changes(pages: Sequence[Page]) -> list[Arrived | Reflagged | Vanished]:
    found: list[Arrived | Reflagged | Vanished] = []
    for page in pages:
        found += [*page.arrived, *page.reflagged, *page.vanished]
    return found


class MailSourceContract:
    """What every MailSource owes us. Subclass once per server, never per test."""

    def test_the_inbox_is_the_first_folder(self, mailbox: Mailbox) -> None:
        mailbox.create("Archive")
        with mailbox.open() as source:
            inbox, *others = source.folders()
        assert (inbox.path, inbox.special_use) == ("INBOX", SpecialUse.INBOX)
        assert inbox.is_selectable
        assert mailbox.customs.path("Archive") in {folder.path for folder in others}

    def test_special_folders_say_what_they_are_for(self, mailbox: Mailbox) -> None:
        with mailbox.open() as source:
            uses = {folder.special_use for folder in source.folders()}
        assert uses - {SpecialUse.INBOX, None} == mailbox.customs.special_uses

    def test_a_folder_of_any_name_is_listed_and_read(self, mailbox: Mailbox) -> None:
        paths = [mailbox.customs.path(name) for name in mailbox.customs.odd_names]
        for path in paths:
            mailbox.put(Mail(), folder=path.removeprefix(mailbox.customs.prefix))
        with mailbox.open() as source:
            assert {folder.path for folder in source.folders()} >= set(paths)
            for path in paths:
                ((uid,),) = [[c.uid for c in changes(read(source, Copies(), folder=path))]]
                (given,) = fetched(source, path, uid).values()
                assert given == Mail().source

    def test_what_is_said_to_be_refused_is_refused(self, mailbox: Mailbox) -> None:
        for name in mailbox.customs.refused_names:
            with pytest.raises(ServerFailed):
                mailbox.put(Mail(), folder=name)

    def test_a_folder_can_be_read_without_listing_first(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), folder="Grüße")
        with mailbox.open() as source:
            found = read(source, Copies(), folder=mailbox.customs.path("Grüße"))
        assert len(changes(found)) == 1

    def test_an_empty_folder_gives_a_cursor_and_nothing_else(self, mailbox: Mailbox) -> None:
        with mailbox.open() as source:
            (page,) = read(source, Copies())
        assert page == Page("INBOX", page.numbering, cursor=page.cursor, is_whole=True)

    def test_mail_arrives_with_its_facts(self, mailbox: Mailbox) -> None:
        sent = Mail(flags=("\\Flagged", "$work"), date=NOW - timedelta(hours=5))
        mailbox.put(sent)
        with mailbox.open() as source:
            (arrived,) = changes(read(source, Copies()))
        assert isinstance(arrived, Arrived)
        assert bool(arrived.server_id) == mailbox.customs.has_ids
        assert replace(arrived, server_id=None) == Arrived(
            mailbox.uid(1),
            frozenset({"\\Flagged", "$work"}),
            sent.date,
            len(sent.source),
            sent.source,
        )

    def test_mail_that_arrived_later_arrives_alone(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), Mail())
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
        mailbox.put(Mail())
        with mailbox.open() as source:
            assert [c.uid for c in changes(read(source, copies, first.cursor))] == numbered(
                mailbox, 3
            )

    def test_nothing_new_is_nothing(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), Mail())
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
            (second,) = read(source, copies, first.cursor)
            (third,) = read(source, copies, second.cursor)
        assert changes([second, third]) == []

    def test_mail_that_arrives_while_we_are_signed_in_is_seen(self, mailbox: Mailbox) -> None:
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
            mailbox.put(Mail())
            assert [c.uid for c in changes(read(source, copies, first.cursor))] == numbered(
                mailbox, 1
            )

    def test_flags_changed_elsewhere_are_seen(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), Mail(flags=("\\Seen",)), Mail())
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
        mailbox.flag(2, "\\Answered")
        with mailbox.open() as source:
            found = changes(read(source, copies, first.cursor))
        assert found == [Reflagged(mailbox.uid(2), frozenset({"\\Answered"}))]

    def test_flags_are_compared_with_ours_when_there_is_no_cursor(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(flags=("\\Seen",)))
        with mailbox.open() as source:
            found = changes(read(source, Copies({mailbox.uid(1): frozenset()})))
        assert found == [Reflagged(mailbox.uid(1), frozenset({"\\Seen"}))]

    def test_a_deletion_elsewhere_is_seen(self, mailbox: Mailbox) -> None:
        mailbox.put(*[Mail()] * 4)
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
        mailbox.expunge(2, 4)
        with mailbox.open() as source:
            gone = changes(read(source, copies, first.cursor))
        assert gone
        assert all(isinstance(c, Vanished) for c in gone)
        assert [c.uid for c in gone] == numbered(mailbox, 2, 4)
        assert all(isinstance(c, Vanished) and c.evidence for c in gone)

    def test_a_deletion_above_older_mail_that_we_lack_is_seen(self, mailbox: Mailbox) -> None:
        mailbox.put(*[Mail(date=NOW - timedelta(days=400))] * 3, Mail(), Mail())
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies, since=NOW - timedelta(days=7))
            assert sorted(copies.held) == sorted(numbered(mailbox, 4, 5))
        mailbox.expunge(5)
        with mailbox.open() as source:
            gone = changes(read(source, copies, first.cursor, since=NOW - timedelta(days=7)))
        assert gone
        assert all(isinstance(c, Vanished) for c in gone)
        assert [c.uid for c in gone] == numbered(mailbox, 5)

    def test_a_folder_that_lost_everything_says_so(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), Mail())
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
        mailbox.expunge(1, 2)
        with mailbox.open() as source:
            gone = changes(read(source, copies, first.cursor))
        assert gone
        assert all(isinstance(c, Vanished) for c in gone)
        assert [c.uid for c in gone] == numbered(mailbox, 1, 2)

    def test_reading_marks_nothing(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail())
        with mailbox.open() as source:
            read(source, Copies())
            fetched(source, "INBOX", mailbox.uid(1))
        assert mailbox.flags(1) == frozenset()

    def test_headers_are_enough_where_no_bodies_are_wanted(self, mailbox: Mailbox) -> None:
        mailbox.put(sent := Mail())
        request = FolderRequest("INBOX", None, Copies(), with_bodies=False)
        with mailbox.open() as source:
            source.folders()
            (arrived,) = changes(list(source.changes([request])))
            (bare,) = changes(list(source.changes([replace(request, with_sources=False)])))
        assert isinstance(arrived, Arrived)
        assert isinstance(bare, Arrived)
        assert arrived.source in {b"Subject: one\r\n\r\n", sent.source}
        assert arrived == replace(bare, source=arrived.source, size_bytes=arrived.size_bytes)
        assert arrived.size_bytes == len(sent.source)
        assert bare.size_bytes == len(sent.source) or not mailbox.customs.knows_sizes
        assert mailbox.flags(1) == frozenset()

    def test_the_source_comes_byte_for_byte(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(NASTY), Mail(b"\r\n"), Mail(b"Subject: (UID 9 FLAGS (x))\r\n\r\n{5}\r\n"))
        with mailbox.open() as source:
            one, two, three = numbered(mailbox, 1, 2, 3)
            given = fetched(source, "INBOX", one, two, three)
        assert given == {
            one: mailbox.customs.kept(NASTY),
            two: b"\r\n",
            three: b"Subject: (UID 9 FLAGS (x))\r\n\r\n{5}\r\n",
        }

    def test_a_message_that_is_gone_is_missing_among_the_sources(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), Mail())
        mailbox.expunge(1)
        with mailbox.open() as source:
            found = fetched(source, "INBOX", *numbered(mailbox, 1, 2), 77)
        assert [*found] == numbered(mailbox, 2)

    def test_only_mail_of_the_period_arrives(self, mailbox: Mailbox) -> None:
        since = NOW - timedelta(days=7)
        mailbox.put(
            Mail(date=since - timedelta(days=30)),
            Mail(date=since - timedelta(seconds=1)),
            Mail(date=since),
            Mail(date=NOW),
        )
        with mailbox.open() as source:
            found = changes(read(source, Copies(), since=since))
        assert [c.uid for c in found] == numbered(mailbox, 3, 4)

    def test_old_mail_that_is_moved_in_does_not_arrive(self, mailbox: Mailbox) -> None:
        since = NOW - timedelta(days=7)
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies, since=since)
        mailbox.put(Mail(date=NOW - timedelta(days=30)), Mail())
        with mailbox.open() as source:
            found = changes(read(source, copies, first.cursor, since=since))
        assert [c.uid for c in found] == numbered(mailbox, 2)

    def test_a_wider_period_brings_what_is_lacking_and_no_more(self, mailbox: Mailbox) -> None:
        mailbox.put(
            Mail(date=NOW - timedelta(days=300)),
            Mail(date=NOW - timedelta(days=20)),
            Mail(),
            Mail(date=NOW - timedelta(days=25)),
        )
        copies = Copies()
        with mailbox.open() as source:
            read(source, copies, since=NOW - timedelta(days=7))
            assert sorted(copies.held) == numbered(mailbox, 3)
            found = changes(read(source, copies, None, since=NOW - timedelta(days=30)))
        assert [c.uid for c in found] == numbered(mailbox, 2, 4)

    def test_a_numbering_that_starts_over_is_read_anew_without_the_sources_that_we_hold(
        self, mailbox: Mailbox
    ) -> None:
        kept = Mail(b"Subject: kept\r\nMessage-ID: <kept@x>\r\n\r\nbody\r\n")
        mailbox.put(kept, folder="Work")
        work, copies = mailbox.customs.path("Work"), Copies()
        with mailbox.open() as source:
            first = read(source, copies, folder=work)
        (arrived,) = changes(first)
        assert isinstance(arrived, Arrived)
        mailbox.renumber("Work")
        mailbox.put(kept, Mail(), folder="Work")
        fact = (arrived.internal_date, arrived.size_bytes)
        copies.sources[HELD] = (fact, arrived.source or b"")
        if not mailbox.customs.shows_headers:
            copies.ids = dict.fromkeys(self.server_ids(mailbox, "Work")[:1], HELD)
        with mailbox.open() as source:
            second = read(source, copies, first[-1].cursor, folder=work)
        assert {page.numbering for page in first}.isdisjoint(page.numbering for page in second)
        known, new = changes(second)
        assert isinstance(known, Arrived)
        assert isinstance(new, Arrived)
        assert (known.same_as, known.source) == (HELD, None)
        assert (new.same_as, new.source) == (None, Mail().source)

    def test_a_moved_message_is_recognised_and_not_read_again(self, mailbox: Mailbox) -> None:
        moved = Mail(b"Subject: moved\r\nMessage-ID: <moved@x>\r\n\r\nbody\r\n")
        mailbox.put(moved, folder="Work")
        copies = Copies()
        copies.sources[HELD] = ((moved.date, len(moved.source)), moved.source)
        if not mailbox.customs.shows_headers:
            copies.ids = dict.fromkeys(self.server_ids(mailbox, "Work"), HELD)
        with mailbox.open() as source:
            (found,) = changes(read(source, copies, folder=mailbox.customs.path("Work")))
        assert isinstance(found, Arrived)
        assert (found.same_as, found.source) == (HELD, None)

    def server_ids(self, mailbox: Mailbox, folder: str) -> list[str]:
        """Return what the server calls the messages of a folder, wherever they lie."""
        with mailbox.open() as source:
            found = changes(read(source, Copies(), folder=mailbox.customs.path(folder)))
        return [c.server_id or "" for c in found if isinstance(c, Arrived)]

    def test_the_word_of_the_server_tells_which_message_it_is(self, mailbox: Mailbox) -> None:
        if not mailbox.customs.has_ids:
            pytest.skip("the server has no ids for messages")
        mailbox.put(Mail())
        mailbox.create("Work")
        with mailbox.open() as source:
            (before,) = changes(read(source, Copies()))
        assert isinstance(before, Arrived)
        fact = (before.internal_date, before.size_bytes)
        mailbox.move("Work", 1)
        # other bytes: that it is recognised can have no other reason than its id
        copies = Copies(sources={HELD: (fact, b"")}, ids={before.server_id or "": HELD})
        with mailbox.open() as source:
            (after,) = changes(read(source, copies, folder=mailbox.customs.path("Work")))
        assert isinstance(after, Arrived)
        assert (after.server_id, after.same_as) == (before.server_id, HELD)

    def test_a_big_folder_comes_in_pages_of_which_the_last_has_the_cursor(
        self, mailbox: Mailbox
    ) -> None:
        mailbox.put(*[Mail()] * 1200)
        copies = Copies()
        with mailbox.open() as source:
            pages = read(source, copies)
            (again,) = read(source, copies, pages[-1].cursor)
        assert sorted(c.uid for c in changes(pages)) == sorted(numbered(mailbox, *range(1, 1201)))
        assert max(len(page.arrived) for page in pages) <= 500
        has_cursors = {page.cursor is not None for page in pages[:-1]}
        assert has_cursors == ({True, False} if mailbox.customs.resumes else {False})
        assert changes([again]) == []

    def test_a_reading_that_was_broken_off_goes_on_with_what_is_lacking(
        self, mailbox: Mailbox
    ) -> None:
        mailbox.put(*[Mail()] * 700)
        copies = Copies()
        with mailbox.open() as source:
            source.folders()
            copies.take([next(source.changes([FolderRequest("INBOX", None, copies)]))])
        half = len(copies.held)
        assert 0 < half < 700
        with mailbox.open() as source:
            found = changes(read(source, copies))
        assert len(found) == 700 - half
        assert sorted(copies.held) == sorted(numbered(mailbox, *range(1, 701)))

    def test_many_folders_are_read_in_one_go(self, mailbox: Mailbox) -> None:
        names = [f"Folder {number}" for number in range(12)]
        for number, name in enumerate(names):
            mailbox.put(*[Mail(b"Subject: %d\r\n\r\n" % number)] * (number + 1), folder=name)
        paths = [mailbox.customs.path(name) for name in names]
        with mailbox.open() as source:
            source.folders()
            pages = list(source.changes([FolderRequest(path, None, Copies()) for path in paths]))
        found = {
            path: {
                arrived.source for page in pages if page.folder == path for arrived in page.arrived
            }
            for path in paths
        }
        assert found == {
            path: {b"Subject: %d\r\n\r\n" % number} for number, path in enumerate(paths)
        }
        assert sum(page.cursor is not None for page in pages) == len(paths)

    def test_a_folder_that_is_not_there_spoils_no_other(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail())
        with mailbox.open() as source:
            asked = [
                FolderRequest("Nowhere", None, Copies()),
                FolderRequest("INBOX", None, Copies()),
            ]
            assert len(changes(list(source.changes(asked)))) == 1
            assert list(source.refused) == ["Nowhere"]
            assert source.is_missing("Nowhere")
            assert not source.is_missing("INBOX")

    def test_every_message_is_listed(self, mailbox: Mailbox) -> None:
        mailbox.put(*[Mail()] * 5)
        mailbox.expunge(2, 3)
        with mailbox.open() as source:
            _, portions = source.uids("INBOX")
            found = [uid for portion in portions for uid in portion]
        assert found == sorted(numbered(mailbox, 1, 4, 5))

    def test_entries_tell_flags_and_date(self, mailbox: Mailbox) -> None:
        old = Mail(flags=("\\Flagged",), date=NOW - timedelta(days=40))
        mailbox.put(old, Mail(), Mail())
        mailbox.expunge(2)
        with mailbox.open() as source:
            numbering, _ = source.uids("INBOX")
            asked = [*numbered(mailbox, 1, 2, 3), Uid(77)]
            found = list(source.entries("INBOX", asked, numbering=numbering))
            assert sorted(found, key=lambda entry: entry.internal_date or NOW) == [
                Entry(mailbox.uid(1), frozenset({"\\Flagged"}), old.date),
                Entry(mailbox.uid(3), frozenset(), NOW),
            ]
            with pytest.raises(CursorExpired):
                list(source.entries("INBOX", asked, numbering=numbering + 1))

    def test_watching_sees_what_arrives(self, mailbox: Mailbox) -> None:
        with mailbox.open() as source:
            later = threading.Timer(0.3, mailbox.put, args=[Mail()])
            later.start()
            assert source.watch("INBOX", at_most_s=20)
            later.join()

    def test_what_happens_between_two_waits_is_seen_by_the_second(self, mailbox: Mailbox) -> None:
        with mailbox.open() as source:
            assert not source.watch("INBOX", at_most_s=0)
            mailbox.put(Mail())
            assert source.watch("INBOX", at_most_s=20)
            assert not source.watch("INBOX", at_most_s=0.5)
            source.folders()
            assert not source.watch("INBOX", at_most_s=0.5)

    def test_watching_ends_where_nothing_happens(self, mailbox: Mailbox) -> None:
        with mailbox.open() as source:
            assert not source.watch("INBOX", at_most_s=0.5)
            assert source.folders()[0].path == "INBOX"

    def test_what_happens_in_another_folder_is_seen_if_it_is_not_ignored(
        self, mailbox: Mailbox
    ) -> None:
        if not mailbox.customs.tells_of_all:
            pytest.skip("the server tells of the open folder alone")
        for name in ("Work", "Büro/Spam & Co"):
            mailbox.create(name)
        with mailbox.open() as source:
            ignored = {mailbox.customs.path("Büro/Spam & Co")}
            assert not source.watch("INBOX", at_most_s=0, ignoring=ignored)
            mailbox.put(Mail(), folder="Büro/Spam & Co")
            assert not source.watch("INBOX", at_most_s=1, ignoring=ignored)
            mailbox.put(Mail(), folder="Work")
            assert source.watch("INBOX", at_most_s=20, ignoring=ignored)
            assert not source.watch("INBOX", at_most_s=1, ignoring=ignored)
            mailbox.put(Mail(), folder="Made later")
            assert source.watch("INBOX", at_most_s=20, ignoring=ignored)

    def test_the_state_changes_when_the_folder_does(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail())
        with mailbox.open() as source:
            before, again = source.folders()[0].state, source.folders()[0].state
        assert before == again
        mailbox.flag(1, "\\Seen")
        with mailbox.open() as source:
            assert before is None or source.folders()[0].state != before
