"""Where among the sender's own lines their signature stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from mailctl.domain.addresses import Person
from mailctl.enrich.closings import closing, is_greeting
from mailctl.enrich.footers import is_disclaimer, is_postscript
from mailctl.enrich.letters import CELL, Line
from mailctl.enrich.persons import Match, bare_name, compared, is_like_name
from mailctl.enrich.roles import has_company_form, has_title, is_role_or_company
from mailctl.enrich.words.footers import APP

LINES_MAX = 25
"""Lines of a signature that are read."""

_LOOKED_AT = 70
_CLOSINGS_MAX = 6
_SHORT, _WORDS_MAX = 5, 6
_PARAGRAPH, _LABELLED, _FEW_WORDS = 10, 3, 7
_FAR, _FAR_LINES = 300, 16
_DELIMITER = re.compile(r"\s{0,3}(?:--|—|––|- -)\s*+$")
_RULE = re.compile(r"\s*+[-_=*~–—•.━─＝=☆★◆■*]{3,}\s*+$")
_CONTACT = re.compile(
    r"@[\w-]+\.|\+\d|\bwww\.|https?://|\(\d{2,5}\)|\b0\d{2,4}[ /-]|\b\d{3}[ .-]\d{3}[ .-]\d{4}\b"
    r"|\b\d{2,4}-\d{2,4}-\d{2,4}\b",
    re.IGNORECASE,
)
_CJK = re.compile("[\u3005\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_SPLIT = re.compile(rf"\s*(?:[|｜•·●▪¦‖{CELL}]|\s(?:[-–—/]|//|::)\s|,\s)\s*")


@dataclass(frozen=True, slots=True)
class Signature:
    """The lines of a signature, and how sure it is that it is one, and whose."""

    lines: list[Line]
    how: str
    weight: float
    language: str = ""
    """Of the words before it, where they tell one."""
    match: Match = Match.UNKNOWN
    name: str = ""
    """The full name that was compared, as it is written."""


def find_signature(own: list[Line], sender: Person) -> Signature | None:
    """Return the sender's signature; None where there is none, or only somebody else's.

    The last one that is the sender's counts. One that names somebody else is not taken, however
    it stands there: mail is also dictated, pasted together and sent in others' names.
    """
    lines = _without_footers(own[-3 * _LOOKED_AT :])[-_LOOKED_AT:]
    first: Signature | None = None
    for candidate in _candidates(lines, sender):
        signature = _judged(candidate, sender)
        if signature.match is Match.CONFIRMED:
            return signature
        first = first or signature
    return _far_above(own[:-_LOOKED_AT], sender) or first


def _far_above(own: list[Line], sender: Person) -> Signature | None:
    """Return a signature with long text below it, which may be a quote that nothing marks."""
    lines = _without_footers(own[:_FAR])
    closings = [(at, c) for at, line in enumerate(lines) if (c := closing(line.text)) is not None]
    for at, (language, rest) in closings[:_CLOSINGS_MAX]:
        end = next((b for b in range(at + 1, len(lines)) if is_greeting(lines[b].text)), None)
        block = _block(lines[: min(end or len(lines), at + _FAR_LINES)], at, rest)
        signature = _judged(Signature(block, "below the closing words", 0.8, language), sender)
        if signature.match is Match.CONFIRMED and signature.name:
            return signature
    return None


def _without_footers(own: list[Line]) -> list[Line]:
    """Return the lines without legal words, apps that advertise themselves, and postscripts."""
    kept: list[Line] = []
    is_skipping = False
    for at, line in enumerate(own):
        text = line.text.strip()
        if not text:
            is_skipping = False
            kept.append(line)
        elif is_disclaimer(text, own[at + 1].text if at + 1 < len(own) else "") or (
            not is_skipping and is_postscript(text)
        ):
            is_skipping = True
        elif APP.match(text) is None and not is_skipping:
            kept.append(line)
        elif is_skipping and (closing(text) is not None or _DELIMITER.match(line.text)):
            is_skipping = False
            kept.append(line)
    return kept


def _candidates(lines: list[Line], sender: Person) -> Iterator[Signature]:
    """Yield what may be the signature, the likeliest first."""
    closings = [
        (at, found) for at, line in enumerate(lines) if (found := closing(line.text)) is not None
    ]
    delimiter = _last(at for at, line in enumerate(lines) if _DELIMITER.match(line.text))
    if delimiter is not None:
        before = [c for c in closings if c[0] < delimiter and _count(lines, c[0], delimiter) <= 5]
        language = before[-1][1][0] if before else ""
        start = before[-1][0] if before else delimiter
        rest = before[-1][1][1] if before else ""
        yield Signature(_block(lines, start, rest), "below the delimiter", 0.95, language)
    for number, (at, (language, rest)) in reversed(list(enumerate(closings))[-_CLOSINGS_MAX:]):
        if delimiter is not None and at > delimiter:
            continue
        end = closings[number + 1][0] if number + 1 < len(closings) else len(lines)
        if end - at <= 2 and end < len(lines):  # `Thanks,` and `Best regards,` below each other
            end = len(lines)
        end = next((b for b in range(at + 1, end) if is_greeting(lines[b].text)), end)
        block = _block(lines[:end], at, rest)
        if block:
            yield Signature(block, "below the closing words", 0.92, language)
    rule = _last(at for at, line in enumerate(lines) if _RULE.match(line.text))
    if rule is not None and any(_CONTACT.search(line.text) for line in lines[rule + 1 :]):
        yield Signature(_block(lines, rule, ""), "below a rule", 0.85)
    yield from _by_name(lines, sender)
    yield from _by_address(lines, sender)


def _by_name(lines: list[Line], sender: Person) -> Iterator[Signature]:
    """Yield what begins with the sender's name and tells how to reach them."""
    last = lines[-LINES_MAX:]
    for at in range(len(last) - 1, -1, -1):
        first = _SPLIT.split(last[at].text.strip(), maxsplit=1)[0]
        name = bare_name(first)
        if not name or len(name) > 60 or len(name.split()) > 5:
            continue
        if not is_like_name(name) or compared(name, sender) is not Match.CONFIRMED:
            continue
        block = [line for line in last[at:] if line.text.strip() or line.links]
        if _CJK.search(name):  # a company and its parts stand above who works there
            block = [line for line in last[max(at - 4, 0) :] if line.text.strip()]
        is_reached = any(_CONTACT.search(line.text) or line.links for line in block)
        if is_reached or 2 <= len(block) <= _SHORT:
            yield Signature(block, "begins with the sender's name", 0.85)


def _by_address(lines: list[Line], sender: Person) -> Iterator[Signature]:
    """Yield the last paragraph of short lines that has the sender's own address."""
    last, address = lines[-LINES_MAX:], sender.address.lower()
    at = _last(at for at, line in enumerate(last) if address in line.text.lower())
    if at is None or len(last[at].text.split()) > _LABELLED:
        return
    start = at
    while start > 0 and last[start - 1].text.strip() and at - start < _PARAGRAPH:
        start -= 1
    block = [line for line in last[start:] if line.text.strip()]
    if len(block) > 1 and all(len(line.text.split()) <= _FEW_WORDS for line in block):
        yield Signature(block, "has the sender's address", 0.8)


def _block(lines: list[Line], at: int, rest: str) -> list[Line]:
    """Return the lines below the one at `at`, the rest of that one before them."""
    first = [Line(lines[at].number, rest, lines[at].links)] if rest else []
    found = [*first, *lines[at + 1 :]]
    texts = [line for line in found if line.text.strip() or line.links]
    return [
        line for line in texts if not _RULE.match(line.text) and not _DELIMITER.match(line.text)
    ][:LINES_MAX]


def _judged(signature: Signature, sender: Person) -> Signature:
    """Return the signature with whose it is: by the first of its lines that is a name."""
    domain = sender.address.rpartition("@")[2]
    own = _own_names(signature.lines[:8], sender)
    if own:
        name = _fullest([n for n in own if _is_full(n) and not has_company_form(n)])
        lines = _up_to_another(signature.lines, sender, is_full=bool(name))
        return replace(signature, lines=lines, match=Match.CONFIRMED, name=name)
    if any(sender.address.lower() in line.text.lower() for line in signature.lines):
        name = next(iter(_full_names(signature.lines[:2], domain)), "")
        match = compared(name, sender) if name else Match.CONFIRMED
        return replace(signature, match=match, name=name)
    other = next(iter(_full_names(signature.lines[:3], domain)), None) or _given_name(
        signature, domain
    )
    if other is None:
        return signature
    return replace(signature, match=compared(other, sender), name=other)


def _given_name(signature: Signature, domain: str) -> str | None:
    """Return the one word on the first line, if it may be what somebody is called by friends."""
    first = next(iter(_names(signature.lines[:1])), "")
    is_one = first.isalpha() and first.istitle() and not _CJK.search(first)
    return first if is_one and not is_role_or_company(first, domain) else None


def _own_names(lines: list[Line], sender: Person) -> list[str]:
    """Return what of the lines names the sender, up to the first full name in letters."""
    found: list[str] = []
    for name in _names(lines):
        is_own = compared(name, sender) is Match.CONFIRMED
        within = None if is_own and _is_full(name) else _name_within(name, sender)
        if not is_own and within is None:
            continue
        found.append(within or name)
        if _is_full(found[-1]) and not _CJK.search(name):
            break
    return found


def _name_within(text: str, sender: Person) -> str | None:
    """Return the sender's full name behind what somebody is called by (`адвокат Ольга Литвин`)."""
    words = text.split()
    for count in range(3, 1, -1):
        name = " ".join(words[-count:])
        if len(words) > count and is_like_name(name) and compared(name, sender) is Match.CONFIRMED:
            return name
    return None


def _is_full(name: str) -> bool:
    return is_like_name(name) or (name.islower() and is_like_name(name.title()))


def _up_to_another(lines: list[Line], sender: Person, *, is_full: bool) -> list[Line]:
    """Return the lines before another signature that is pasted below the sender's.

    It begins with somebody else's name: soon after a given name alone, or with a job below it
    where the sender's own job or number was told already.
    """
    domain = sender.address.rpartition("@")[2]
    is_told = False
    for at in range(1, len(lines) if is_full else min(len(lines), 4)):
        text = lines[at].text
        is_short = len(text.split()) <= _WORDS_MAX and not any(map(str.isdigit, text))
        name = next(iter(_full_names(lines[at : at + 1], domain)), None) if is_short else None
        if name is not None and compared(name, sender) is Match.OTHER:
            below = lines[at + 1].text if at + 1 < len(lines) else ""
            is_alone = bare_name(text) == name and ":" not in below
            if not is_full or (is_told and is_alone and has_title(below)):
                return lines[:at]
        is_told = is_told or _CONTACT.search(text) is not None or has_title(text[:100])
    return lines


def _fullest(names: list[str]) -> str:
    """Return the first name; of those in signs, which may be parts of each other, the longest."""
    if names and _CJK.search(names[0]):
        return max(names, key=lambda name: len(name.replace(" ", "")))
    return names[0] if names else ""


def _names(lines: list[Line]) -> Iterator[str]:
    for line in lines:
        for piece in _SPLIT.split(line.text.strip()[:200])[:6]:
            name = bare_name(" ".join(w for w in piece.split() if not any(map(str.isdigit, w))))
            if 1 < len(name) <= 60 and len(name.split()) <= 5:
                yield from _eastern(name) if _CJK.search(name) else (name,)


def _eastern(text: str) -> Iterator[str]:
    """Yield what may be a name where jobs stand on one line with it, a space between them."""
    text = text.partition("(")[0].strip()
    words = text.split()
    if len(words) <= 2:
        yield text
    if len(words) > 1:
        yield from (" ".join(pair) for pair in pairwise(words))
        yield from words


def _full_names(lines: list[Line], domain: str) -> Iterator[str]:
    return (n for n in _names(lines) if is_like_name(n) and not is_role_or_company(n, domain))


def _count(lines: list[Line], start: int, end: int) -> int:
    return sum(bool(line.text.strip()) for line in lines[start + 1 : end])


def _last(found: Iterator[int]) -> int | None:
    return max(found, default=None)
