"""What each operation of EWS answers, from a mailbox in memory."""

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC
from email import message_from_bytes
from email.policy import default
from typing import Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from .folder_marks import marks
from .mailbox import ExchangeFolder, ExchangeItem, ExchangeMailbox
from .soap import M, Refusal, T, response, success
from .writing import (
    created_folders,
    created_items,
    deleted_items,
    is_wanted,
    property_key,
    sent_items,
    updated_items,
)

_MOST_CHANGES = 512
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_PROPERTIES: dict[str, tuple[str, Callable[[ExchangeItem], object]]] = {
    "0x300b": ("Binary", lambda item: item.search_key),
    "0x1090": ("Integer", lambda item: 2 if item.is_flagged else None),
    "0x1081": ("Integer", lambda item: item.last_verb or None),
}


def answer(mailbox: ExchangeMailbox, asked: ET.Element) -> bytes:
    """Return the answer to an operation; where all of it is refused, that is its one part."""
    operation = asked.tag.removeprefix(f"{{{M}}}")
    try:
        parts = list(_OPERATIONS[operation](mailbox, asked))
    except Refusal as refusal:
        parts = [refusal.message(operation)]
    return response(operation, parts)


def sources_of(asked: ET.Element, mailbox: ExchangeMailbox) -> list[str]:
    """Return the ids of the items whose source a request gets."""
    named = asked.iterfind(f"{{{M}}}ItemIds/{{{T}}}ItemId")
    ids = [each.get("Id", "") for each in named] if _wants_mime(asked) else []
    return [item_id for item_id in ids if mailbox.item(item_id) is not None]


def _wants_mime(asked: ET.Element) -> bool:
    shape = _shape(asked)
    fields = {each.get("FieldURI") for each in shape.iter(f"{{{T}}}FieldURI")}
    return shape.findtext(f"{{{T}}}IncludeMimeContent") == "true" or "item:MimeContent" in fields


def _shape(asked: ET.Element) -> ET.Element:
    """Return what is asked of each item, which comes first in a request."""
    return asked[0]


def _got_folders(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    for named in asked.findall(f"{{{M}}}FolderIds/*"):
        try:
            folder = mailbox.named(named)
        except Refusal as refusal:
            yield refusal.message("GetFolder")
        else:
            shown = _folder_xml(mailbox, folder, marks(folder, asked))
            yield success("GetFolder", f"<m:Folders>{shown}</m:Folders>")


def _found_folders(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    for named in asked.findall(f"{{{M}}}ParentFolderIds/*"):
        root = mailbox.named(named)
        below = [each for each in mailbox.folders.values() if _lies_below(mailbox, each, root)]
        yield success(
            "FindFolder", _portion(asked, "Folder", [_folder_xml(mailbox, f) for f in below])
        )


def _synced_hierarchy(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    # all of it every time: the state only says that it was asked for
    shown = "".join(
        f"<t:Create>{_folder_xml(mailbox, each)}</t:Create>"
        for each in mailbox.folders.values()
        if each is not mailbox.root
    )
    yield success(
        "SyncFolderHierarchy",
        "<m:SyncState>aGllcmFyY2h5</m:SyncState>"
        f"<m:IncludesLastFolderInRange>true</m:IncludesLastFolderInRange><m:Changes>{shown}</m:Changes>",
    )


def _synced_items(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    named = asked.find(f"{{{M}}}SyncFolderId/*")
    if named is None:
        raise Refusal("ErrorSchemaValidation", "no folder")
    folder = mailbox.named(named)
    most = int(asked.findtext(f"{{{M}}}MaxChangesReturned") or "")
    if not 0 < most <= _MOST_CHANGES:
        raise Refusal("ErrorSchemaValidation", "MaxChangesReturned is 1 to 512")
    begin = _position(folder, asked.findtext(f"{{{M}}}SyncState"))
    end = min(begin + most, len(folder.log))
    yield success(
        "SyncFolderItems",
        f"<m:SyncState>{_state(folder, end)}</m:SyncState>"
        f"<m:IncludesLastItemInRange>{str(end == len(folder.log)).lower()}"
        "</m:IncludesLastItemInRange>"
        f"<m:Changes>{''.join(_changes(folder, begin, end))}</m:Changes>",
    )


def _changes(folder: ExchangeFolder, begin: int, end: int) -> Iterator[str]:
    created, updated = set(), set()
    for kind, item_id in folder.log[begin:end]:
        item = folder.items.get(item_id)
        if kind == "delete":
            if item_id not in created:
                yield f"<t:Delete><t:ItemId Id={quoteattr(item_id)}/></t:Delete>"
        elif item is None or item_id in created or (kind, item_id) in updated:
            continue  # what was created and deleted since is not told
        elif kind == "read":
            yield (
                f"<t:ReadFlagChange>{_item_id(item)}<t:IsRead>{str(item.is_read).lower()}"
                "</t:IsRead></t:ReadFlagChange>"
            )
        else:
            updated.add((kind, item_id))
            if kind == "create":
                created.add(item_id)
            name = kind.title()
            yield f"<t:{name}><t:{item.kind}>{_item_id(item)}</t:{item.kind}></t:{name}>"


def _got_items(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    for named in asked.findall(f"{{{M}}}ItemIds/{{{T}}}ItemId"):
        item = mailbox.item(named.get("Id", ""))
        if item is None:
            gone = Refusal("ErrorItemNotFound", "The specified object was not found in the store.")
            yield gone.message("GetItem")
        elif item.refused_as:
            yield Refusal(item.refused_as).message("GetItem")
        else:
            yield success("GetItem", f"<m:Items>{_item_xml(item, asked)}</m:Items>")


def _found_items(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    for named in asked.findall(f"{{{M}}}ParentFolderIds/*"):
        restriction = asked.find(f"{{{M}}}Restriction")
        items = mailbox.named(named).items.values()
        shown = [_item_xml(each, asked) for each in items if is_wanted(each, restriction)]
        yield success("FindItem", _portion(asked, "Item", shown))


_OPERATIONS = {
    "GetFolder": _got_folders,
    "FindFolder": _found_folders,
    "SyncFolderHierarchy": _synced_hierarchy,
    "SyncFolderItems": _synced_items,
    "GetItem": _got_items,
    "FindItem": _found_items,
    "CreateItem": created_items,
    "SendItem": sent_items,
    "UpdateItem": updated_items,
    "DeleteItem": deleted_items,
    "CreateFolder": created_folders,
}


def _portion(asked: ET.Element, kind: str, every: list[str]) -> str:
    view = asked.find(f"{{{M}}}IndexedPage{kind}View")
    offset = int(view.get("Offset", "0")) if view is not None else 0
    most = int(view.get("MaxEntriesReturned", "1000")) if view is not None else 1000
    end = min(offset + most, len(every))
    return (
        f'<m:RootFolder IndexedPagingOffset="{end}" TotalItemsInView="{len(every)}" '
        f'IncludesLastItemInRange="{str(end == len(every)).lower()}">'
        f"<t:{kind}s>{''.join(every[offset:end])}</t:{kind}s></m:RootFolder>"
    )


def _lies_below(mailbox: ExchangeMailbox, folder: ExchangeFolder, root: ExchangeFolder) -> bool:
    while folder.parent is not None:
        if folder.parent == root.id:
            return True
        folder = mailbox.folders[folder.parent]
    return False


def _kept(path: ET.Element) -> Callable[[Any], object]:
    """Return what gives a property that somebody wrote."""
    return lambda item: item.properties.get(property_key(path))


def _extended(asked: ET.Element, known: Mapping[str, tuple[str, Any]], of: object) -> str:
    """Return the properties of MAPI that were asked for and that there are."""
    shown = []
    for each in _shape(asked).iter(f"{{{T}}}ExtendedFieldURI"):
        kind, value_of = known.get(property_key(each), (each.get("PropertyType"), _kept(each)))
        if each.get("PropertyType") != kind:
            raise Refusal("ErrorInvalidPropertyRequest", "The property type does not match.")
        value = value_of(of)
        if value is not None:
            named = " ".join(f"{name}={quoteattr(said)}" for name, said in each.attrib.items())
            shown.append(
                f"<t:ExtendedProperty><t:ExtendedFieldURI {named}/><t:Value>{escape(str(value))}"
                "</t:Value></t:ExtendedProperty>"
            )
    return "".join(shown)


def _folder_xml(mailbox: ExchangeMailbox, folder: ExchangeFolder, more: str = "") -> str:
    parent = f"<t:ParentFolderId Id={quoteattr(folder.parent)}/>" if folder.parent else ""
    below = sum(each.parent == folder.id for each in mailbox.folders.values())
    unread = sum(not each.is_read for each in folder.items.values())
    return (
        f'<t:Folder><t:FolderId Id={quoteattr(folder.id)} ChangeKey="AQAAAA=="/>{parent}'
        f"<t:FolderClass>IPF.Note</t:FolderClass><t:DisplayName>{escape(folder.name)}"
        f"</t:DisplayName><t:TotalCount>{len(folder.items)}</t:TotalCount>"
        f"<t:ChildFolderCount>{below}</t:ChildFolderCount>{more}"
        f"<t:UnreadCount>{unread}</t:UnreadCount></t:Folder>"
    )


def _item_id(item: ExchangeItem) -> str:
    return f"<t:ItemId Id={quoteattr(item.id)} ChangeKey={quoteattr(item.change_key)}/>"


def _item_xml(item: ExchangeItem, asked: ET.Element) -> str:
    """Return what was asked of a message, in the order of types.xsd."""
    fields = {each.get("FieldURI") for each in _shape(asked).iter(f"{{{T}}}FieldURI")}
    parts = [f"<t:{item.kind}>"]
    if _wants_mime(asked):
        parts.append(
            '<t:MimeContent CharacterSet="UTF-8">'
            f"{base64.b64encode(item.mime).decode()}</t:MimeContent>"
        )
    parts.append(_item_id(item))
    said = message_from_bytes(item.mime if "item:Subject" in fields else b"", policy=default)
    if "item:Subject" in fields:
        parts.append(f"<t:Subject>{escape(str(said.get('Subject', '')))}</t:Subject>")
    if "item:DateTimeReceived" in fields:
        parts.append(f"<t:DateTimeReceived>{item.received_at:{_TIME}}</t:DateTimeReceived>")
    if "item:Size" in fields:
        parts.append(f"<t:Size>{item.size_bytes}</t:Size>")
    if "item:Categories" in fields and item.categories:
        named = "".join(f"<t:String>{escape(each)}</t:String>" for each in item.categories)
        parts.append(f"<t:Categories>{named}</t:Categories>")
    if "item:IsSubmitted" in fields:
        parts.append(f"<t:IsSubmitted>{str(item.is_submitted).lower()}</t:IsSubmitted>")
    if "item:IsDraft" in fields:
        parts.append(f"<t:IsDraft>{str(item.is_draft).lower()}</t:IsDraft>")
    if "item:DateTimeSent" in fields and said.get("Date"):
        at = said["Date"].datetime.astimezone(UTC)
        parts.append(f"<t:DateTimeSent>{at:{_TIME}}</t:DateTimeSent>")
    parts.append(_extended(asked, _PROPERTIES, item))
    if "item:Flag" in fields:
        status = "Flagged" if item.is_flagged else "NotFlagged"
        parts.append(f"<t:Flag><t:FlagStatus>{status}</t:FlagStatus></t:Flag>")
    for kind in ("to", "cc", "bcc"):
        name = f"{kind.title()}Recipients"
        if f"message:{name}" in fields and item.recipients.get(kind):
            parts.append(f"<t:{name}>{_mailboxes(item.recipients[kind])}</t:{name}>")
    if "message:From" in fields and said.get("From"):
        address = escape(said["From"].addresses[0].addr_spec)
        parts.append(
            f"<t:From><t:Mailbox><t:EmailAddress>{address}</t:EmailAddress></t:Mailbox></t:From>"
        )
    if "message:InternetMessageId" in fields and item.message_id:
        parts.append(f"<t:InternetMessageId>{escape(item.message_id)}</t:InternetMessageId>")
    if "message:IsRead" in fields:
        parts.append(f"<t:IsRead>{str(item.is_read).lower()}</t:IsRead>")
    if "message:ReceivedBy" in fields and item.is_received:
        parts.append(
            "<t:ReceivedBy><t:Mailbox><t:EmailAddress>owner@here.example</t:EmailAddress>"
            "</t:Mailbox></t:ReceivedBy>"
        )
    return "".join([*parts, f"</t:{item.kind}>"])


def _mailboxes(addresses: list[str]) -> str:
    return "".join(
        f"<t:Mailbox><t:EmailAddress>{escape(each)}</t:EmailAddress>"
        "<t:RoutingType>SMTP</t:RoutingType></t:Mailbox>"
        for each in addresses
    )


def _state(folder: ExchangeFolder, position: int) -> str:
    return base64.b64encode(f"{folder.id} {position}".encode()).decode()


def _position(folder: ExchangeFolder, state: str | None) -> int:
    """Return the point in the folder's log that a sync state names. Raises Refusal."""
    if not state:
        return 0
    try:
        of, position = base64.b64decode(state, validate=True).decode().split(" ")
        if of == folder.id and 0 <= int(position) <= len(folder.log):
            return int(position)
    except ValueError:
        pass
    raise Refusal("ErrorInvalidSyncStateData", "The synchronization state data is corrupt.")
