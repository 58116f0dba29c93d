"""Changing flags over IMAP, against Dovecot, Cyrus and Courier."""

import pytest

from mailctl.errors import ServerRefused
from tests.contracts.customs import COURIER, CYRUS
from tests.contracts.marker import MailMarkerContract, mark
from tests.contracts.source import Mail
from tests.protocols.mailboxes import ImapMailbox
from tests.rig import Courier, Cyrus, Rig


class TestDovecot(MailMarkerContract):
    @pytest.fixture
    def mailbox(self, rig: Rig) -> ImapMailbox:
        return ImapMailbox(rig.dovecot, rig.ca_file)


class TestCyrus(MailMarkerContract):
    @pytest.fixture
    def mailbox(self, cyrus: Cyrus, rig: Rig) -> ImapMailbox:
        return ImapMailbox(cyrus, rig.ca_file, CYRUS)

    def test_a_folder_that_may_only_be_read_is_refused(self, mailbox: ImapMailbox) -> None:
        mailbox.create("Shared")
        mailbox.put(Mail(), folder="Shared")
        mailbox.allow("Shared", "lra")
        with pytest.raises(ServerRefused, match=r"does not let \\Seen be changed in Shared"):
            mark(mailbox, 1, add=frozenset({"\\Seen"}), folder="Shared")


class TestCourier(MailMarkerContract):
    @pytest.fixture
    def mailbox(self, courier: Courier, rig: Rig) -> ImapMailbox:
        return ImapMailbox(courier, rig.ca_file, COURIER)
