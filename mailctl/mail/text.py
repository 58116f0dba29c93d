"""What a person reads of a message: its text."""

from email import policy
from email.message import Message as Part
from email.parser import BytesParser

from mailctl.mail.charsets import decode
from mailctl.mail.parse import is_attachment

_HTML_MAX = 4 << 20
_UNREAD_ELEMENTS = ("head", "script", "style", "template")
_BLOCKS = "address,article,blockquote,br,dd,div,dt,h1,h2,h3,h4,h5,h6,hr,li,p,pre,table,tr"


def readable_text(source: bytes) -> str:
    """Return the plain text part, else the text of the HTML part, else nothing."""
    try:
        root = BytesParser(policy=policy.compat32).parsebytes(source)
        parts = [part for part in root.walk() if not part.is_multipart()]
    except (RecursionError, ValueError, LookupError):
        return ""
    for kind, read in (("text/plain", _content), ("text/html", _of_html)):
        for part in parts:
            if part.get_content_type() == kind and not is_attachment(part):
                return read(part).replace("\r\n", "\n").strip("\n")
    return ""


def _content(part: Part) -> str:
    payload = part.get_payload(decode=True)
    octets = payload if isinstance(payload, bytes) else b""
    return decode(octets, _charset(part))


def _charset(part: Part) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, LookupError):
        return None


def _of_html(part: Part) -> str:
    from selectolax.lexbor import LexborHTMLParser  # 5 ms, for HTML-only mail

    tree = LexborHTMLParser(_content(part)[:_HTML_MAX])
    tree.strip_tags(list(_UNREAD_ELEMENTS))
    for node in tree.css(_BLOCKS):
        node.insert_before("\n")
    lines = [" ".join(line.split()) for line in tree.text().splitlines()]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept)
