"""Autodiscover's older form: plain XML, asked and answered ([MS-OXDSCLI] section 2.2)."""

from contextlib import suppress
from xml.sax.saxutils import escape

from exchangelib.util import ParseError, to_xml

from mailctl.records import dataclass

_ASKED = "http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006"
_ANSWERED = "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a"
# From outside (EXPR) reaches more of us than from within the domain (EXCH).
_PROTOCOLS = ("EXPR", "EXHTTP", "EXCH", "WEB")


@dataclass(frozen=True)
class Answer:
    """What a host says: the address of EWS, or whom to ask, or why not."""

    url: str | None = None
    redirect_url: str | None = None
    redirect_address: str | None = None
    error: str | None = None


def request(address: str) -> bytes:
    """Return the question for a mailbox."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Autodiscover xmlns="{_ASKED}"><Request>'
        f"<EMailAddress>{escape(address)}</EMailAddress>"
        f"<AcceptableResponseSchema>{_ANSWERED}</AcceptableResponseSchema>"
        "</Request></Autodiscover>"
    ).encode()


def read(document: bytes) -> Answer:
    """Return what an answer says; what cannot be read says nothing."""
    urls: dict[str, str] = {}
    said: dict[str, str] = {}
    # no entity is resolved there, and the caller bounds the document
    with suppress(ParseError, ValueError, LookupError):
        for element in to_xml(iter([document])).iter():
            name = _local(element.tag)
            if name == "Protocol":
                inside = {_local(each.tag): (each.text or "").strip() for each in element}
                if inside.get("EwsUrl"):
                    urls.setdefault(inside.get("Type", ""), inside["EwsUrl"])
            elif name in ("RedirectUrl", "RedirectAddr", "Message"):
                said.setdefault(name, (element.text or "").strip())
    best = next((urls[kind] for kind in _PROTOCOLS if kind in urls), None)
    return Answer(
        best or next(iter(urls.values()), None),
        said.get("RedirectUrl") or None,
        said.get("RedirectAddr") or None,
        said.get("Message") or None,
    )


def _local(tag: object) -> str:
    return str(tag).rpartition("}")[2]
