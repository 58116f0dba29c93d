"""Filing sent mail over IMAP, against Dovecot, Cyrus, Courier and servers that misbehave."""

from collections.abc import Callable

import pytest

from mailctl.domain.servers import Security
from mailctl.errors import (
    DeliveryUncertain,
    MailctlError,
    MailTooLarge,
    ServerBusy,
    ServerRefused,
    Unreachable,
)
from mailctl.ports.mail import MailFiler
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.contracts.customs import COURIER, CYRUS
from tests.contracts.filer import AT, ID, SENT, MailFilerContract
from tests.protocols.mailboxes import ImapMailbox, imap_login
from tests.protocols.servers import Imap, examined
from tests.rig import Courier, Cyrus, Rig
from tests.rig.faults import Talk


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


def use(server: Imap, action: Callable[[MailFiler], object]) -> object:
    """Return what comes of an action at a server that answers as it is told."""
    with server.serving() as port:
        login = imap_login(port, security=Security.NONE, host="127.0.0.1")
        with NetworkMailAccess(Network()).filer(login) as filer:
            return action(filer)


def sent_folder(filer: MailFiler) -> str | None:
    return filer.sent_folder()


def listing(*lines: str) -> Imap:
    return Imap({"LIST": [f"* LIST {line}".encode() for line in lines]})


@pytest.mark.parametrize(
    ("lines", "path"),
    [
        (['() "/" INBOX', '(\\Sent) "/" Outgoing', '() "/" Sent'], "Outgoing"),
        (['() "/" INBOX', '(\\Noselect \\Sent) "/" Sent', '() "/" "Sent Items"'], "Sent Items"),
        (['() "/" INBOX', '() "/" Archive', '() "/" "Gesendete Objekte"'], "Gesendete Objekte"),
        (['() "." INBOX', '() "." INBOX.SENT'], "INBOX.SENT"),
        (['() "/" INBOX', '() "/" "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"'], "Отправленные"),
        (['() "/" INBOX', '() "/" Projects/2024/Sent', '() "/" "Not sent"'], None),
        (['() "/" INBOX'], None),
    ],
)
def test_the_folder_for_sent_mail_is_told_by_its_use_else_by_its_name(
    lines: list[str], path: str | None
) -> None:
    assert use(listing(*lines), sent_folder) == path


@pytest.mark.parametrize(
    ("namespace", "path"),
    [
        (b'* NAMESPACE (("INBOX." ".")) NIL NIL', "INBOX.Sent"),
        (b'* NAMESPACE (("" "/")) NIL NIL', "Sent"),
        (b"* NAMESPACE NIL NIL NIL", "Sent"),
        (b"* NAMESPACE ((((", "Sent"),
    ],
)
def test_a_new_folder_lies_where_the_persons_own_do(namespace: bytes, path: str) -> None:
    server = Imap({"NAMESPACE": [namespace]}, capabilities=b"IMAP4rev1 AUTH=PLAIN NAMESPACE")
    assert use(server, lambda filer: filer.new_sent_folder()) == path


def looked_up(answers: dict[str, object], wanted: str = ID) -> object:
    server = Imap({"EXAMINE": examined(1), **answers})  # type: ignore[dict-item]
    return use(server, lambda filer: filer.holds("INBOX", wanted))


_NAMED = b"* 1 FETCH (UID 1 BODY[HEADER.FIELDS (X)] {%d}\r\n%s)"


def named(field: str) -> bytes:
    octets = f"{field}\r\n\r\n".encode()
    return _NAMED % (len(octets), octets)


def test_a_search_that_finds_nothing_is_not_believed() -> None:
    assert looked_up({"FETCH": [named(f"Message-ID: <{ID}>")]}) is True


def test_a_search_that_finds_anything_is_not_believed() -> None:
    other = [named("Message-ID: <other@x>")]
    assert looked_up({"UID SEARCH": [b"* SEARCH 1"], "UID FETCH": other, "FETCH": other}) is False


def test_a_search_that_is_refused_is_done_without() -> None:
    no = [b"NO [CANNOT] no such search"]
    assert looked_up({"UID SEARCH": no, "FETCH": [named(f"Message-ID: <{ID}>")]}) is True


def test_a_mail_that_outlook_gave_another_id_is_found() -> None:
    kept = [named(f"X-Microsoft-Original-Message-ID: <{ID}>")]
    assert looked_up({"FETCH": kept}) is True


def appending(*answers: bytes, go_on: bytes = b"+ go on", keep: list[bytes] | None = None) -> Imap:
    """Return a server that takes the literal of an APPEND, then says this and hangs up."""
    kept = [] if keep is None else keep

    class Taking(Imap):
        def _talk(self, talk: Talk) -> None:
            talk.say(self.greeting)
            while (line := talk.hear()) is not None:
                tag, _, command = line.partition(b" ")
                self.heard.append(line)
                if command.startswith(b"AUTHENTICATE"):
                    talk.say(b"+ ")
                    talk.hear()
                if not command.startswith(b"APPEND"):
                    *lines, end = self._answer(command)
                    for said in [*lines, tag + b" " + end]:
                        talk.say(said)
                    continue
                talk.say(go_on.replace(b"TAG", tag))
                if not go_on.startswith(b"+"):
                    continue
                size = int(command.rpartition(b"{")[2].rstrip(b"}"))
                kept.append(talk.hear_exactly(size))
                talk.hear()
                for answer in answers:
                    talk.say(answer.replace(b"TAG", tag))
                return

    return Taking()


def appended(server: Imap) -> None:
    use(server, lambda filer: filer.append("INBOX", SENT, received_at=AT))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([], DeliveryUncertain),
        ([b"* BYE for today"], DeliveryUncertain),
        ([b"* BYE [UNAVAILABLE] too busy"], DeliveryUncertain),
        ([b"nonsense"], DeliveryUncertain),
        ([b"TAG NO [OVERQUOTA] Quota exceeded"], (ServerRefused, ServerBusy)),
        ([b"TAG NO [UNAVAILABLE] not now"], ServerBusy),
        ([b"TAG NO [TOOBIG] message too large"], MailTooLarge),
        ([b"TAG BAD what"], ServerRefused),
    ],
)
def test_what_is_said_after_the_mail_is_told_apart(
    answers: list[bytes], expected: type[MailctlError]
) -> None:
    kept: list[bytes] = []
    with pytest.raises(expected):
        appended(appending(*answers, keep=kept))
    assert kept == [SENT]


@pytest.mark.parametrize(
    ("go_on", "expected"),
    [
        (b"TAG NO [ALERT] not here", ServerRefused),
        (b"TAG NO [TOOBIG] too large", MailTooLarge),
        (b"TAG OK done", ServerRefused),
        (b"* BYE bye", (ServerBusy, Unreachable)),
    ],
)
def test_a_mail_that_is_not_wanted_is_not_handed_over(
    go_on: bytes, expected: type[MailctlError]
) -> None:
    kept: list[bytes] = []
    with pytest.raises(expected):
        appended(appending(go_on=go_on, keep=kept))
    assert kept == []


@pytest.mark.parametrize("limit", [b"", b"lots", b"9" * 5000])
def test_a_limit_that_is_none_is_passed_over(limit: bytes) -> None:
    server = appending(b"TAG OK done")
    server.capabilities = b"IMAP4rev1 AUTH=PLAIN APPENDLIMIT=" + limit
    appended(server)


def test_a_mail_above_the_limit_of_the_server_is_not_offered() -> None:
    server = Imap(capabilities=b"IMAP4rev1 AUTH=PLAIN APPENDLIMIT=10")
    with pytest.raises(MailTooLarge):
        appended(server)
    assert not [line for line in server.heard if b"APPEND" in line]
