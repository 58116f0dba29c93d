"""The Exchange server of the rig takes what exchangelib writes, unmodified, and nothing odd."""

from collections.abc import Iterator
from typing import Any

import exchangelib
import pytest
from exchangelib.errors import (
    ErrorChangeKeyRequired,
    ErrorInvalidItemForOperationSendItem,
    ErrorInvalidRecipients,
    ErrorIrresolvableConflict,
)
from exchangelib.items import Message
from exchangelib.properties import ItemId
from exchangelib.services import SendItem, UpdateItem

from tests.rig import Rig
from tests.rig.ews import ExchangeMailbox, ExchangeServer
from tests.rig.ews.operations import answer
from tests.rig.ews.soap import SOAP, M, Refusal, T, request
from tests.test_rig_ews import signed_in

ADA = "ada@hosting.example"
MAIL = b"From: ada@hosting.example\r\nTo: ben@x.example\r\nMessage-ID: <1@x>\r\n\r\nhello\r\n"


@pytest.fixture
def server(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> Iterator[ExchangeServer]:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(rig.authority.ca_file))
    with ExchangeServer(rig.authority) as server:
        yield server
    exchangelib.close_connections()


@pytest.fixture
def mailbox(server: ExchangeServer) -> ExchangeMailbox:
    return server.add(ADA, username="CORP\\ada", password="right")


@pytest.fixture
def account(server: ExchangeServer, mailbox: ExchangeMailbox) -> Any:
    return signed_in(server, "right")


def draft(account: Any, **named: Any) -> Any:
    made = Message(account=account, folder=account.drafts, mime_content=MAIL, **named)
    return made.save()


def test_a_draft_is_made_and_sent(account: Any, mailbox: ExchangeMailbox) -> None:
    made = draft(account)
    assert mailbox.folder("Drafts").items[made.id].is_draft
    made.send(save_copy=True)
    assert mailbox.sent == [(MAIL, ("ben@x.example",))]
    assert not mailbox.folder("Drafts").items
    (copy,) = mailbox.folder("Sent Items").items.values()
    assert (copy.mime, copy.is_read, copy.is_draft) == (MAIL, True, False)


def test_recipients_of_the_item_take_the_place_of_those_in_the_header(
    account: Any, mailbox: ExchangeMailbox
) -> None:
    draft(account, to_recipients=["cy@x.example"], bcc_recipients=["dee@x.example"]).send()
    assert mailbox.sent == [(MAIL, ("cy@x.example", "dee@x.example"))]
    (copy,) = mailbox.folder("Sent Items").items.values()
    assert copy.mime == b"Bcc: dee@x.example\r\n" + MAIL


def test_people_at_the_same_server_get_what_is_sent_to_them(
    server: ExchangeServer, account: Any
) -> None:
    ben = server.add("ben@x.example", username="ben", password="other")
    draft(account).send()
    assert [item.mime for item in ben.folder("Inbox").items.values()] == [MAIL]


def test_items_are_changed_and_removed(account: Any, mailbox: ExchangeMailbox) -> None:
    item = mailbox.put(MAIL)
    (found,) = account.inbox.all().only("is_read", "categories")
    found.is_read, found.categories = True, ["a", "b"]
    found.save(update_fields=["is_read", "categories"])
    assert (item.is_read, item.categories) == (True, ("a", "b"))
    found.delete()
    assert not mailbox.folder("Inbox").items


def test_reading_sends_a_receipt_unless_that_is_suppressed(
    account: Any, mailbox: ExchangeMailbox
) -> None:
    for is_quiet in (True, False):
        item = mailbox.put(MAIL)
        target = Message(account=account, id=item.id, changekey=item.change_key, is_read=True)
        UpdateItem(account=account).get(
            items=[(target, ["is_read"])],
            conflict_resolution="AutoResolve",
            message_disposition="SaveOnly",
            send_meeting_invitations_or_cancellations="SendToNone",
            suppress_read_receipts=is_quiet,
        )
    assert mailbox.read_receipts == 1


def send_item(account: Any, item_id: str, change_key: str | None) -> None:
    one = ItemId(item_id, change_key) if change_key else ItemId(item_id)
    SendItem(account=account).get(items=[one], saved_item_folder=account.sent)


def test_what_cannot_be_sent_is_refused(account: Any, mailbox: ExchangeMailbox) -> None:
    made, received = draft(account), mailbox.put(MAIL)
    with pytest.raises(ErrorChangeKeyRequired):
        send_item(account, made.id, None)
    with pytest.raises(ErrorIrresolvableConflict):
        send_item(account, made.id, "b2xk")
    with pytest.raises(ErrorInvalidItemForOperationSendItem):
        send_item(account, received.id, received.change_key)
    mailbox.folder("Drafts").items[made.id].recipients.clear()
    with pytest.raises(ErrorInvalidRecipients):
        send_item(account, made.id, made.changekey)
    assert mailbox.sent == []


def test_items_are_found_by_their_message_id(account: Any, mailbox: ExchangeMailbox) -> None:
    wanted = mailbox.put(MAIL)
    mailbox.put(MAIL.replace(b"<1@x>", b"<2@x>"))
    assert [each.id for each in account.inbox.filter(message_id="<1@x>").only("subject")] == [
        wanted.id
    ]


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        ('<m:CreateItem MessageDisposition="SaveOnly"/>', "ErrorSchemaValidation"),
        ("<m:CreateItem><m:Items/></m:CreateItem>", "ErrorMessageDispositionRequired"),
        ("<m:SendItem><m:ItemIds/></m:SendItem>", "ErrorSchemaValidation"),
        ("<m:DeleteItem><m:ItemIds/></m:DeleteItem>", "ErrorSchemaValidation"),
        ("<m:UpdateItem><m:ItemChanges/></m:UpdateItem>", "ErrorSchemaValidation"),
        (
            '<m:UpdateItem ConflictResolution="AutoResolve"><m:ItemChanges/></m:UpdateItem>',
            "ErrorMessageDispositionRequired",
        ),
        (
            (
                '<m:CreateItem MessageDisposition="SaveOnly"><m:Items><t:Message>'
                "<t:IsRead>true</t:IsRead><t:MimeContent/></t:Message></m:Items></m:CreateItem>"
            ),
            "ErrorSchemaValidation",
        ),
    ],
)
def test_what_the_schema_does_not_allow_is_refused(operation: str, code: str) -> None:
    names = f'xmlns:s="{SOAP}" xmlns:m="{M}" xmlns:t="{T}"'
    envelope = f"<s:Envelope {names}><s:Body>{operation}</s:Body></s:Envelope>"
    mailbox = ExchangeMailbox(ADA)
    try:
        said = answer(mailbox, request(envelope.encode())).decode()
    except Refusal as refusal:
        said = refusal.code
    assert code in said
    assert not mailbox.folder("Drafts").items
