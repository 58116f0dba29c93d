"""Filing over IMAP, against Dovecot, Cyrus and Courier, and against servers that misbehave."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from mailctl.domain.servers import Security
from mailctl.errors import DeliveryUncertain, MailTooLarge, ServerBusy, ServerRefused, Unreachable
from mailctl.ports.mail import MailFiler
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.contracts.customs import COURIER, CYRUS
from tests.contracts.filer import MAIL, MailFilerContract
from tests.protocols.mailboxes import ImapMailbox, imap_login
from tests.rig import Courier, Cyrus, Rig
from tests.rig.faults import Talk, serving

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class TestDovecot(MailFilerContract):
    @pytest.fixture
    def mailbox(self, rig: Rig) -> ImapMailbox:
        return ImapMailbox(rig.dovecot, rig.ca_file)


class TestCyrus(MailFilerContract):
    @pytest.fixture
    def mailbox(self, cyrus: Cyrus, rig: Rig) -> ImapMailbox:
        return ImapMailbox(cyrus, rig.ca_file, CYRUS)


class TestCourier(MailFilerContract):
    @pytest.fixture
    def mailbox(self, courier: Courier, rig: Rig) -> ImapMailbox:
        return ImapMailbox(courier, rig.ca_file, COURIER)


@contextmanager
def filing(
    append: bytes | None, *, after: bytes | None = b"OK done", capabilities: bytes = b""
) -> Iterator[tuple[MailFiler, list[bytes]]]:
    """Give a filer at a server that says so of APPEND and of the literal; None: it hangs up."""
    heard: list[bytes] = []

    def talk(it: Talk) -> None:
        it.say(b"* OK ready")
        while (line := it.hear()) is not None:
            heard.append(line)
            tag, _, command = line.partition(b" ")
            verb = command.split(b" ")[0].upper()
            if verb == b"CAPABILITY":
                it.say(b"* CAPABILITY IMAP4rev1 AUTH=PLAIN " + capabilities)
            elif verb == b"AUTHENTICATE":
                it.say(b"+ ")
                it.hear()
            elif verb == b"LIST":
                it.say(b'* LIST () "/" INBOX')
            elif verb == b"APPEND":
                if append is None:
                    return
                it.say(append.replace(b"TAG", tag))
                if not append.startswith(b"+"):
                    continue
                while it.hear() != b"body":
                    pass
                it.hear()
                if after is None:
                    return
                it.say(tag + b" " + after)
                continue
            it.say(tag + b" OK done")

    with serving(talk) as port:
        login = imap_login(port, security=Security.NONE, host="127.0.0.1")
        with NetworkMailAccess(Network(exchange_s=1)).filer(login) as filer:
            yield filer, heard


def test_a_mail_that_the_server_does_not_want_is_not_handed_over() -> None:
    with (
        filing(b"TAG NO [OVERQUOTA] full") as (filer, heard),
        pytest.raises((ServerBusy, ServerRefused)),
    ):
        filer.append("INBOX", MAIL, received_at=AT)
    assert MAIL.splitlines()[0] not in heard


@pytest.mark.parametrize("said", [b"TAG NO [TOOBIG] no", b"TAG NO message too large"])
def test_a_mail_too_large_is_said_to_be(said: bytes) -> None:
    with filing(said) as (filer, _), pytest.raises(MailTooLarge):
        filer.append("INBOX", MAIL, received_at=AT)


def test_a_limit_that_is_told_is_kept() -> None:
    with (
        filing(b"+ go on", capabilities=b"APPENDLIMIT=10") as (filer, heard),
        pytest.raises(MailTooLarge),
    ):
        filer.append("INBOX", MAIL, received_at=AT)
    assert [line for line in heard if b"APPEND" in line] == []


def test_a_connection_lost_before_the_mail_is_no_doubt() -> None:
    with pytest.raises(Unreachable), filing(None) as (filer, _):
        filer.append("INBOX", MAIL, received_at=AT)


def test_a_connection_lost_after_the_mail_is_one() -> None:
    with pytest.raises(DeliveryUncertain), filing(b"+ go on", after=None) as (filer, _):
        filer.append("INBOX", MAIL, received_at=AT)


def test_a_refusal_after_the_mail_is_none() -> None:
    with (
        filing(b"+ go on", after=b"NO [OVERQUOTA] full") as (filer, _),
        pytest.raises((ServerBusy, ServerRefused)),
    ):
        filer.append("INBOX", MAIL, received_at=AT)


def test_a_server_that_is_done_too_soon_has_nothing() -> None:
    with filing(b"TAG OK done already") as (filer, _), pytest.raises(ServerRefused):
        filer.append("INBOX", MAIL, received_at=AT)
