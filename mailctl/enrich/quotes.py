"""The sender's own, newest words, parted from what they answer or pass on."""

from mailctl.enrich.attributions import attribution, is_header_block, is_short_attribution
from mailctl.enrich.footers import is_list_footer
from mailctl.enrich.html_quotes import QUOTED
from mailctl.enrich.letters import Line
from mailctl.enrich.words.quotes import SEPARATOR

_GAP = ""
_MARKS = "-_=*>–—"


def own_lines(lines: list[Line]) -> list[Line]:
    """Return the lines that the sender wrote, an empty one in the place of each quote.

    What follows the mark of a mail that is passed on, or a header, is nobody's; so is what
    follows `X wrote:` where no line of it is quoted. Below quoted lines own ones may follow.
    """
    texts = [line.text for line in lines]
    own: list[Line] = []
    place = 0
    while place < len(texts):
        text = texts[place]
        if _is_quoted(text):
            _part(own, lines[place])
            place += 1
            continue
        stripped = text.strip()
        if stripped:
            if _ends_here(texts, place, stripped):
                break
            length = attribution(texts, place)
            following = _next_line(texts, place + max(length, 1))
            is_followed = following is not None and _is_quoted(texts[following])
            if length and not is_followed:
                break
            if following is not None and is_followed and (length or is_short_attribution(text)):
                _part(own, lines[place])
                place = following
                continue
        own.append(lines[place])
        place += 1
    return own


def _is_quoted(text: str) -> bool:
    return text.startswith((">", " >", QUOTED)) or (text[:1] == "|" and text[1:2] == " ")


def _ends_here(texts: list[str], place: int, stripped: str) -> bool:
    is_marked = stripped[0] in _MARKS
    if (is_marked or stripped[-1] in ":：") and len(stripped) < 150 and SEPARATOR.match(stripped):
        return True
    if ":" in stripped[:30] and is_header_block(texts, place):
        return True
    return (is_marked or stripped[0] in "Yy") and is_list_footer(texts, place)


def _next_line(texts: list[str], place: int) -> int | None:
    return next((at for at in range(place, min(place + 4, len(texts))) if texts[at].strip()), None)


def _part(own: list[Line], line: Line) -> None:
    if own and own[-1].text:
        own.append(Line(line.number, _GAP))
