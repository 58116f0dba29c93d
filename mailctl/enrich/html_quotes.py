"""HTML without what mail programs mark as quoted or passed on."""

import re
from collections.abc import Iterator
from functools import cache

QUOTED = "\ue004"
"""Stands in a line of its own where something quoted was taken out."""

_BEGIN = re.compile(r"<(div|blockquote|table|section|span|p|hr)\b([^<>]{0,1500}+)>", re.IGNORECASE)
_MARK = re.compile(
    r"gmail_(?:quote|attr|extra)|moz-(?:cite-prefix|forward-container)|yahoo_quoted|yahooQuoted"
    r"|divRplyFwdMsg|appendonsend|mail-editor-reference-message|protonmail_quote|zmail_extra"
    r"|type\s?=\s?[\"']?cite|OLK_SRC_BODY|__QUOTED_TEXT__|name=[\"']quote|reply-intro"
    r"|tutanota_quote|forwardedMessage|ms-outlook-mobile-reference|mailspring-gmail-quote"
    r"|WM_QUOTE|mail-quote|mail_ru_quote|_quoted\b|previousmessage|oe-quote|hmquote|stopspelling"
    r"|border-top:\s?solid\s(?:#E1E1E1|#B5C4DF|#C4C4C4|windowtext)\s1\.0pt",
    re.IGNORECASE,
)
# Whatever follows these is the mail that is answered; they do not hold it.
_ALL_BELOW = re.compile(
    r"divRplyFwdMsg|appendonsend|stopspelling|border-top:\s?solid|ms-outlook-mobile-reference",
    re.IGNORECASE,
)
_INDENTED = re.compile(r"border:\s?(?:none|0)|margin-?(?:left)?:\s?(?:0\s0\s0\s)?40px", re.IGNORECASE)
_QUOTES_MAX = 200


def without_quotes(html: str) -> str:
    """Return the HTML with a line of QUOTED in the place of each quote. Never raises."""
    pieces: list[str] = []
    place = 0
    for start, end in _quotes(html):
        pieces += [html[place:start], f"<p>{QUOTED}</p>"]
        place = end
    return "".join((*pieces, html[place:])) if pieces else html


def _quotes(html: str) -> Iterator[tuple[int, int]]:
    """Yield where quotes begin and end, in order, at most _QUOTES_MAX of them."""
    if _MARK.search(html) is None and "<blockquote" not in html.lower():
        return
    place = 0
    for _ in range(_QUOTES_MAX):
        begin = next((found for found in _BEGIN.finditer(html, place) if _is_quote(found)), None)
        if begin is None:
            return
        if _ALL_BELOW.search(begin[2]):
            yield begin.start(), len(html)
            return
        place = _end(html, begin)
        yield begin.start(), place
    yield place, len(html)


def _is_quote(begin: re.Match[str]) -> bool:
    name, attributes = begin[1].lower(), begin[2]
    is_marked = _MARK.search(attributes) is not None and "gmail_signature" not in attributes
    if name == "blockquote" and not is_marked:
        return _INDENTED.search(attributes) is None
    return is_marked


@cache
def _tags(name: str) -> re.Pattern[str]:
    return re.compile(rf"<(/?){name}\b", re.IGNORECASE)


def _end(html: str, begin: re.Match[str]) -> int:
    """Return where the element ends, or the text where it is never closed."""
    depth = 1
    for tag in _tags(begin[1].lower()).finditer(html, begin.end()):
        depth += -1 if tag[1] else 1
        if depth == 0:
            close = html.find(">", tag.end())
            return len(html) if close < 0 else close + 1
    return len(html)
