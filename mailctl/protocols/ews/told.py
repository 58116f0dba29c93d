"""What a trace tells of requests to Exchange: the operation, signed how, how much, the answer."""

import re
from collections.abc import Mapping
from typing import Any

from urllib3.connection import HTTPSConnection

from mailctl.protocols import safe_words
from mailctl.protocols.pacing import PacedTlsSocket
from mailctl.protocols.safe_words import own
from mailctl.protocols.trace import SILENT, Conversation

_HEAD_BYTES = 4096
_OPERATION = re.compile(rb"Body>\s*<(?:m:)?([A-Za-z]{1,40})[ />]")
_OPERATIONS = frozenset(
    (
        *("GetFolder", "FindFolder", "SyncFolderHierarchy", "SyncFolderItems", "CreateFolder"),
        *("GetItem", "FindItem", "CreateItem", "UpdateItem", "SendItem", "DeleteItem", "CopyItem"),
        *("GetAttachment", "CreateAttachment", "MarkAsJunk", "ResolveNames", "GetServerTimeZones"),
        *("Subscribe", "GetEvents", "GetStreamingEvents", "Unsubscribe", "ConvertId", "MoveItem"),
        *("UploadItems", "ExportItems", "ArchiveItem", "GetUserConfiguration"),
    )
)
_METHODS = ("GET", "POST", "HEAD")
_SCHEMES = ("Basic", "Bearer", "NTLM", "Negotiate")


class Told(HTTPSConnection):
    """A connection of which whoever hears its socket is told."""

    asked_at = 0.0

    def request(self, method: str, url: str, *args: Any, **options: Any) -> None:
        """Send a request, and tell of it."""
        told = _told(self.sock)
        tell_request(told, f"https://{self.host}{url}", method, options)
        self.asked_at = told.now()
        super().request(method, url, *args, **options)

    def getresponse(self) -> Any:
        """Return the head of the answer, and tell of it."""
        response = super().getresponse()
        tell_response(_told(self.sock), response, since=self.asked_at)
        return response


def _told(sock: object) -> Conversation:
    return sock.told if isinstance(sock, PacedTlsSocket) else SILENT


def tell_request(told: Conversation, url: str, method: str, options: Mapping[str, Any]) -> None:
    """Tell of a request before it leaves."""
    if not told.is_heard:
        return
    body = options.get("body") or b""
    operation = _OPERATION.search(body[:_HEAD_BYTES])
    name = operation[1].decode() if operation else ""
    scheme, _, _ = (options.get("headers") or {}).get("Authorization", "").partition(" ")
    told.sent(
        *(safe_words.known(method, _METHODS), safe_words.url(url)),
        safe_words.known(name, _OPERATIONS) if name else own(""),
        own("signed by") if scheme else own("not signed"),
        safe_words.known(scheme, _SCHEMES) if scheme else own(""),
        safe_words.octets(len(body)),
    )


def tell_response(told: Conversation, response: Any, *, since: float) -> None:
    """Tell how a request ended, before the answer was read."""
    if not told.is_heard:
        return
    length = response.headers.get("Content-Length", "")
    size = safe_words.octets(int(length)) if re.fullmatch("[0-9]{1,12}", length) else own("")
    schemes = [
        safe_words.known(offer.split(" ")[0], _SCHEMES)
        for offer in response.headers.get("WWW-Authenticate", "").split(", ")
        if offer
    ]
    takes = (own("takes"), safe_words.listed(schemes)) if schemes else ()
    told.received(safe_words.number(response.status), size, *takes, since=since)
