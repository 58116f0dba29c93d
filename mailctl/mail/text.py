"""What a person reads of a message: its text."""

from collections.abc import Sequence
from dataclasses import dataclass

from mailctl.domain.defects import Defect
from mailctl.mail import links
from mailctl.mail.attachments import names
from mailctl.mail.blocks import HTML, PLAIN, shown
from mailctl.mail.parts import Part, parts

WORDS_MAX = 1 << 18
"""Characters of a message that are searched: what is longer is no letter."""

TEXT_MAX = 4 << 20


@dataclass(frozen=True)
class Words:
    """What of a message's content is searched for."""

    body: str
    attachments: str
    """The names of files, one a line."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The text of a message, and where it leads."""

    text: str
    text_from: str | None
    links: tuple[str, ...]
    defects: frozenset[Defect]


def readable_text(source: bytes) -> str:
    """Return the text of the message, nothing where there is none. Never raises."""
    return read_text(parts(source).leaves).text


def read_text(leaves: Sequence[Part]) -> Reading:
    """Return the text of all parts that are read in place, at most TEXT_MAX characters.

    Never raises.
    """
    blocks = list(shown(leaves, 4 * TEXT_MAX))
    text = "\n\n".join(block.text for block in blocks)
    defects = {defect for block in blocks for defect in block.defects}
    if len(text) > TEXT_MAX:
        text = text[:TEXT_MAX]
        defects.add(Defect.TEXT_CUT)
    kinds = {block.kind for block in blocks}
    addresses = (
        address
        for block in blocks
        for address in (block.links if block.kind == HTML else links.in_text(block.text))
    )
    return Reading(
        text=text,
        text_from=HTML if HTML in kinds else PLAIN if kinds else None,
        links=links.once_each(addresses),
        defects=frozenset(defects),
    )


def searchable_words(source: bytes) -> Words:
    """Return the readable text and the names of attachments, each at most WORDS_MAX long.

    Never raises.
    """
    found = parts(source)
    texts: list[str] = []
    room = WORDS_MAX
    for block in shown(found.leaves, 4 * WORDS_MAX):
        texts.append(block.text[:room])
        room -= len(texts[-1])
        if room <= 0:
            break
    return Words("\n".join(texts), "\n".join(filter(None, names(found.leaves)))[:WORDS_MAX])
