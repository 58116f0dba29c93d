"""What a person reads of a message: its text."""

import re
from typing import TYPE_CHECKING

from mailctl.mail.charsets import decode
from mailctl.mail.parts import Part, is_attachment, parts

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

# lexbor takes 30 s for 100,000 levels and 54 s for as many attributes.
_HTML_MAX, _DEPTH_MAX, _TAG_MAX = 4 << 20, 1_000, 1_000
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)[^>]*(?:>|\Z)")
# These have no content or end by themselves: how many are open cannot be counted.
_UNNESTED = {
    *("area", "base", "br", "col", "dd", "dt", "hr", "img", "input", "li", "link", "meta"),
    *("option", "p", "td", "th", "tr"),
}
_UNREAD_ELEMENTS = ("head", "script", "style", "template")
_BLOCKS = (
    *("address", "article", "blockquote", "dd", "div", "dt", "h1", "h2", "h3", "h4", "h5", "h6"),
    *("hr", "li", "p", "pre", "table", "tr"),
)


def readable_text(source: bytes) -> str:
    """Return the plain text part, else the text of the HTML part, else nothing.

    A part that says nothing counts as none. Never raises.
    """
    leaves = [part for part in parts(source).leaves if not is_attachment(part)]
    for kind, read in (("text/plain", _content), ("text/html", _of_html)):
        for part in leaves:
            if part.media_type == kind:
                text = read(part).replace("\r\n", "\n").strip("\n")
                if text.strip():
                    return text
    return ""


def _content(part: Part) -> str:
    return decode(part.content(), part.parameter("charset"))


def _of_html(part: Part) -> str:
    from selectolax.lexbor import LexborHTMLParser  # 5 ms, for HTML-only mail

    tree = LexborHTMLParser(_tamed(_content(part)[:_HTML_MAX]))
    tree.strip_tags(list(_UNREAD_ELEMENTS))
    for node in tree.css(",".join(_BLOCKS)):
        node.insert_before("\n")
        if _goes_on(node.next):
            node.insert_after("\n")
    for node in tree.css("br"):
        node.insert_before("\n")
    for node in tree.css("td,th"):
        node.insert_before(" ")
    lines = [" ".join(line.split()) for line in tree.text().splitlines()]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept)


def _goes_on(following: "LexborNode | None") -> bool:
    """Whether what follows a block would otherwise stand on its last line."""
    if following is None or following.tag in _BLOCKS:
        return False
    return following.tag != "-text" or bool((following.text(deep=False) or "").strip())


def _tamed(html: str) -> str:
    """Return the HTML without what is nested too deep and without the attributes of long tags."""
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        closing, name = tag[1], tag[2].lower()
        before = depth
        if name not in _UNNESTED:
            depth = max(depth - 1, 0) if closing else depth + 1
        if max(before, depth) > _DEPTH_MAX and name not in _UNNESTED:
            return " "
        return tag[0] if len(tag[0]) <= _TAG_MAX else f"<{closing}{name}>"

    return _TAG.sub(kept, html)
