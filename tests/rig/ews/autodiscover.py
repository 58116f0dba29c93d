"""Autodiscover as the Exchange server answers it: version 2 to anybody, POX to who signs in."""

import json
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

_ASKED = "{http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006}"
_ANSWERED = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
_ENVELOPE = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006"
JSON_PATH = "/autodiscover/autodiscover.json/v1.0/"
POX_PATH = "/autodiscover/autodiscover.xml"


@dataclass
class Autodiscover:
    """What it says of where EWS is; None stands for a version that the server has not."""

    url: str
    has_json: bool = True
    has_pox: bool = True
    redirect_url: str | None = None
    """Where POX sends who asks, in its answer."""
    redirect_address: str | None = None
    moved_to: str | None = None
    """Where HTTP sends who asks, whatever they ask."""
    hosts: list[str] = field(default_factory=list)
    """Which host each request was for."""

    def by_json(self, query: str) -> tuple[int, bytes]:
        """Return status and answer of version 2."""
        if not self.has_json:
            return 404, b""
        if query != "Protocol=EWS":
            return 400, b'{"ErrorCode": "MandatoryParameterMissing"}'
        return 200, json.dumps({"Protocol": "EWS", "Url": self.url}).encode()

    def by_pox(self, body: bytes) -> tuple[int, bytes]:
        """Return status and answer of the older version."""
        asked = ET.fromstring(body).find(f"{_ASKED}Request")
        if asked is None or not asked.findtext(f"{_ASKED}EMailAddress"):
            return 200, _enveloped("<Error><ErrorCode>600</ErrorCode></Error>")
        if self.redirect_url or self.redirect_address:
            kind = "Url" if self.redirect_url else "Addr"
            where = escape(self.redirect_url or self.redirect_address or "")
            return 200, _account(
                f"<Action>redirect{kind}</Action><Redirect{kind}>{where}</Redirect{kind}>"
            )
        inside = "https://ex01.corp.local/EWS/Exchange.asmx"
        return 200, _account(
            "<AccountType>email</AccountType><Action>settings</Action>"
            f"<Protocol><Type>EXCH</Type><EwsUrl>{inside}</EwsUrl></Protocol>"
            f"<Protocol><Type>EXPR</Type><EwsUrl>{escape(self.url)}</EwsUrl></Protocol>"
        )


def _account(content: str) -> bytes:
    return _enveloped(f'<Account xmlns="{_ANSWERED}">{content}</Account>')


def _enveloped(content: str) -> bytes:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="{_ENVELOPE}">'
        f'<Response xmlns="{_ANSWERED}">{content}</Response></Autodiscover>'
    ).encode()
