"""Mail sent over EWS, to the rig's Exchange server."""

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from mailctl.errors import (
    AuthenticationRefused,
    DeliveryUncertain,
    MailctlError,
    MailTooLarge,
    ServerBusy,
    ServerRefused,
    Unreachable,
)
from mailctl.ports.mail import MailSender, Receipt
from mailctl.protocols.ews.refusals import all_causes
from tests.contracts.sender import MailSenderContract, Stopped, mail
from tests.protocols.exchange_mailboxes import ExchangeBox
from tests.protocols.mailboxes import fresh_name
from tests.rig import Rig
from tests.rig.ews import ExchangeServer, Fault
from tests.rig.ews.soap import Refusal

BEN, CY, DEE = "ben@x.example", "cy@x.example", "dee@x.example"
MAIL = (
    b"From: Ada <ada@corp.example>\r\nTo: Ben <ben@x.example>\r\nCc: cy@x.example\r\n"
    b"Subject: one\r\nImportance: high\r\nMessage-ID: <1@corp.example>\r\n\r\nhello\r\n"
)
CONFLICT = Refusal("ErrorIrresolvableConflict", "The send or update operation could not be done.")


class ExchangeDesk:
    """Somebody with a mailbox at the Exchange server, as all those are who get mail."""

    def __init__(self, server: ExchangeServer, ca_file: object) -> None:
        self._box = ExchangeBox(server, ca_file)
        self._server = server
        self._friends: dict[str, ExchangeBox] = {}
        self._ca_file = ca_file
        self.address = self._box.address

    def open_sender(self) -> AbstractContextManager[MailSender]:
        return self._box.open_sender()

    def friend(self) -> str:
        friend = ExchangeBox(self._server, self._ca_file)
        self._friends[friend.address] = friend
        return friend.address

    def received(self, address: str, count: int = 1) -> list[bytes]:
        return [item.mime for item in self._friends[address].box.folder("Inbox").items.values()]


class TestExchange(MailSenderContract):
    @pytest.fixture
    def desk(self, server: ExchangeServer, rig: Rig) -> ExchangeDesk:
        return ExchangeDesk(server, rig.ca_file)


@pytest.fixture
def server(rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer, rig: Rig) -> ExchangeBox:
    return ExchangeBox(server, rig.ca_file)


def send(
    mailbox: ExchangeBox,
    *recipients: str,
    source: bytes = MAIL,
    handing_over: Callable[[Receipt], None] = lambda receipt: None,
) -> Receipt:
    with mailbox.open_sender() as sender:
        to = recipients or (BEN, CY)
        return sender.send(mailbox.address, to, source, on_handing_over=handing_over)


def lying_in(mailbox: ExchangeBox, folder: str) -> list[bytes]:
    return [item.mime for item in mailbox.box.folder(folder).items.values()]


def refusal(mailbox: ExchangeBox, *recipients: str, source: bytes = MAIL) -> MailctlError:
    with pytest.raises(MailctlError) as raised:
        send(mailbox, *recipients, source=source)
    return raised.value


def test_a_mail_goes_to_its_recipients_and_lies_in_sent_items_once(mailbox: ExchangeBox) -> None:
    assert send(mailbox) == Receipt((BEN, CY), {})
    assert mailbox.box.sent == [(MAIL, (BEN, CY))]
    (copy,) = mailbox.box.folder("Sent Items").items.values()
    assert (copy.mime, copy.is_read, copy.is_draft) == (MAIL, True, False)
    assert lying_in(mailbox, "Drafts") == []


def test_who_is_not_shown_gets_it_and_is_named_to_the_sender_alone(mailbox: ExchangeBox) -> None:
    send(mailbox, BEN, DEE, CY)
    (sent,) = mailbox.box.sent
    assert sent == (MAIL, (BEN, CY, DEE))
    (copy,) = lying_in(mailbox, "Sent Items")
    assert copy == b"Bcc: dee@x.example\r\n" + MAIL


def test_who_is_shown_and_not_to_get_it_gets_nothing(mailbox: ExchangeBox) -> None:
    assert send(mailbox, CY).accepted == (CY,)
    assert [to for _, to in mailbox.box.sent] == [(CY,)]


def test_addresses_are_the_same_in_either_case(mailbox: ExchangeBox) -> None:
    send(mailbox, "BEN@x.example", "cy@X.example")
    assert [to for _, to in mailbox.box.sent] == [("BEN@x.example", "cy@X.example")]


def test_an_international_name_and_address_are_taken(mailbox: ExchangeBox) -> None:
    source = MAIL.replace(b"Ben <", '"Bén, Köln" <'.encode())
    send(mailbox, BEN, CY, "dée@x.example", source=source)
    assert [to for _, to in mailbox.box.sent] == [(BEN, CY, "dée@x.example")]


def test_a_draft_that_names_others_is_not_sent(mailbox: ExchangeBox) -> None:
    """As if the server added to our recipients those of the header, or of a list."""
    server = mailbox.server

    def meddle(operation: str) -> None:
        if operation == "GetItem":
            (draft,) = mailbox.box.folder("Drafts").items.values()
            draft.recipients["cc"] = [CY, DEE]

    server.before_answer = meddle
    error = refusal(mailbox)
    assert isinstance(error, ServerRefused)
    assert "3 addresses, not to the 2" in error.sentence
    assert mailbox.box.sent == []
    assert lying_in(mailbox, "Drafts") == []


def test_the_moment_of_handing_over_is_when_the_whole_mail_is_there(mailbox: ExchangeBox) -> None:
    seen = []

    def look(receipt: Receipt) -> None:
        seen.append((receipt, lying_in(mailbox, "Drafts"), list(mailbox.box.sent)))

    send(mailbox, handing_over=look)
    assert seen == [(Receipt((BEN, CY), {}), [MAIL], [])]


def test_who_thinks_better_of_it_leaves_no_draft(mailbox: ExchangeBox) -> None:
    def stop(receipt: Receipt) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        send(mailbox, handing_over=stop)
    assert mailbox.box.sent == []
    assert lying_in(mailbox, "Drafts") == []


def test_a_draft_that_an_ended_attempt_left_goes_with_the_next_one(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    mailbox.box.put(MAIL, folder="Drafts")  # a person's own, of the same id
    server.faults.append(Fault("CreateItem", cut_at=0))
    assert isinstance(refusal(mailbox), Unreachable)
    assert len(lying_in(mailbox, "Drafts")) == 2
    send(mailbox)
    assert len(lying_in(mailbox, "Drafts")) == 1
    assert len(mailbox.box.sent) == 1


@pytest.mark.parametrize("operation", ["FindItem", "CreateItem", "GetItem"])
def test_before_it_is_handed_over_a_lost_connection_means_not_sent(
    server: ExchangeServer, mailbox: ExchangeBox, operation: str
) -> None:
    server.faults.append(Fault(operation, cut_at=0))
    assert isinstance(refusal(mailbox), Unreachable)
    assert mailbox.box.sent == []


@pytest.mark.parametrize(
    "fault",
    [
        Fault("SendItem", cut_at=0),
        Fault("SendItem", cut_at=300),
        Fault("SendItem", status=200, body=b""),
        Fault("SendItem", status=200, body=b"<html>a proxy</html>"),
        Fault("SendItem", status=502, body=b"bad gateway"),
        Fault("SendItem", status=503, body=b""),
        Fault("SendItem", status=504, body=b"", headers=(("Connection", "close"),)),
        Fault("SendItem", refusal=Refusal("ErrorTimeoutExpired", "too long")),
        Fault("SendItem", refusal=Refusal("ErrorInternalServerError", "oh")),
        Fault("SendItem", refusal=Refusal("ErrorInternalServerTransientError", "oh")),
        Fault("SendItem", refusal=Refusal("ErrorItemNotFound", "gone"), is_of_the_item=True),
    ],
)
def test_after_it_was_handed_over_no_clear_answer_is_uncertain(
    server: ExchangeServer, mailbox: ExchangeBox, fault: Fault
) -> None:
    server.faults.append(fault)
    assert isinstance(refusal(mailbox), DeliveryUncertain)
    assert server.asked["SendItem"] == 1


@pytest.mark.parametrize(
    ("code", "failure", "cause"),
    [
        ("ErrorSendAsDenied", ServerRefused, "sender-not-allowed"),
        ("ErrorMessageSizeExceeded", MailTooLarge, "too-large"),
        ("ErrorInvalidRecipients", ServerRefused, "recipient-unknown"),
        ("ErrorSubmissionQuotaExceeded", ServerBusy, "sending-limit"),
        ("ErrorQuotaExceeded", ServerBusy, "mailbox-full"),
    ],
)
@pytest.mark.parametrize("is_of_the_item", [True, False])
def test_a_refusal_is_one_of_the_mail_and_leaves_no_draft(
    server: ExchangeServer,
    mailbox: ExchangeBox,
    code: str,
    failure: type[MailctlError],
    cause: str,
    is_of_the_item: bool,
) -> None:
    said = Refusal(code, "The server says no.")
    server.faults.append(Fault("SendItem", refusal=said, is_of_the_item=is_of_the_item))
    with mailbox.open_sender() as sender:
        with pytest.raises(failure) as raised:
            sender.send(mailbox.address, [BEN, CY], MAIL)
        assert raised.value.details["cause"] == cause
        assert lying_in(mailbox, "Drafts") == []
        assert sender.is_open
        sender.send(mailbox.address, [BEN], mail(2))
    assert len(mailbox.box.sent) == 1


def test_a_server_that_wants_a_pause_is_left_alone(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    busy = Refusal("ErrorServerBusy", "too much", back_off_ms=90_000)
    server.faults.append(Fault("CreateItem", refusal=busy))
    with mailbox.open_sender() as sender:
        with pytest.raises(ServerBusy) as raised:
            sender.send(mailbox.address, [BEN, CY], MAIL)
        assert raised.value.retry_after_s == 90
        assert not sender.is_open


def test_a_draft_is_left_where_the_server_wants_a_pause(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    busy = Refusal("ErrorServerBusy", "too much", back_off_ms=30_000)
    server.faults.append(Fault("SendItem", refusal=busy))
    started = time.monotonic()
    assert isinstance(refusal(mailbox), ServerBusy)
    assert time.monotonic() - started < 10
    assert (server.asked["DeleteItem"], len(lying_in(mailbox, "Drafts"))) == (0, 1)


def test_a_draft_that_somebody_changed_is_sent_as_it_is_then(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    server.faults.append(Fault("SendItem", refusal=CONFLICT, is_of_the_item=True))
    send(mailbox)
    assert server.asked["SendItem"] == 2
    assert len(mailbox.box.sent) == 1


def test_a_request_that_the_server_takes_for_wrong_is_made_once(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    """exchangelib tries every version of the protocol after some refusals."""
    wrong = Refusal("ErrorInvalidRequest", "no")
    server.faults.append(Fault("SendItem", times=9, refusal=wrong))
    assert isinstance(refusal(mailbox), ServerRefused)
    assert server.asked["SendItem"] == 1


def test_a_password_that_is_refused_meanwhile_sends_nothing(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    server.faults.append(Fault("SendItem", status=401, body=b""))
    assert isinstance(refusal(mailbox), AuthenticationRefused)
    assert mailbox.box.sent == []


@pytest.mark.parametrize("status", [413, 500, 503])
def test_a_web_server_that_does_not_take_so_much_is_no_end_of_the_mail(
    server: ExchangeServer, mailbox: ExchangeBox, status: int
) -> None:
    server.faults.append(Fault("CreateItem", status=status, body=b""))
    error = refusal(mailbox)
    assert isinstance(error, MailTooLarge if status == 413 else ServerBusy)


def test_a_mailbox_without_drafts_is_not_ready(mailbox: ExchangeBox) -> None:
    mailbox.box.remove_folder("Drafts")
    with mailbox.open_sender() as sender, pytest.raises(ServerRefused):
        sender.verify()


def test_a_mail_of_ten_megabytes_is_sent(mailbox: ExchangeBox) -> None:
    large = MAIL + (b"x" * 76 + b"\r\n") * ((10 << 20) // 78)
    started = time.monotonic()
    send(mailbox, source=large)
    assert time.monotonic() - started < 30
    assert [mime for mime, _ in mailbox.box.sent] == [large]


def test_more_than_the_server_takes_is_refused_by_it(mailbox: ExchangeBox) -> None:
    mailbox.box.largest_bytes = 1000
    error = refusal(mailbox, source=MAIL + b"x" * 1000 + b"\r\n")
    assert isinstance(error, MailTooLarge)
    assert lying_in(mailbox, "Drafts") == []


def test_what_the_header_says_is_not_said_otherwise(mailbox: ExchangeBox) -> None:
    """exchangelib's own messages would set importance and receipts, over those in the mail."""
    send(mailbox, fresh_name() + "@x.example")
    (draft,) = mailbox.box.made_with
    assert draft == ["MimeContent", "ExtendedProperty", "BccRecipients"]


def test_every_cause_is_in_the_manual() -> None:
    manual = Path("docs/diagnoses.md").read_text(encoding="utf-8")
    assert [cause for cause in sorted(all_causes()) if f"| `{cause}` |" not in manual] == []
