"""The lines of a signature cut into pieces that each say one thing, and what each is made of."""

import re
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

from mailctl.domain.addresses import Person
from mailctl.enrich.letters import CELL, Line
from mailctl.enrich.online import Found, of_link, online_in
from mailctl.enrich.persons import Match, bare_name, compared, is_like_name
from mailctl.enrich.phones import Phone, e164_of_link, only_label, phones_in
from mailctl.enrich.roles import has_title
from mailctl.enrich.words.pieces import (
    EXTENSION_APART,
    LABELS,
    OF_COMPANY,
    OF_LAW,
    OTHERS,
)

_EMPTY = re.compile(r"\(\s*\)")
PIECES_MAX, _PIECE_MAX = 80, 200
_CUT = re.compile(rf"\s*[|｜•●▪■◆¦‖‣{CELL}]\s*|\t+|\s{{3,}}|\s[·∙⋅]\s|\s//\s")


@dataclass(slots=True)
class Piece:
    """A part of a line: the addresses in it, and the words that remain."""

    line: Line
    text: str
    words: str
    phones: list[Phone] = field(default_factory=list)
    online: list[Found] = field(default_factory=list)
    is_legal: bool = False

    @property
    def is_contact(self) -> bool:
        """Whether a number or an address stands in it."""
        return bool(self.phones or self.online)


def pieces_of(lines: Sequence[Line], regions: Sequence[str], sender: Person) -> list[Piece]:
    """Return the pieces of the sender's own; what is about others is left out."""
    found: list[Piece] = []
    labels: deque[str] = deque(maxlen=6)
    is_others = False
    for line in lines:
        text = EXTENSION_APART.sub(" ", line.text)
        texts = [t.strip() for t in _CUT.split(text) if t.strip()] or ([""] if line.links else [])
        for text in texts[:20]:
            if len(found) >= PIECES_MAX:
                return found
            if OF_COMPANY.match(text) and not _names_sender(text, sender):
                continue
            is_others = _is_of_others(text[:_PIECE_MAX], sender, is_others=is_others)
            if is_others:
                continue
            if only_label(text):
                labels.append(text + " ")
                continue
            piece = _piece(line, text[:_PIECE_MAX], labels, regions)
            found.append(piece)
        if texts and not is_others and found:
            _add_links(found, line, regions)
    return found


def _is_of_others(text: str, sender: Person, *, is_others: bool) -> bool:
    if OTHERS.match(text):
        return True
    label, colon, rest = text.partition(":")
    if colon and len(label) < 40 and has_title(label):
        name = bare_name(rest.partition(",")[0])
        if is_like_name(name) and not _names_sender(text, sender):
            return True
    if not is_others:
        return False
    # what follows on goes with them as long as it says how they are reached
    has_contact = "@" in text or sum(map(str.isdigit, text)) >= 6
    return has_contact and sender.address.lower() not in text.lower()


def _names_sender(text: str, sender: Person) -> bool:
    name = bare_name(text.partition(":")[2].partition(",")[0])
    return is_like_name(name) and compared(name, sender) is Match.CONFIRMED


def _piece(line: Line, text: str, labels: deque[str], regions: Sequence[str]) -> Piece:
    online = list(online_in(text))
    rest = _blanked(text, [(f.start, f.end) for f in online])
    phones = list(phones_in(rest, regions, labels[0] if labels else ""))
    if phones and labels:
        labels.popleft()
    rest = _blanked(rest, [(p.start, p.end) for p in phones])
    if online or phones:
        rest = LABELS.sub(" ", rest)
    words = " ".join(_EMPTY.sub(" ", rest).strip(" \t,;:-–—/|[]<>+•").split())
    if words.count("(") != words.count(")"):
        words = words.strip("() ")
    return Piece(line, text, words, phones, online, OF_LAW.search(text) is not None)


def _blanked(text: str, spans: list[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def _add_links(found: list[Piece], line: Line, regions: Sequence[str]) -> None:
    """Add what the links of a line lead to, where its text does not say it."""
    own = [piece for piece in found if piece.line is line]
    if not own:
        return
    shown = {f.value.lower() for piece in own for f in piece.online}
    has_phone = any(piece.phones for piece in own)
    for link in line.links:
        if link[:4].lower() == "tel:" and not has_phone:
            number = e164_of_link(link, regions)
            if number is not None:
                own[0].phones.append(Phone(number, link[4:], "work", "", True, True, 0, 0))
        elif (page := of_link(link)) is not None and page.value.lower() not in shown:
            own[0].online.append(page)
            shown.add(page.value.lower())
