"""What every MailSource owes us."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from mailctl.domain.folders import SpecialUse
from mailctl.domain.syncing import Arrived, Flags, Page, Reflagged, Uid, Vanished
from mailctl.errors import CursorExpired
from mailctl.ports import KnownCopies, MailSource
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

    def create(self, folder: str) -> None:
        """Make a folder."""
        ...

    def renumber(self, folder: str) -> None:
        """Make the folder's numbering start over."""
        ...

    def flags(self, uid: int) -> Flags:
        """Return the flags that the server has for a message in INBOX."""
        ...


@dataclass
class Copies(KnownCopies):
    """What we hold, in memory; `take` follows pages as the store does."""

    held: dict[Uid, Flags] = field(default_factory=dict)

    def between(self, first: Uid, last: Uid) -> Mapping[Uid, Flags]:
        return {uid: flags for uid, flags in self.held.items() if first <= uid <= last}

    def lowest(self) -> Uid | None:
        return min(self.held, default=None)

    def take(self, pages: Iterable[Page]) -> None:
        for page in pages:
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
    pages = []
    for page in source.changes(folder, cursor, known=copies, since=since):
        copies.take([page])
        pages.append(page)
    assert pages[-1].cursor is not None
    return pages


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
                (fetched,) = source.fetch(path, [uid])
                assert fetched.source == Mail().source

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
        assert page == Page(cursor=page.cursor, is_whole=True)

    def test_mail_arrives_with_its_facts(self, mailbox: Mailbox) -> None:
        sent = Mail(flags=("\\Flagged", "$work"), date=NOW - timedelta(hours=5))
        mailbox.put(sent)
        with mailbox.open() as source:
            (arrived,) = changes(read(source, Copies()))
        assert arrived == Arrived(
            Uid(1), frozenset({"\\Flagged", "$work"}), sent.date, len(sent.source)
        )

    def test_mail_that_arrived_later_arrives_alone(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), Mail())
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
        mailbox.put(Mail())
        with mailbox.open() as source:
            assert [c.uid for c in changes(read(source, copies, first.cursor))] == [3]

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
            assert [c.uid for c in changes(read(source, copies, first.cursor))] == [1]

    def test_flags_changed_elsewhere_are_seen(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), Mail(flags=("\\Seen",)), Mail())
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
        mailbox.flag(2, "\\Answered")
        with mailbox.open() as source:
            found = changes(read(source, copies, first.cursor))
        assert found == [Reflagged(Uid(2), frozenset({"\\Answered"}))]

    def test_flags_are_compared_with_ours_when_there_is_no_cursor(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(flags=("\\Seen",)))
        with mailbox.open() as source:
            found = changes(read(source, Copies({Uid(1): frozenset()})))
        assert found == [Reflagged(Uid(1), frozenset({"\\Seen"}))]

    def test_a_deletion_elsewhere_is_seen(self, mailbox: Mailbox) -> None:
        mailbox.put(*[Mail()] * 4)
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
        mailbox.expunge(2, 4)
        with mailbox.open() as source:
            gone = changes(read(source, copies, first.cursor))
        assert [(type(c), c.uid) for c in gone] == [(Vanished, 2), (Vanished, 4)]
        assert all(isinstance(c, Vanished) and c.evidence for c in gone)

    def test_a_deletion_above_older_mail_that_we_lack_is_seen(self, mailbox: Mailbox) -> None:
        mailbox.put(*[Mail(date=NOW - timedelta(days=400))] * 3, Mail(), Mail())
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies, since=NOW - timedelta(days=7))
            assert sorted(copies.held) == [4, 5]
        mailbox.expunge(5)
        with mailbox.open() as source:
            gone = changes(read(source, copies, first.cursor, since=NOW - timedelta(days=7)))
        assert [(type(c), c.uid) for c in gone] == [(Vanished, 5)]

    def test_a_folder_that_lost_everything_says_so(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), Mail())
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies)
        mailbox.expunge(1, 2)
        with mailbox.open() as source:
            gone = changes(read(source, copies, first.cursor))
        assert [(type(c), c.uid) for c in gone] == [(Vanished, 1), (Vanished, 2)]

    def test_reading_marks_nothing(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail())
        with mailbox.open() as source:
            read(source, Copies())
            list(source.fetch("INBOX", [Uid(1)]))
        assert mailbox.flags(1) == frozenset()

    def test_the_source_comes_byte_for_byte(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(NASTY), Mail(b"\r\n"), Mail(b"Subject: (UID 9 FLAGS (x))\r\n\r\n{5}\r\n"))
        with mailbox.open() as source:
            fetched = {f.uid: f.source for f in source.fetch("INBOX", [Uid(1), Uid(2), Uid(3)])}
        assert fetched == {
            1: mailbox.customs.kept(NASTY),
            2: b"\r\n",
            3: b"Subject: (UID 9 FLAGS (x))\r\n\r\n{5}\r\n",
        }

    def test_a_message_that_is_gone_is_missing_among_the_sources(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), Mail())
        mailbox.expunge(1)
        with mailbox.open() as source:
            assert [f.uid for f in source.fetch("INBOX", [Uid(1), Uid(2), Uid(77)])] == [2]

    def test_only_mail_of_the_period_arrives(self, mailbox: Mailbox) -> None:
        since = NOW - timedelta(days=7)
        mailbox.put(
            Mail(date=since - timedelta(days=30)),
            Mail(date=since - timedelta(seconds=1)),
            Mail(date=since),
            Mail(date=NOW),
        )
        with mailbox.open() as source:
            assert [c.uid for c in changes(read(source, Copies(), since=since))] == [3, 4]

    def test_old_mail_that_is_moved_in_does_not_arrive(self, mailbox: Mailbox) -> None:
        since = NOW - timedelta(days=7)
        copies = Copies()
        with mailbox.open() as source:
            (first,) = read(source, copies, since=since)
        mailbox.put(Mail(date=NOW - timedelta(days=30)), Mail())
        with mailbox.open() as source:
            found = changes(read(source, copies, first.cursor, since=since))
        assert [c.uid for c in found] == [2]

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
            assert sorted(copies.held) == [3]
            found = changes(read(source, copies, None, since=NOW - timedelta(days=30)))
        assert [c.uid for c in found] == [2, 4]

    def test_a_numbering_that_starts_over_expires_the_cursor(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail(), folder="Work")
        work = mailbox.customs.path("Work")
        with mailbox.open() as source:
            (first,) = read(source, Copies(), folder=work)
        mailbox.renumber("Work")
        with mailbox.open() as source, pytest.raises(CursorExpired):
            read(source, Copies(), first.cursor, folder=work)

    def test_a_big_folder_comes_in_pages_of_which_the_last_has_the_cursor(
        self, mailbox: Mailbox
    ) -> None:
        mailbox.put(*[Mail()] * 1200)
        copies = Copies()
        with mailbox.open() as source:
            pages = read(source, copies)
            (again,) = read(source, copies, pages[-1].cursor)
        assert [c.uid for c in changes(pages)] == list(range(1, 1201))
        assert max(len(page.arrived) for page in pages) <= 500
        assert [page.cursor for page in pages[:-1]] == [None] * (len(pages) - 1)
        assert changes([again]) == []

    def test_a_reading_that_was_broken_off_goes_on_with_what_is_lacking(
        self, mailbox: Mailbox
    ) -> None:
        mailbox.put(*[Mail()] * 700)
        copies = Copies()
        with mailbox.open() as source:
            copies.take([next(source.changes("INBOX", None, known=copies, since=None))])
        half = len(copies.held)
        assert 0 < half < 700
        with mailbox.open() as source:
            found = changes(read(source, copies))
        assert [c.uid for c in found] == list(range(half + 1, 701))

    def test_bodies_may_be_fetched_between_pages(self, mailbox: Mailbox) -> None:
        mailbox.put(*[Mail()] * 510)
        mailbox.put(Mail(b"Subject: other\r\n\r\n"), folder="Other")
        other = mailbox.customs.path("Other")
        with mailbox.open() as source:
            for page in source.changes("INBOX", None, known=Copies(), since=None):
                uids = [arrived.uid for arrived in page.arrived]
                assert {f.uid for f in source.fetch("INBOX", uids)} == set(uids)
                assert len(list(source.fetch(other, [Uid(1)]))) == 1

    def test_the_state_changes_when_the_folder_does(self, mailbox: Mailbox) -> None:
        mailbox.put(Mail())
        with mailbox.open() as source:
            before, again = source.folders()[0].state, source.folders()[0].state
        assert before == again
        mailbox.flag(1, "\\Seen")
        with mailbox.open() as source:
            assert before is None or source.folders()[0].state != before
