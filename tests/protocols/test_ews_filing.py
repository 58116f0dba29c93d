"""Filing sent mail over EWS, against the rig's Exchange server."""

from collections.abc import Iterator

import pytest

from mailctl.errors import DeliveryUncertain, MailTooLarge, ServerBusy, ServerRefused
from tests.contracts.filer import AT, ID, SENT, MailFilerContract
from tests.protocols.exchange_mailboxes import ExchangeBox
from tests.rig import Rig
from tests.rig.ews import ExchangeServer, Fault
from tests.rig.ews.soap import Refusal


@pytest.fixture
def server(rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer, rig: Rig) -> ExchangeBox:
    return ExchangeBox(server, rig.ca_file)


class TestExchange(MailFilerContract):
    @pytest.fixture
    def mailbox(self, server: ExchangeServer, rig: Rig) -> ExchangeBox:
        return ExchangeBox(server, rig.ca_file)


def append(mailbox: ExchangeBox, folder: str = "Sent Items", source: bytes = SENT) -> None:
    with mailbox.open_filer() as filer:
        filer.append(folder, source, received_at=AT)


def holds(mailbox: ExchangeBox, folder: str = "Sent Items") -> bool:
    with mailbox.open_filer() as filer:
        return filer.holds(folder, ID)


def test_a_copy_is_no_draft(mailbox: ExchangeBox) -> None:
    append(mailbox)
    (item,) = mailbox.box.folder("Sent Items").items.values()
    assert (item.is_draft, item.is_read, item.received_at) == (False, True, AT)


def test_a_folder_below_others_is_made_with_them(mailbox: ExchangeBox) -> None:
    append(mailbox, "Archive/2026/Sent")
    append(mailbox, "Archive/2026/Sent")
    assert len(mailbox.box.folder("Archive/2026/Sent").items) == 2


@pytest.mark.parametrize("where", ["Outbox", "Drafts"])
def test_a_mail_on_its_way_out_counts_as_sent(mailbox: ExchangeBox, where: str) -> None:
    mailbox.box.put(SENT, folder=where).is_submitted = True
    assert holds(mailbox)
    assert not holds(mailbox, "INBOX")


def test_a_draft_is_not_sent(mailbox: ExchangeBox) -> None:
    mailbox.box.put(SENT, folder="Drafts")
    assert not holds(mailbox)


def test_an_id_that_differs_in_case_is_another_one(mailbox: ExchangeBox) -> None:
    append(mailbox, source=SENT.replace(b"@corp", b"@CORP"))
    assert not holds(mailbox)


def test_an_answer_that_never_comes_is_uncertain(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    server.faults.append(Fault("CreateItem", cut_at=0))
    with pytest.raises(DeliveryUncertain):
        append(mailbox)
    assert holds(mailbox)


@pytest.mark.parametrize(
    ("code", "failure", "cause"),
    [
        ("ErrorMessageSizeExceeded", MailTooLarge, "too-large"),
        ("ErrorQuotaExceeded", ServerBusy, "mailbox-full"),
        ("ErrorMimeContentInvalid", ServerRefused, "mail-not-understood"),
    ],
)
def test_a_refusal_says_why(
    server: ExchangeServer, mailbox: ExchangeBox, code: str, failure: type[Exception], cause: str
) -> None:
    refusal = Refusal(code, "The server says no.")
    server.faults.append(Fault("CreateItem", refusal=refusal, is_of_the_item=True))
    with pytest.raises(failure) as raised:
        append(mailbox)
    assert raised.value.details["ews_code"] == code  # type: ignore[attr-defined]
    assert raised.value.details["cause"] == cause  # type: ignore[attr-defined]
