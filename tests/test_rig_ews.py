"""The Exchange server of the rig is one to exchangelib, which talks to it unmodified."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import exchangelib
import pytest
from exchangelib import services
from exchangelib.errors import (
    ErrorFolderNotFound,
    ErrorInvalidSyncStateData,
    ErrorItemNotFound,
    ErrorServerBusy,
    UnauthorizedError,
)
from exchangelib.fields import FieldPath
from exchangelib.folders import Folder
from exchangelib.items import Message
from exchangelib.properties import FolderId, ItemId
from exchangelib.version import EXCHANGE_2016, Version

from tests.rig import Rig
from tests.rig.ews import ExchangeMailbox, ExchangeServer, Fault
from tests.rig.ews.soap import SOAP, M, Refusal, T, request

ADA = "ada@hosting.example"
MAIL = b"From: bob@corp.example\r\nTo: ada@hosting.example\r\nSubject: \xc3\xa4\r\n\r\nhello\r\n"


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


def signed_in(server: ExchangeServer, password: str) -> Any:
    return exchangelib.Account(
        ADA,
        access_type=exchangelib.DELEGATE,
        default_timezone=exchangelib.UTC,
        config=exchangelib.Configuration(
            service_endpoint=server.url,
            credentials=exchangelib.Credentials("CORP\\ada", password),
            auth_type=exchangelib.BASIC,
            version=Version(EXCHANGE_2016),
            retry_policy=exchangelib.FailFast(),
        ),
    )


def page(account: Any, mailbox: ExchangeMailbox, state: str | None, most: int = 512) -> Any:
    """Return the changes of one page of the inbox, and what it said of itself."""
    service = services.SyncFolderItems(account=account)
    changes = list(
        service.call(
            folder=FolderId(id=mailbox.folder("Inbox").id),
            shape="IdOnly",
            additional_fields=None,
            sync_state=state,
            ignore=None,
            max_changes_returned=most,
            sync_scope=None,
        )
    )
    return changes, service


def items(account: Any, *ids: str, fields: tuple[str, ...] = ("mime_content",)) -> list[Any]:
    return list(
        services.GetItem(account=account).call(
            items=[ItemId(id=each) for each in ids],
            additional_fields=[
                FieldPath(field=Message.get_field_by_fieldname(name)) for name in fields
            ],
            shape="IdOnly",
        )
    )


def test_a_wrong_password_is_refused(server: ExchangeServer, mailbox: ExchangeMailbox) -> None:
    with pytest.raises(UnauthorizedError):
        page(signed_in(server, "wrong"), mailbox, None)


def test_the_inbox_is_walked_as_exchangelib_does_by_itself(
    account: Any, mailbox: ExchangeMailbox
) -> None:
    mailbox.put(MAIL)
    mailbox.put(MAIL + b"two\r\n")
    found = {item.mime_content for item in account.inbox.all().only("mime_content")}
    assert found == {MAIL, MAIL + b"two\r\n"}


def test_folders_below_others_are_listed(account: Any, mailbox: ExchangeMailbox) -> None:
    mailbox.create_folder("Inbox/Deals & more")
    found = {folder.name: folder for folder in account.inbox.walk()}
    assert set(found) == {"Deals & more"}


def test_the_hierarchy_is_told(account: Any, mailbox: ExchangeMailbox) -> None:
    mailbox.create_folder("Inbox/Deals")
    service = services.SyncFolderHierarchy(account=account)
    changes = service.call(
        folder=Folder(root=account.root, id=mailbox.root.id),
        shape="IdOnly",
        additional_fields=[FieldPath(field=Folder.get_field_by_fieldname("name"))],
        sync_state=None,
    )
    assert "Deals" in {folder.name for _, folder in changes}
    assert service.includes_last_item_in_range


def test_a_first_sync_comes_in_pages_that_lose_and_repeat_nothing(
    account: Any, mailbox: ExchangeMailbox
) -> None:
    put = [mailbox.put(MAIL).id for _ in range(5)]
    seen, state, pages, is_last = [], None, 0, False
    while not is_last:
        changes, service = page(account, mailbox, state, most=2)
        seen += [item.id for kind, item in changes if kind == "create"]
        state, is_last, pages = service.sync_state, service.includes_last_item_in_range, pages + 1
    assert seen == put
    assert pages == 3


def test_what_happens_after_a_sync_state_is_told_once(
    account: Any, mailbox: ExchangeMailbox
) -> None:
    read, flagged, moved, removed = (mailbox.put(MAIL) for _ in range(4))
    _, before = page(account, mailbox, None)
    mailbox.mark(read, is_read=True)
    mailbox.mark(flagged, is_flagged=True)
    arrived = mailbox.move(moved, "Drafts")
    mailbox.remove(removed)
    changes, after = page(account, mailbox, before.sync_state)
    assert [(kind, (it[0] if kind == "read_flag_change" else it).id) for kind, it in changes] == [
        ("read_flag_change", read.id),
        ("update", flagged.id),
        ("delete", moved.id),
        ("delete", removed.id),
    ]
    assert arrived.id != moved.id
    assert page(account, mailbox, after.sync_state)[0] == []


def test_items_are_given_byte_for_byte_with_what_else_is_asked(
    account: Any, mailbox: ExchangeMailbox
) -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    item = mailbox.put(MAIL, received_at=at)
    mailbox.mark(item, is_read=True)
    (found,) = items(
        account, item.id, fields=("mime_content", "datetime_received", "size", "is_read")
    )
    assert (found.mime_content, found.size, found.is_read) == (MAIL, item.size_bytes, True)
    assert found.datetime_received == at


def test_one_missing_item_does_not_spoil_the_others(account: Any, mailbox: ExchangeMailbox) -> None:
    here, gone = mailbox.put(MAIL), mailbox.put(MAIL)
    mailbox.remove(gone)
    found = items(account, gone.id, here.id)
    assert isinstance(found[0], ErrorItemNotFound)
    assert found[1].mime_content == MAIL


def test_a_sync_state_of_something_else_is_invalid(account: Any, mailbox: ExchangeMailbox) -> None:
    with pytest.raises(ErrorInvalidSyncStateData):
        page(account, mailbox, "bm9uc2Vuc2U=")


def test_a_folder_that_is_not_there_is_not_found(account: Any) -> None:
    (found,) = services.GetFolder(account=account).call(
        folders=[Folder(root=account.root, id="bm9uZQ==")], additional_fields=None, shape="IdOnly"
    )
    assert isinstance(found, ErrorFolderNotFound)


def test_a_busy_server_says_how_long_to_wait(
    server: ExchangeServer, account: Any, mailbox: ExchangeMailbox
) -> None:
    busy = Refusal("ErrorServerBusy", "The server cannot service this request", back_off_ms=7000)
    server.faults.append(Fault("SyncFolderItems", refusal=busy))
    with pytest.raises(ErrorServerBusy) as raised:
        page(account, mailbox, None)
    assert raised.value.back_off == 7
    assert page(account, mailbox, None)[0] == []


def test_an_answer_may_end_in_the_middle(
    server: ExchangeServer, account: Any, mailbox: ExchangeMailbox
) -> None:
    server.faults.append(Fault("SyncFolderItems", cut_at=100))
    with pytest.raises(exchangelib.errors.TransportError):
        page(account, mailbox, None)


def test_elements_in_the_wrong_order_are_refused() -> None:
    shape = "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>"
    body = f"<m:GetItem><m:ItemIds/>{shape}</m:GetItem>"
    names = f'xmlns:s="{SOAP}" xmlns:m="{M}" xmlns:t="{T}"'
    asked = f"<s:Envelope {names}><s:Body>{body}</s:Body></s:Envelope>"
    with pytest.raises(Refusal, match="lacks ItemShape"):
        request(asked.encode())
