"""SOAP as EWS speaks it: requests checked against the schema, answers put together."""

from collections.abc import Sequence
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

M = "http://schemas.microsoft.com/exchange/services/2006/messages"
T = "http://schemas.microsoft.com/exchange/services/2006/types"
SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
_ERRORS = "http://schemas.microsoft.com/exchange/services/2006/errors"

# messages.xsd: which elements a request may have, in this order; a mark says which must be there,
# a star which may come again.
SEQUENCES = {
    "GetFolder": "FolderShape! FolderIds!",
    "FindFolder": "FolderShape! IndexedPageFolderView FractionalPageFolderView Restriction "
    "ParentFolderIds!",
    "SyncFolderHierarchy": "FolderShape! SyncFolderId SyncState",
    "SyncFolderItems": "ItemShape! SyncFolderId! SyncState Ignore MaxChangesReturned! SyncScope",
    "GetItem": "ItemShape! ItemIds!",
    "FindItem": "ItemShape! IndexedPageItemView FractionalPageItemView CalendarView ContactsView "
    "GroupBy Restriction SortOrder ParentFolderIds! QueryString",
    "CreateItem": "SavedItemFolderId Items!",
    "SendItem": "ItemIds! SavedItemFolderId",
    "UpdateItem": "SavedItemFolderId ItemChanges!",
    "DeleteItem": "ItemIds!",
    "CreateFolder": "ParentFolderId! Folders!",
}
_SHAPE = "BaseShape! IncludeMimeContent BodyType AdditionalProperties"


_VERSIONS = (
    "Exchange2007",
    "Exchange2007_SP1",
    "Exchange2010",
    "Exchange2010_SP1",
    "Exchange2010_SP2",
    "Exchange2013",
    "Exchange2013_SP1",
    "Exchange2015",
    "Exchange2016",
)


class Refusal(Exception):
    """An answer to the request as a whole, or to one item of it."""

    def __init__(self, code: str, text: str = "", *, back_off_ms: int | None = None) -> None:
        super().__init__(text or code)
        self.code = code
        self.back_off_ms = back_off_ms

    def fault(self) -> bytes:
        """Return the SOAP fault."""
        wait = ""
        if self.back_off_ms is not None:
            wait = (
                f'<t:MessageXml xmlns:t="{T}"><t:Value Name="BackOffMilliseconds">'
                f"{self.back_off_ms}</t:Value></t:MessageXml>"
            )
        return _enveloped(
            "<s:Fault><faultcode>a:" + self.code + "</faultcode>"
            f"<faultstring>{escape(str(self))}</faultstring><detail>"
            f'<e:ResponseCode xmlns:e="{_ERRORS}">{self.code}</e:ResponseCode>'
            f'<e:Message xmlns:e="{_ERRORS}">{escape(str(self))}</e:Message>{wait}'
            "</detail></s:Fault>"
        )

    def message(self, operation: str) -> str:
        """Return the answer to one item."""
        state = ""
        if operation.startswith("Sync"):  # Exchange says these of a refusal too
            range_of = "Item" if operation == "SyncFolderItems" else "Folder"
            name = f"IncludesLast{range_of}InRange"
            state = f"<m:SyncState/><m:{name}>true</m:{name}>"
        return (
            f'<m:{operation}ResponseMessage ResponseClass="Error">'
            f"<m:MessageText>{escape(str(self))}</m:MessageText>"
            f"<m:ResponseCode>{self.code}</m:ResponseCode>"
            f"<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>{state}"
            f"</m:{operation}ResponseMessage>"
        )


def request(body: bytes) -> ET.Element:
    """Return the operation that an envelope asks for. Raises Refusal."""
    try:
        envelope = ET.fromstring(body)
    except ET.ParseError as error:
        raise Refusal("ErrorSchemaValidation", str(error)) from error
    found = envelope.find(f"{{{SOAP}}}Body")
    if envelope.tag != f"{{{SOAP}}}Envelope" or found is None or len(found) != 1:
        raise Refusal("ErrorSchemaValidation", "no envelope with one operation")
    asked = found[0]
    operation = asked.tag.removeprefix(f"{{{M}}}")
    if operation not in SEQUENCES:
        raise Refusal("ErrorInvalidRequest", f"no operation {operation}")
    check(asked, M, SEQUENCES[operation])
    for shape in asked:
        if shape.tag.endswith("Shape"):
            check(shape, T, _SHAPE)
    return asked


def require_version(body: bytes, newest: str) -> None:
    """Raise Refusal where a newer version of the protocol is asked for than the server knows."""
    envelope = ET.fromstring(body)
    asked = envelope.find(f"{{{SOAP}}}Header/{{{T}}}RequestServerVersion")
    version = asked.get("Version", "") if asked is not None else _VERSIONS[0]
    if version not in _VERSIONS[: _VERSIONS.index(newest) + 1]:
        raise Refusal("ErrorInvalidServerVersion", "The specified server version is invalid.")


def refused(asked: ET.Element, refusal: Refusal) -> bytes:
    """Return the answer in which everything that was asked for is refused."""
    operation = asked.tag.removeprefix(f"{{{M}}}")
    ids = next((each for each in asked if each.tag.endswith("Ids")), [None])
    return response(operation, [refusal.message(operation) for _ in ids])


def success(operation: str, content: str) -> str:
    """Return the answer to one part of a request that was fulfilled."""
    return (
        f'<m:{operation}ResponseMessage ResponseClass="Success">'
        f"<m:ResponseCode>NoError</m:ResponseCode>{content}</m:{operation}ResponseMessage>"
    )


def response(operation: str, messages: Sequence[str]) -> bytes:
    """Return the whole answer."""
    return _enveloped(
        f"<m:{operation}Response><m:ResponseMessages>{''.join(messages)}</m:ResponseMessages>"
        f"</m:{operation}Response>"
    )


def _enveloped(content: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="utf-8"?>'
        f'<s:Envelope xmlns:s="{SOAP}" xmlns:m="{M}" xmlns:t="{T}"><s:Header>'
        '<t:ServerVersionInfo MajorVersion="15" MinorVersion="2" MajorBuildNumber="1544" '
        'MinorBuildNumber="9" Version="V2017_07_11"/></s:Header>'
        f"<s:Body>{content}</s:Body></s:Envelope>"
    ).encode()


def check(element: ET.Element, namespace: str, sequence: str) -> None:
    """Raise Refusal unless the children follow the sequence of the schema."""
    there = iter(element)
    child = next(there, None)
    for each in sequence.split():
        name = f"{{{namespace}}}{each.rstrip('!*')}"
        if child is not None and child.tag == name:
            child = next(there, None)
            while each.endswith("*") and child is not None and child.tag == name:
                child = next(there, None)
        elif each.endswith("!"):
            raise Refusal("ErrorSchemaValidation", f"{element.tag} lacks {each.rstrip('!')}")
    if child is not None:
        raise Refusal("ErrorSchemaValidation", f"{child.tag} has no place there in {element.tag}")
