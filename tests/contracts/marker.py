"""What every MailMarker owes us."""

from contextlib import AbstractContextManager
from typing import Protocol

import pytest

from mailctl.domain.syncing import Flags, Uid
from mailctl.errors import CursorExpired, MailctlError
from mailctl.ports.mail import MailMarker
from tests.contracts.source import Mail, Mailbox

NOTHING: Flags = frozenset()
SEEN: Flags = frozenset({"\\Seen"})


class MarkedMailbox(Mailbox, Protocol):
    """A mailbox that can also be opened for changing flags."""

    def open_marker(self) -> AbstractContextManager[MailMarker]:
        """Sign in as mailctl does to change flags."""
        ...


def numbering(mailbox: MarkedMailbox, folder: str = "INBOX") -> int:
    with mailbox.open() as source:
        return source.uids(mailbox.customs.path(folder))[0]


def mark(
    mailbox: MarkedMailbox,
    *uids: int,
    add: Flags = NOTHING,
    remove: Flags = NOTHING,
    folder: str = "INBOX",
    numbered: int | None = None,
) -> dict[int, Flags]:
    """Change flags of messages, under the folder's own numbering unless another is said."""
    number = numbering(mailbox, folder) if numbered is None else numbered
    with mailbox.open_marker() as marker:
        found = marker.mark(
            mailbox.customs.path(folder),
            [Uid(uid) for uid in uids],
            numbering=number,
            add=add,
            remove=remove,
        )
    return {int(uid): flags for uid, flags in found.items()}


class MailMarkerContract:
    """Subclass it and provide the fixture `mailbox`: a new mailbox with an empty INBOX."""

    def test_a_flag_is_added_and_stays(self, mailbox: MarkedMailbox) -> None:
        mailbox.put(Mail(), Mail())
        assert mark(mailbox, 1, add=SEEN) == {1: SEEN}
        assert [mailbox.flags(1), mailbox.flags(2)] == [SEEN, NOTHING]

    def test_a_flag_is_taken_away_and_others_stay(self, mailbox: MarkedMailbox) -> None:
        mailbox.put(Mail(flags=("\\Seen", "\\Flagged")))
        assert mark(mailbox, 1, remove=SEEN) == {1: frozenset({"\\Flagged"})}
        assert mailbox.flags(1) == {"\\Flagged"}

    def test_flags_are_added_and_taken_away_at_once(self, mailbox: MarkedMailbox) -> None:
        mailbox.put(Mail(flags=("\\Flagged",)), Mail())
        wanted = frozenset({"\\Seen", "\\Answered"})
        found = mark(mailbox, 1, 2, add=wanted, remove=frozenset({"\\Flagged"}))
        assert found == {1: wanted, 2: wanted}

    def test_keywords_are_flags_too(self, mailbox: MarkedMailbox) -> None:
        mailbox.put(Mail())
        mark(mailbox, 1, add=frozenset({"$Forwarded", "work"}))
        assert mark(mailbox, 1, remove=frozenset({"work"})) == {1: frozenset({"$Forwarded"})}

    def test_what_is_so_already_stays_so(self, mailbox: MarkedMailbox) -> None:
        mailbox.put(Mail(flags=("\\Seen",)))
        found = mark(mailbox, 1, add=SEEN, remove=frozenset({"\\Flagged", "never"}))
        assert found == {1: SEEN}

    def test_a_message_that_is_gone_is_missing(self, mailbox: MarkedMailbox) -> None:
        mailbox.put(Mail(), Mail())
        mailbox.expunge(1)
        assert mark(mailbox, 1, 2, 77, add=SEEN) == {2: SEEN}

    def test_a_folder_of_any_name_is_found(self, mailbox: MarkedMailbox) -> None:
        for name in mailbox.customs.odd_names:
            mailbox.create(name)
            mailbox.put(Mail(), folder=name)
            assert mark(mailbox, 1, add=SEEN, folder=name) == {1: SEEN}

    def test_another_numbering_changes_nothing(self, mailbox: MarkedMailbox) -> None:
        mailbox.put(Mail())
        other = numbering(mailbox) + 1
        with pytest.raises(CursorExpired):
            mark(mailbox, 1, add=SEEN, numbered=other)
        assert mailbox.flags(1) == NOTHING

    def test_a_folder_that_is_not_there_is_refused(self, mailbox: MarkedMailbox) -> None:
        with pytest.raises(MailctlError):
            mark(mailbox, 1, add=SEEN, folder="Nowhere", numbered=1)

    def test_a_thousand_messages_are_changed(self, mailbox: MarkedMailbox) -> None:
        mailbox.put(*[Mail(b"Subject: 1\r\n\r\n1\r\n")] * 1000)
        found = mark(mailbox, *range(1, 1001, 2), add=SEEN)
        assert set(found.values()) == {SEEN}
        assert len(found) == 500
