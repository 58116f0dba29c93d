"""Changing flags over IMAP, against Dovecot, Cyrus and Courier."""

from collections.abc import Mapping

import pytest

from mailctl.domain.servers import Security
from mailctl.domain.syncing import Flags, Uid
from mailctl.errors import ServerRefused, Unreachable
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.contracts.customs import COURIER, CYRUS
from tests.contracts.marker import MailMarkerContract, mark
from tests.contracts.source import Mail
from tests.protocols.mailboxes import ImapMailbox, imap_login
from tests.protocols.servers import Imap, examined, told
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


def marked(server: Imap) -> Mapping[Uid, Flags]:
    """Add a flag to message 1 of a server that answers as it is told."""
    with server.serving() as port:
        login = imap_login(port, security=Security.NONE, host="127.0.0.1")
        with NetworkMailAccess(Network()).marker(login) as marker:
            return marker.mark(
                "INBOX", [Uid(1)], numbering=7, add=frozenset({"\\Seen"}), remove=frozenset()
            )


def test_a_server_that_does_not_say_what_it_keeps_is_asked() -> None:
    server = Imap({"SELECT": examined(1), "UID FETCH": [told(1, flags=b"(\\Seen)")]})
    assert marked(server) == {1: {"\\Seen"}}
    (stored,) = [line for line in server.heard if b"STORE" in line]
    assert stored.endswith(b" UID STORE 1 +FLAGS.SILENT (\\Seen)")


def test_a_server_that_forgets_at_once_is_not_believed() -> None:
    server = Imap({"SELECT": examined(1), "UID FETCH": [told(1)]})
    with pytest.raises(ServerRefused, match="does not let"):
        marked(server)


def test_a_server_that_says_no_has_refused() -> None:
    server = Imap({"SELECT": examined(1), "UID STORE": [b"NO [NOPERM] not yours"]})
    with pytest.raises(ServerRefused, match="not yours"):
        marked(server)
    assert not any(b"FETCH" in line for line in server.heard)


def test_a_server_that_keeps_no_flag_is_not_asked_to() -> None:
    kept = b"* OK [PERMANENTFLAGS (\\Answered)] only these"
    server = Imap({"SELECT": [*examined(1), kept]})
    with pytest.raises(ServerRefused, match="does not let"):
        marked(server)
    assert not any(b"STORE" in line for line in server.heard)


def test_a_server_that_hangs_up_is_unreachable() -> None:
    server = Imap({"SELECT": examined(1), "UID STORE": [b"* BYE for today"]})
    with pytest.raises(Unreachable):
        marked(server)
