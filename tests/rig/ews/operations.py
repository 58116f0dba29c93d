"""What each operation of EWS answers, from a mailbox in memory."""

import base64
from collections.abc import Iterator
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

from .folder_marks import marks
from .mailbox import ExchangeFolder, ExchangeItem, ExchangeMailbox
from .soap import M, Refusal, T, response, success

_MOST_CHANGES = 512
_TIME = "%Y-%m-%dT%H:%M:%SZ"
_SEARCH_KEY = '<t:ExtendedFieldURI PropertyTag="0x300b" PropertyType="Binary"/>'


def answer(mailbox: ExchangeMailbox, asked: ET.Element) -> bytes:
    """Return the answer to an operation; where all of it is refused, that is its one part."""
    operation = asked.tag.removeprefix(f"{{{M}}}")
    try:
        parts = list(_OPERATIONS[operation](mailbox, asked))
    except Refusal as refusal:
        parts = [refusal.message(operation)]
    return response(operation, parts)


def _got_folders(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    for named in asked.findall(f"{{{M}}}FolderIds/*"):
        try:
            folder = _folder(mailbox, named)
        except Refusal as refusal:
            yield refusal.message("GetFolder")
        else:
            shown = _folder_xml(mailbox, folder, marks(folder, asked))
            yield success("GetFolder", f"<m:Folders>{shown}</m:Folders>")


def _found_folders(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    for named in asked.findall(f"{{{M}}}ParentFolderIds/*"):
        root = _folder(mailbox, named)
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
    folder = _folder(mailbox, named)
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
    created = set()
    for kind, item_id in folder.log[begin:end]:
        item = folder.items.get(item_id)
        if kind == "delete":
            if item_id not in created:
                yield f"<t:Delete><t:ItemId Id={quoteattr(item_id)}/></t:Delete>"
        elif item is None or item_id in created:
            continue  # what was created and deleted since is not told
        elif kind == "read":
            yield (
                f"<t:ReadFlagChange>{_item_id(item)}<t:IsRead>{str(item.is_read).lower()}"
                "</t:IsRead></t:ReadFlagChange>"
            )
        else:
            created.add(item_id)
            name = kind.title()
            yield f"<t:{name}><t:Message>{_item_id(item)}</t:Message></t:{name}>"


def _got_items(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    for named in asked.findall(f"{{{M}}}ItemIds/{{{T}}}ItemId"):
        item = mailbox.item(named.get("Id", ""))
        if item is None:
            gone = Refusal("ErrorItemNotFound", "The specified object was not found in the store.")
            yield gone.message("GetItem")
        else:
            yield success("GetItem", f"<m:Items>{_item_xml(item, asked)}</m:Items>")


def _found_items(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    for named in asked.findall(f"{{{M}}}ParentFolderIds/*"):
        items = _folder(mailbox, named).items.values()
        shown = [f"<t:Message>{_item_id(each)}</t:Message>" for each in items]
        yield success("FindItem", _portion(asked, "Item", shown))


_OPERATIONS = {
    "GetFolder": _got_folders,
    "FindFolder": _found_folders,
    "SyncFolderHierarchy": _synced_hierarchy,
    "SyncFolderItems": _synced_items,
    "GetItem": _got_items,
    "FindItem": _found_items,
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


def _folder(mailbox: ExchangeMailbox, named: ET.Element) -> ExchangeFolder:
    """Return the folder that an id names. Raises Refusal."""
    folder_id = named.get("Id", "")
    if named.tag == f"{{{T}}}FolderId":
        found = mailbox.folders.get(folder_id)
    else:
        whose = named.findtext(f"{{{T}}}Mailbox/{{{T}}}EmailAddress") or mailbox.address
        if whose.lower() != mailbox.address:
            raise Refusal("ErrorNonExistentMailbox", f"No mailbox {whose}")
        found = mailbox.root if folder_id == "root" else mailbox.distinguished(folder_id)
    if found is None:
        raise Refusal(
            "ErrorFolderNotFound", "The specified folder could not be found in the store."
        )
    return found


def _lies_below(mailbox: ExchangeMailbox, folder: ExchangeFolder, root: ExchangeFolder) -> bool:
    while folder.parent is not None:
        if folder.parent == root.id:
            return True
        folder = mailbox.folders[folder.parent]
    return False


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
    fields = {each.get("FieldURI") for each in asked.iter(f"{{{T}}}FieldURI")}
    is_asked_for_mime = asked.findtext(f".//{{{T}}}IncludeMimeContent") == "true"
    parts = ["<t:Message>"]
    if is_asked_for_mime or "item:MimeContent" in fields:
        parts.append(
            '<t:MimeContent CharacterSet="UTF-8">'
            f"{base64.b64encode(item.mime).decode()}</t:MimeContent>"
        )
    parts.append(_item_id(item))
    if "item:DateTimeReceived" in fields:
        parts.append(f"<t:DateTimeReceived>{item.received_at:{_TIME}}</t:DateTimeReceived>")
    if "item:Size" in fields:
        parts.append(f"<t:Size>{len(item.mime)}</t:Size>")
    if any(each.get("PropertyTag") == "0x300b" for each in asked.iter(f"{{{T}}}ExtendedFieldURI")):
        parts.append(
            f"<t:ExtendedProperty>{_SEARCH_KEY}<t:Value>{item.search_key}</t:Value>"
            "</t:ExtendedProperty>"
        )
    if "item:Flag" in fields:
        status = "Flagged" if item.is_flagged else "NotFlagged"
        parts.append(f"<t:Flag><t:FlagStatus>{status}</t:FlagStatus></t:Flag>")
    if "message:IsRead" in fields:
        parts.append(f"<t:IsRead>{str(item.is_read).lower()}</t:IsRead>")
    return "".join([*parts, "</t:Message>"])


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
