"""What every MailFiler owes us."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Protocol

import pytest

from mailctl.domain.folders import SpecialUse
from mailctl.errors import NotFound
from mailctl.ports.mail import MailFiler
from tests.contracts.source import Mail, Mailbox

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MAIL = b"Message-ID: <1@x.example>\r\nSubject: sent\r\n\r\n.\r\nbody\r\n"


class FiledMailbox(Mailbox, Protocol):
    """A mailbox that can also be opened for filing."""

    def open_filer(self) -> AbstractContextManager[MailFiler]:
        """Sign in as mailctl does to file what was sent."""
        ...


def held(mailbox: FiledMailbox, folder: str) -> list[tuple[bytes, frozenset[str], datetime | None]]:
    """Return source, flags and date of what lies in a folder."""
    with mailbox.open() as source:
        numbering, portions = source.uids(folder)
        uids = [uid for portion in portions for uid in portion]
        entries = {e.uid: e for e in source.entries(folder, uids, numbering=numbering)}
        found = {f.uid: f for f in source.fetch(folder, uids, numbering=numbering)}
    return [
        (found[uid].source or b"", entries[uid].flags or frozenset(), entries[uid].internal_date)
        for uid in uids
    ]


class MailFilerContract:
    """Subclass it and provide the fixture `mailbox`: a new mailbox with an empty INBOX."""

    def test_a_mail_is_filed_as_it_is_and_read(self, mailbox: FiledMailbox) -> None:
        with mailbox.open_filer() as filer:
            folder = filer.sent_folder() or filer.new_sent_folder()
            filer.append(folder, MAIL, received_at=AT)
        ((source, flags, received_at),) = held(mailbox, folder)
        assert (source, flags, received_at) == (MAIL, frozenset({"\\Seen"}), AT)

    def test_the_folder_for_sent_mail_is_known_by_its_use_or_its_name(
        self, mailbox: FiledMailbox
    ) -> None:
        with mailbox.open() as source:
            there = {folder.path: folder for folder in source.folders()}
        with mailbox.open_filer() as filer:
            found = filer.sent_folder()
        uses = [path for path, each in there.items() if each.special_use is SpecialUse.SENT]
        assert found == (uses[0] if uses else None)

    def test_a_folder_is_made_where_there_is_none(self, mailbox: FiledMailbox) -> None:
        with mailbox.open_filer() as filer:
            folder = mailbox.customs.path("Gesendete Öbjekte")
            filer.append(folder, MAIL, received_at=AT)
            filer.append(folder, MAIL, received_at=AT)
        assert len(held(mailbox, folder)) == 2

    def test_a_folder_with_a_usual_name_is_found(self, mailbox: FiledMailbox) -> None:
        with mailbox.open_filer() as filer:
            if filer.sent_folder() is not None:
                return  # its use says more than a name
        mailbox.create("Gesendet")
        with mailbox.open_filer() as filer:
            assert filer.sent_folder() == mailbox.customs.path("Gesendet")

    def test_what_was_filed_is_found_by_its_id(self, mailbox: FiledMailbox) -> None:
        mailbox.create("Done")
        folder = mailbox.customs.path("Done")
        mailbox.put(*(Mail(b"Message-ID: <a%d@x>\r\n\r\nx" % n) for n in range(30)), folder="Done")
        with mailbox.open_filer() as filer:
            assert not filer.holds(folder, "1@x.example")
            filer.append(folder, MAIL, received_at=AT)
            assert filer.holds(folder, "1@x.example")
            assert filer.holds(folder, "a0@x")
            assert not filer.holds(folder, "@x.example")
            assert not filer.holds(folder, 'a0"\\@x')

    def test_an_empty_folder_holds_nothing(self, mailbox: FiledMailbox) -> None:
        with mailbox.open_filer() as filer:
            assert not filer.holds("INBOX", "1@x.example")

    def test_a_folder_that_is_not_there_is_not_found(self, mailbox: FiledMailbox) -> None:
        with mailbox.open_filer() as filer, pytest.raises(NotFound):
            filer.holds("No Such Folder", "1@x.example")
