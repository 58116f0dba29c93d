"""Reading over IMAP, against Courier."""

import pytest

from mailctl.protocols.imap.source import ImapSource
from tests.contracts.customs import COURIER
from tests.contracts.source import Copies, Mail, MailSourceContract, changes, read
from tests.protocols.mailboxes import ImapMailbox
from tests.rig import Courier, Rig


class TestCourier(MailSourceContract):
    @pytest.fixture
    def mailbox(self, courier: Courier, rig: Rig) -> ImapMailbox:
        return ImapMailbox(courier, rig.ca_file, COURIER)

    def test_folders_are_named_in_utf8(self, mailbox: ImapMailbox) -> None:
        mailbox.put(Mail(), folder="Grüße & Küsse")
        path = COURIER.path("Grüße & Küsse")
        with mailbox.open() as source:
            assert source.describe()["utf8"] is True
            assert path in {folder.path for folder in source.folders()}
            assert isinstance(source, ImapSource)
            assert source._name(path) == path.encode()
            assert len(changes(read(source, Copies(), folder=path))) == 1
            assert not source.is_missing(path)
