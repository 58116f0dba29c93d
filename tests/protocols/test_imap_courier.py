"""Reading over IMAP, against Courier."""

import pytest

from tests.contracts.customs import COURIER
from tests.contracts.source import MailSourceContract
from tests.protocols.mailboxes import ImapMailbox
from tests.rig import Courier, Rig


class TestCourier(MailSourceContract):
    @pytest.fixture
    def mailbox(self, courier: Courier, rig: Rig) -> ImapMailbox:
        return ImapMailbox(courier, rig.ca_file, COURIER)
