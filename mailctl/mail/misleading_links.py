"""Links of HTML that read like an address and lead to another one."""

import re
from collections.abc import Iterator

from mailctl.mail.blocks import HTML, kind_of
from mailctl.mail.charsets import read
from mailctl.mail.html import HTML_MAX
from mailctl.mail.html_tags import Tag, pieces
from mailctl.mail.parts import parts

FOUND_MAX = 10
_TEXT_MAX = 300

# A bare name would do too, but README.md and invoice.pdf are such names.
_SHOWN = re.compile(r"\s*(?:https?://(?:[^/@\s]*@)?|(?=www\.))([\w.-]+)", re.IGNORECASE)
_TARGET = re.compile(r"\s*https?://(?:[^/?#]*@)?([^/?#:\s]+)", re.IGNORECASE)


def misleading_links(source: bytes) -> tuple[tuple[str, str], ...]:
    """Return hosts that links show and the ones they lead to, each pair once, FOUND_MAX at most.

    A host and those below it are one. Never raises.
    """
    found: dict[tuple[str, str], None] = {}
    for part in parts(source).leaves:
        if kind_of(part) == HTML:
            html = read(part.content(4 * HTML_MAX), part.parameter("charset")).text
            for text, address in _links(html[:HTML_MAX]):
                shown, target = _SHOWN.match(text), _TARGET.match(address)
                if shown and target and not _are_one(shown[1], target[1]):
                    found[shown[1].lower(), target[1].lower()] = None
                    if len(found) == FOUND_MAX:
                        return tuple(found)
    return tuple(found)


def _links(html: str) -> Iterator[tuple[str, str]]:
    """Yield the text of each link, as far as it is looked at, and where it leads."""
    address, text = "", ""
    for piece in pieces(html):
        if isinstance(piece, Tag):
            if piece.name == "a":
                yield text, address
                address, text = piece.says("href"), ""
        elif address and len(text) < _TEXT_MAX:
            text += piece[:_TEXT_MAX]
    yield text, address


def _are_one(shown: str, target: str) -> bool:
    one, other = _bare(shown), _bare(target)
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")


def _bare(host: str) -> str:
    return host.lower().rstrip(".").removeprefix("www.")
