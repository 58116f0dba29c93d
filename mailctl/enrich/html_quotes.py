"""HTML without what mail programs mark as quoted or passed on."""

import re
from collections.abc import Iterator
from functools import cache

QUOTED = "\ue004"
"""Stands in a line of its own where something quoted was taken out."""

_BEGIN = re.compile(r"<(div|blockquote|table|section|span|p|hr)\b([^<>]{0,1500}+)>")
# In small letters, so that looking for them takes no longer than reading the text.
_MARK = re.compile(
    r"<blockquote|gmail_quote|gmail_attr|moz-cite-prefix|moz-forward-container|yahoo_quoted|yahooquoted"
    r"|divrplyfwdmsg|appendonsend|mail-editor-reference-message|protonmail_quote|zmail_extra"
    r"|olk_src_body|__quoted_text__|name=[\"']quote|reply-intro|tutanota_quote|forwardedmessage"
    r"|ms-outlook-mobile-reference|wm_quote|mail-quote|mail_ru_quote|previousmessage|oe-quote|hmquote"
    r"|stopspelling|border-top:\s?solid\s(?:#e1e1e1|#b5c4df|#c4c4c4|windowtext)\s1\.0pt"
)
# Whatever follows these is the mail that is answered; they do not hold it.
_ALL_BELOW = re.compile(
    r"divrplyfwdmsg|appendonsend|stopspelling|border-top:\s?solid|ms-outlook-mobile-reference"
)
_INDENTED = re.compile(r"border:\s?(?:none|0)|margin-?(?:left)?:\s?(?:0\s0\s0\s)?40px")
_CITED = re.compile(r"type\s?=\s?[\"']?cite|_quote")
_INSTEAD = f"<p>{QUOTED}</p>"
_QUOTES_MAX, _TAG_MAX = 200, 1_600


def without_quotes(html: str) -> str:
    """Return the HTML with a line of QUOTED in the place of each quote. Never raises."""
    html = html.replace("\u0130", "I")  # the one letter whose small form is longer
    pieces: list[str] = []
    place = 0
    for start, end, instead in _quotes(html.lower()):
        pieces += [html[place:start], instead]
        place = end
    return "".join((*pieces, html[place:])) if pieces else html


def _quotes(html: str) -> Iterator[tuple[int, int, str]]:
    """Yield where quotes begin and end, in order, and what stands in their place.

    There are at most _QUOTES_MAX of them. A blockquote may also just set text in.
    """
    place = count = 0
    for mark in _MARK.finditer(html):
        if mark.start() < place:
            continue
        start = html.rfind("<", max(place, mark.start() - _TAG_MAX), mark.start() + 1)
        begin = _BEGIN.match(html, start) if start >= 0 else None
        if begin is None or begin.end() < mark.end():
            continue
        count += 1
        if _is_indented(begin):
            place = begin.end()
            yield start, place, "<div>"
            continue
        if count >= _QUOTES_MAX or _ALL_BELOW.search(begin[2]):
            yield start, len(html), _INSTEAD
            return
        place = _end(html, begin)
        yield start, place, _INSTEAD


def _is_indented(begin: re.Match[str]) -> bool:
    is_cited = begin[1] != "blockquote" or _CITED.search(begin[2]) is not None
    return not is_cited and _INDENTED.search(begin[2]) is not None


def _end(html: str, begin: re.Match[str]) -> int:
    """Return where the element ends, or the text where it is never closed."""
    depth = 1
    for tag in _tags(begin[1]).finditer(html, begin.end()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            close = html.find(">", tag.end())
            return len(html) if close < 0 else close + 1
    return len(html)


@cache
def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){name}\b")
