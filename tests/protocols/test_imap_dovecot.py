"""Reading over IMAP, against Dovecot."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from mailctl.ports.mail import MailSource
from mailctl.protocols.imap.connection import signed_in
from mailctl.protocols.imap.source import ImapSource
from mailctl.protocols.network import Network
from tests.contracts.customs import Customs
from tests.contracts.source import Mail, MailSourceContract
from tests.protocols.mailboxes import ImapMailbox
from tests.rig import Dovecot, Habits, Rig


@pytest.fixture(scope="module")
def bare_dovecot(rig: Rig) -> Iterator[Dovecot]:
    """A server without any of the extensions that make reading fast."""
    hidden = ("CONDSTORE", "QRESYNC", "LIST-STATUS", "ESEARCH", "ID", "LITERAL+", "NOTIFY")
    with Dovecot(rig.authority, habits=Habits(hide_capabilities=hidden)) as server:
        yield server


@pytest.fixture(scope="module")
def terse_dovecot(rig: Rig) -> Iterator[Dovecot]:
    """A server whose folders have to be asked for their state one by one."""
    with Dovecot(rig.authority, habits=Habits(hide_capabilities=("LIST-STATUS",))) as server:
        yield server


class TestDovecot(MailSourceContract):
    @pytest.fixture
    def mailbox(self, rig: Rig) -> ImapMailbox:
        return ImapMailbox(rig.dovecot, rig.ca_file)

    def test_a_folder_has_a_state(self, mailbox: ImapMailbox) -> None:
        mailbox.put(Mail())
        with mailbox.open() as source:
            state = source.folders()[0].state
        assert state is not None
        assert len(state.split(":")) == 4


class TestBareDovecot(MailSourceContract):
    @pytest.fixture
    def mailbox(self, bare_dovecot: Dovecot, rig: Rig) -> ImapMailbox:
        return ImapMailbox(bare_dovecot, rig.ca_file, Customs())

    def test_a_folder_has_no_state(self, mailbox: ImapMailbox) -> None:
        with mailbox.open() as source:
            assert {folder.state for folder in source.folders()} == {None}


class TestTerseDovecot(MailSourceContract):
    @pytest.fixture
    def mailbox(self, terse_dovecot: Dovecot, rig: Rig) -> ImapMailbox:
        return ImapMailbox(terse_dovecot, rig.ca_file)


class CompressedMailbox(ImapMailbox):
    """A mailbox whose octets are deflated, as those of a server far away are."""

    @contextmanager
    def open(self) -> Iterator[MailSource]:
        with signed_in(self.login, Network()) as session:
            session.compress()
            yield ImapSource(session)


class TestCompressedDovecot(MailSourceContract):
    @pytest.fixture
    def mailbox(self, rig: Rig) -> ImapMailbox:
        return CompressedMailbox(rig.dovecot, rig.ca_file)
