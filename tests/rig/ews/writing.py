"""What changes a mailbox over EWS: items made, sent, altered and removed, folders made."""

import base64
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

from .mailbox import ExchangeFolder, ExchangeItem, ExchangeMailbox
from .soap import M, Refusal, T, check, success

# types.xsd: what a message may be made with, in this order; a star says that it may come again.
_MESSAGE = (
    "MimeContent ItemClass Subject Sensitivity Body Attachments Categories Importance InReplyTo "
    "ReminderDueBy ReminderIsSet ReminderNextTime ReminderMinutesBeforeStart ExtendedProperty* "
    "Culture Flag ToRecipients CcRecipients BccRecipients IsReadReceiptRequested "
    "IsDeliveryReceiptRequested From InternetMessageId IsRead "
    "IsResponseRequested References ReplyTo"
)
_RECIPIENTS = {"ToRecipients": "to", "CcRecipients": "cc", "BccRecipients": "bcc"}
_REMOVABLE = {f"message:{name}": kind for name, kind in _RECIPIENTS.items()}
_MESSAGE_FLAGS, _DELIVERED, _FLAG_STATUS, _LAST_VERB = "0xe07", "0xe06", "0x1090", "0x1081"
_READ, _UNSENT = 1, 8
_ITEM_IDS = f"{{{M}}}ItemIds/{{{T}}}ItemId"


def created_items(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    """Make items, drafts unless their flags say otherwise. What sends at once is not offered."""
    disposition = asked.get("MessageDisposition")
    if disposition is None:
        raise Refusal("ErrorMessageDispositionRequired", "MessageDisposition is required")
    if disposition != "SaveOnly":
        raise Refusal("ErrorInvalidRequest", f"{disposition} is not offered here")
    named = asked.find(f"{{{M}}}SavedItemFolderId/*")
    folder = mailbox.named(named) if named is not None else mailbox.folder("Drafts")

    def made(message: ET.Element) -> str:
        check(message, T, _MESSAGE)
        mailbox.made_with.append([each.tag.removeprefix(f"{{{T}}}") for each in message])
        return f"<m:Items>{_message(_created(mailbox, folder, message))}</m:Items>"

    yield from _each("CreateItem", asked.findall(f"{{{M}}}Items/*"), made)


def _created(mailbox: ExchangeMailbox, folder: ExchangeFolder, message: ET.Element) -> ExchangeItem:
    coded = message.findtext(f"{{{T}}}MimeContent") or ""
    try:
        mime = base64.b64decode(coded, validate=True)
    except ValueError as error:
        raise Refusal("ErrorMimeContentInvalidBase64String", str(error)) from error
    if len(mime) > mailbox.largest_bytes:
        raise Refusal("ErrorMessageSizeExceeded", "The message exceeds the maximum supported size.")
    properties = dict(map(_property, message.findall(f"{{{T}}}ExtendedProperty")))
    flags = int(properties.pop(_MESSAGE_FLAGS, _UNSENT))
    delivered = properties.pop(_DELIVERED, None)
    at = datetime.fromisoformat(delivered) if delivered else None
    item = mailbox.placed_anew(mime, folder, at.astimezone(UTC) if at else None)
    item.is_read = bool(flags & _READ)
    item.is_draft = bool(flags & _UNSENT)
    item.is_flagged = properties.pop(_FLAG_STATUS, "0") == "2"
    item.last_verb = int(properties.pop(_LAST_VERB, 0))
    item.properties = properties
    item.categories = tuple(each.text or "" for each in message.findall(f"{{{T}}}Categories/*"))
    # the properties of a message come after its MIME content, and take the place of what it says
    for tag, kind in _RECIPIENTS.items():
        listed = message.find(f"{{{T}}}{tag}")
        if listed is not None:
            item.recipients[kind] = [
                each.text or "" for each in listed.iter(f"{{{T}}}EmailAddress")
            ]
    return item


def sent_items(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    """Send drafts; each lies in the folder for sent mail afterwards, where that is asked for."""
    is_saved = asked.get("SaveItemToFolder")
    if is_saved not in {"true", "false"}:
        raise Refusal("ErrorSchemaValidation", "SaveItemToFolder is required")
    named = asked.find(f"{{{M}}}SavedItemFolderId/*")
    if is_saved == "false" and named is not None:
        raise Refusal("ErrorInvalidSendItemSaveSettings", "no folder where nothing is saved")
    where = mailbox.named(named) if named is not None else mailbox.folder("Sent Items")

    def sent(one: ET.Element) -> str:
        item = _current(mailbox, one, needs_key=True)
        if not item.is_draft:
            raise Refusal("ErrorInvalidItemForOperationSendItem", "no draft")
        if not any(item.recipients.values()):
            raise Refusal("ErrorInvalidRecipients", "At least one recipient is needed.")
        mailbox.send(item, where if is_saved == "true" else None)
        return ""

    yield from _each("SendItem", asked.findall(_ITEM_IDS), sent)


def updated_items(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    """Change items, each under its change key unless that is to be overwritten."""
    resolution = asked.get("ConflictResolution")
    if resolution not in {"NeverOverwrite", "AutoResolve", "AlwaysOverwrite"}:
        raise Refusal("ErrorSchemaValidation", "ConflictResolution is required")
    if asked.get("MessageDisposition") is None:
        raise Refusal("ErrorMessageDispositionRequired", "MessageDisposition is required")
    is_quiet = asked.get("SuppressReadReceipts") == "true"

    def changed(change: ET.Element) -> str:
        check(change, T, "ItemId! Updates!")
        item = _current(mailbox, change[0], needs_key=resolution != "AlwaysOverwrite")
        for update in change[1]:
            _update(mailbox, item, update, is_quiet=is_quiet)
        conflicts = "<m:ConflictResults><t:Count>0</t:Count></m:ConflictResults>"
        return f"<m:Items>{_message(item)}</m:Items>{conflicts}"

    changes = asked.findall(f"{{{M}}}ItemChanges/{{{T}}}ItemChange")
    yield from _each("UpdateItem", changes, changed)


def _update(
    mailbox: ExchangeMailbox, item: ExchangeItem, update: ET.Element, *, is_quiet: bool
) -> None:
    is_set = update.tag == f"{{{T}}}SetItemField"
    if not is_set and update.tag != f"{{{T}}}DeleteItemField":
        raise Refusal("ErrorSchemaValidation", f"{update.tag} is no update")
    if len(update) != 1 + is_set or (is_set and len(update[1]) != 1):
        raise Refusal("ErrorSchemaValidation", "an update names one field, and sets that one")
    path, value = update[0], update[1][0] if is_set else None
    field = path.get("FieldURI")
    if field == "message:IsRead" and value is not None:
        is_read = value.text in {"true", "1"}  # xs:boolean
        mailbox.read_receipts += int(is_read and not item.is_read and not is_quiet)
        mailbox.mark(item, is_read=is_read)
    elif field == "item:Categories":
        item.categories = tuple(each.text or "" for each in value or ())
        mailbox.touch(item)
    elif field in _REMOVABLE and not is_set:
        item.recipients.pop(_REMOVABLE[field], None)
        mailbox.touch(item)
    elif path.tag == f"{{{T}}}ExtendedFieldURI":
        key, said = _property(value) if value is not None else (property_key(path), "")
        if key == _FLAG_STATUS:
            mailbox.mark(item, is_flagged=said == "2")
            return
        if key == _LAST_VERB:
            mailbox.mark(item, last_verb=int(said or 0))
            return
        item.properties.pop(key, None)
        if is_set:
            item.properties[key] = said
        mailbox.touch(item)
    else:
        raise Refusal("ErrorInvalidPropertySet", f"{field} cannot be set")


def deleted_items(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    """Remove items, for good or into the folder for that."""
    how = asked.get("DeleteType")
    if how not in {"HardDelete", "SoftDelete", "MoveToDeletedItems"}:
        raise Refusal("ErrorSchemaValidation", "DeleteType is required")

    def removed(named: ET.Element) -> str:
        item = _current(mailbox, named, needs_key=False)
        if how == "MoveToDeletedItems":
            mailbox.move(item, "Deleted Items")
        else:
            mailbox.remove(item)
        return ""

    yield from _each("DeleteItem", asked.findall(_ITEM_IDS), removed)


def created_folders(mailbox: ExchangeMailbox, asked: ET.Element) -> Iterator[str]:
    """Make folders below another one."""
    parent = mailbox.named(asked.findall(f"{{{M}}}ParentFolderId/*")[0])

    def made(each: ET.Element) -> str:
        name = each.findtext(f"{{{T}}}DisplayName") or ""
        if any((f.parent, f.name) == (parent.id, name) for f in mailbox.folders.values()):
            raise Refusal("ErrorFolderExists", "A folder with that name exists.")
        folder = mailbox.folder_below(parent, name)
        named = f'<t:FolderId Id={quoteattr(folder.id)} ChangeKey="AQAAAA=="/>'
        return f"<m:Folders><t:Folder>{named}</t:Folder></m:Folders>"

    yield from _each("CreateFolder", asked.findall(f"{{{M}}}Folders/*"), made)


def is_wanted(item: ExchangeItem, restriction: ET.Element | None) -> bool:
    """Whether FindItem is to show an item: equality and both ways to join it are known."""
    if restriction is None:
        return True
    (term,) = restriction
    match term.tag.removeprefix(f"{{{T}}}"):
        case "Or":
            return any(_is_so(item, each) for each in term)
        case "And":
            return all(_is_so(item, each) for each in term)
        case _:
            return _is_so(item, term)


def _is_so(item: ExchangeItem, term: ET.Element) -> bool:
    constant = term.find(f"{{{T}}}FieldURIOrConstant/{{{T}}}Constant")
    if term.tag != f"{{{T}}}IsEqualTo" or len(term) != 2 or constant is None:
        raise Refusal("ErrorUnsupportedPathForQuery", f"{term.tag} is not known here")
    path = term[0]
    if path.tag == f"{{{T}}}ExtendedFieldURI":
        value = item.properties.get(property_key(path))
    elif path.get("FieldURI") == "message:InternetMessageId":
        value = item.message_id
    else:
        raise Refusal("ErrorUnsupportedPathForQuery", f"{path.attrib} is not known here")
    return value is not None and value.lower() == constant.get("Value", "").lower()


def property_key(path: ET.Element) -> str:
    """Return what an extended property is kept under: its tag, or its set and name."""
    tag = path.get("PropertyTag")
    if path.get("PropertyType") is None:
        raise Refusal("ErrorSchemaValidation", "PropertyType is required")
    if tag is not None:
        return hex(int(tag, 16))
    return f"{path.get('PropertySetId')} {path.get('PropertyName')}"


def _each(
    operation: str, elements: Iterable[ET.Element], act: Callable[[ET.Element], str]
) -> Iterator[str]:
    """Do something with each part of a request; one that is refused spoils no other."""
    for element in elements:
        try:
            content = act(element)
        except Refusal as refusal:
            yield refusal.message(operation)
        else:
            yield success(operation, content)


def _property(element: ET.Element) -> tuple[str, str]:
    check(element, T, "ExtendedFieldURI! Value!")
    return property_key(element[0]), element[1].text or ""


def _current(mailbox: ExchangeMailbox, named: ET.Element, *, needs_key: bool) -> ExchangeItem:
    """Return the item of an id. Raises Refusal where it is not that version of it."""
    item = mailbox.item(named.get("Id", ""))
    if item is None:
        raise Refusal("ErrorItemNotFound", "The specified object was not found in the store.")
    key = named.get("ChangeKey")
    if needs_key and key is None:
        raise Refusal("ErrorChangeKeyRequired", "A change key is required.")
    if needs_key and key != item.change_key:
        raise Refusal("ErrorIrresolvableConflict", "The operation cannot be performed: conflict.")
    return item


def _message(item: ExchangeItem) -> str:
    return (
        f"<t:Message><t:ItemId Id={quoteattr(item.id)} ChangeKey={quoteattr(item.change_key)}/>"
        "</t:Message>"
    )
