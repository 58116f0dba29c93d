"""What a person reads of a message: its text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mailctl.mail.charsets import decode
from mailctl.mail.encoded_words import decoded_words
from mailctl.mail.headers import unfolded
from mailctl.mail.parameters import parameter
from mailctl.mail.parts import Part, Parts, is_attachment, parts

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

WORDS_MAX = 1 << 18
"""Characters of a message that are searched: what is longer is no letter."""

# lexbor takes 30 s for 100,000 levels and 54 s for as many attributes.
_HTML_MAX, _DEPTH_MAX, _TAG_MAX = 4 << 20, 1_000, 1_000
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*)[^>]*(?:>|\Z)")
_LONG_TAG = re.compile(rf"<[A-Za-z/][^>]{{{_TAG_MAX}}}")
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


@dataclass(frozen=True)
class Words:
    """What of a message's content is searched for."""

    body: str
    attachments: str
    """The names of files, one a line."""


def readable_text(source: bytes) -> str:
    """Return the plain text part, else the text of the HTML part, else nothing.

    A part that says nothing counts as none. Never raises.
    """
    return next(_texts(_read_in_place(parts(source)), None), "")


def searchable_words(source: bytes) -> Words:
    """Return the readable text and the names of attachments, each at most WORDS_MAX long.

    Never raises.
    """
    found = parts(source)
    texts: list[str] = []
    room = WORDS_MAX
    for text in _texts(_read_in_place(found), 4 * WORDS_MAX):
        texts.append(text[:room])
        room -= len(texts[-1])
        if room <= 0:
            break
    names = "\n".join(filter(None, map(file_name, found.leaves)))
    return Words("\n".join(texts), names[:WORDS_MAX])


def file_name(part: Part) -> str:
    """Return the name that a part has as a file, nothing if it has none."""
    disposition = unfolded(part.fields.first("content-disposition"))
    name = parameter(disposition, "filename") or part.parameter("name") or ""
    return decoded_words(name).strip()


def _read_in_place(found: Parts) -> list[Part]:
    return [part for part in found.leaves if not is_attachment(part)]


def _texts(leaves: Sequence[Part], limit: int | None) -> Iterator[str]:
    """Yield the text of each plain part that says something, else of each HTML part.

    With a `limit` only so many octets at the beginning of each are looked at.
    """
    for kind, read in (("text/plain", str), ("text/html", _of_html)):
        has_text = False
        for part in leaves:
            if part.media_type == kind:
                content = decode(part.content(limit), part.parameter("charset"))
                text = read(content).replace("\r\n", "\n").strip("\n")
                if text.strip():
                    has_text = True
                    yield text
        if has_text:
            return


def _of_html(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser  # 5 ms, for HTML-only mail

    tree = LexborHTMLParser(_tamed(html[:_HTML_MAX]))
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
    if html.count("<") <= _DEPTH_MAX and _LONG_TAG.search(html) is None:
        return html
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
