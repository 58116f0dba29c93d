"""What every MailFiler owes us."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Protocol

import pytest

from mailctl.domain.folders import SpecialUse
from mailctl.domain.syncing import Arrived
from mailctl.errors import NotFound
from mailctl.ports.mail import MailFiler
from tests.contracts.source import Copies, Mail, Mailbox, changes, read

AT = datetime(2026, 3, 9, 8, 7, 6, tzinfo=UTC)
ID = "1.2@corp.example"
SENT = f"Message-ID: <{ID}>\r\nSubject: sent\r\n\r\n.\r\ncaf\u00e9\r\n".encode()


class FiledMailbox(Mailbox, Protocol):
    """A mailbox that can also be opened for filing."""

    def open_filer(self) -> AbstractContextManager[MailFiler]:
        """Sign in as mailctl does to file a mail that was sent."""
        ...


def filed(mailbox: FiledMailbox, path: str) -> list[Arrived]:
    """Return what a source finds in a folder."""
    with mailbox.open() as source:
        found = changes(read(source, Copies(), folder=path))
    return [each for each in found if isinstance(each, Arrived)]


class MailFilerContract:
    """Subclass it and provide the fixture `mailbox`: a new mailbox with an empty INBOX."""

    def test_a_mail_is_filed_as_read_with_its_date_byte_for_byte(
        self, mailbox: FiledMailbox
    ) -> None:
        path = mailbox.customs.path("Sent")
        with mailbox.open_filer() as filer:
            filer.append(path, SENT, received_at=AT)
        (copy,) = filed(mailbox, path)
        assert (copy.source, copy.internal_date) == (SENT, AT)
        assert copy.flags == {"\\Seen"}

    def test_the_folder_for_sent_mail_is_found_or_named(self, mailbox: FiledMailbox) -> None:
        path = mailbox.customs.path("Sent")
        with mailbox.open_filer() as filer:
            assert (filer.sent_folder() or filer.new_sent_folder()) == path
            filer.append(path, SENT, received_at=AT)
        with mailbox.open_filer() as filer:
            assert filer.sent_folder() == path

    def test_a_folder_with_a_usual_name_is_found(self, mailbox: FiledMailbox) -> None:
        mailbox.create("Gesendet")
        by_use = SpecialUse.SENT in mailbox.customs.special_uses
        with mailbox.open_filer() as filer:
            assert filer.sent_folder() == mailbox.customs.path("Sent" if by_use else "Gesendet")

    def test_an_empty_folder_holds_nothing(self, mailbox: FiledMailbox) -> None:
        with mailbox.open_filer() as filer:
            assert not filer.holds("INBOX", ID)

    @pytest.mark.parametrize("name", ["Gesendete Objekte & mehr", "Отправленные", "送信済み"])
    def test_a_folder_of_any_name_is_made_and_used(self, mailbox: FiledMailbox, name: str) -> None:
        path = mailbox.customs.path(name)
        with mailbox.open_filer() as filer:
            filer.append(path, SENT, received_at=AT)
            filer.append(path, SENT, received_at=AT)
        with mailbox.open_filer() as filer:
            filer.append(path, SENT, received_at=AT)
        assert len(filed(mailbox, path)) == 3

    def test_a_mail_is_found_by_its_message_id_alone(self, mailbox: FiledMailbox) -> None:
        path = mailbox.customs.path("Sent")
        with mailbox.open_filer() as filer:
            filer.append(path, SENT, received_at=AT)
            assert filer.holds(path, ID)
            assert not filer.holds(path, "2.2@corp.example")
            assert not filer.holds(path, ID[:-1])
            assert not filer.holds("INBOX", ID)

    @pytest.mark.parametrize(
        "odd", ['a"b\\c@x', "caf\u00e9@x", "(a) %*{5}@x", "a b@x", "x" * 900 + "@x"]
    )
    def test_an_id_that_needs_quoting_is_found_and_harms_nothing(
        self, mailbox: FiledMailbox, odd: str
    ) -> None:
        path = mailbox.customs.path("Sent")
        source = f"Message-ID: <{odd}>\r\nSubject: odd\r\n\r\nx\r\n".encode()
        with mailbox.open_filer() as filer:
            assert not filer.holds("INBOX", odd)
            filer.append(path, SENT, received_at=AT)
            assert not filer.holds(path, odd)
            filer.append(path, source, received_at=AT)
            assert filer.holds(path, odd)

    def test_a_folder_that_is_not_there_holds_nothing(self, mailbox: FiledMailbox) -> None:
        with mailbox.open_filer() as filer, pytest.raises(NotFound):
            filer.holds("Nowhere", ID)

    def test_a_look_up_alters_nothing(self, mailbox: FiledMailbox) -> None:
        mailbox.put(Mail(SENT))
        with mailbox.open_filer() as filer:
            assert filer.holds("INBOX", ID)
        assert mailbox.flags(1) == frozenset()

    def test_a_mail_of_many_megabytes_is_filed(self, mailbox: FiledMailbox) -> None:
        path = mailbox.customs.path("Sent")
        large = SENT + (b"x" * 70 + b"\r\n") * 60_000
        with mailbox.open_filer() as filer:
            filer.append(path, large, received_at=AT)
        (copy,) = filed(mailbox, path)
        assert copy.size_bytes == len(large)
