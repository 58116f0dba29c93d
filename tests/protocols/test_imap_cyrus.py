"""Reading over IMAP, against Cyrus."""

import pytest

from tests.contracts.customs import CYRUS
from tests.contracts.source import MailSourceContract
from tests.protocols.mailboxes import ImapMailbox
from tests.rig import Cyrus, Rig


class TestCyrus(MailSourceContract):
    @pytest.fixture
    def mailbox(self, cyrus: Cyrus, rig: Rig) -> ImapMailbox:
        return ImapMailbox(cyrus, rig.ca_file, CYRUS)
