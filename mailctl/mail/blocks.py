"""The text of each part of a message, and which of these a reader is shown."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from mailctl.domain.defects import Defect
from mailctl.mail import uuencoded
from mailctl.mail.charsets import Fit, read
from mailctl.mail.part_names import is_tnef
from mailctl.mail.parts import Part, is_attachment
from mailctl.mail.plain_text import unflowed

PLAIN, HTML = "plain", "html"

_KINDS = {
    "text/plain": PLAIN,
    "text/html": HTML,
    "text/markdown": PLAIN,
    "text/x-markdown": PLAIN,
}
_IS_HTML = re.compile(r"\s*+<(?:!doctype html|html)[\s>]", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*+=\s*+[\"']?([\w-]{1,40})", re.IGNORECASE)
_META_WITHIN = 4_096
_ARMOUR = "-----BEGIN PGP MESSAGE-----"


@dataclass(frozen=True, slots=True)
class Block:
    """The text of one part."""

    kind: str
    text: str
    links: list[str] = field(default_factory=list)
    """Those of HTML."""
    defects: tuple[Defect, ...] = ()

    @property
    def says_something(self) -> bool:
        """Whether there is anything to read."""
        return bool(self.text) and not self.text.isspace()

    @property
    def is_encrypted(self) -> bool:
        """Whether this is a message of PGP in the place of text."""
        return self.text.lstrip().startswith(_ARMOUR)


def kind_of(part: Part) -> str | None:
    """Return PLAIN or HTML for a part that is read in place, None for any other."""
    kind = _KINDS.get(part.media_type)
    return None if kind is None or is_attachment(part) else kind


def html_source(part: Part, limit: int) -> str:
    """Return the HTML that stands in a part, of at most `limit` octets of it. Never raises."""
    octets = part.content(limit)
    return _cleared(read(octets, _label(part, HTML, octets)).text)


def shown(leaves: Sequence[Part], limit: int) -> Iterator[Block]:
    """Yield what a reader is shown, at most `limit` octets of each part.

    Of alternatives (RFC 2046 section 5.1.4) that is the first plain text that says something,
    else the first HTML. Some mailers send one text twice, side by side: it is shown once. A
    mail that has no text of its own may have one in a winmail.dat.
    """
    has_text = False
    for block in _of_text_parts([part for part in leaves if kind_of(part) is not None], limit):
        has_text = True
        yield block
    if not has_text:
        yield from (block for part in leaves if is_tnef(part) for block in _of_tnef(part))


def _of_text_parts(candidates: list[Part], limit: int) -> Iterator[Block]:
    if len(candidates) == 1:
        yield from (block for block in [_block(candidates[0], limit)] if block.says_something)
        return
    blocks: dict[int, Block] = {}

    def block_of(part: Part) -> Block:
        if id(part) not in blocks:
            blocks[id(part)] = _block(part, limit)
        return blocks[id(part)]

    chosen = map(block_of, _chosen(candidates, block_of))
    found = [block for block in chosen if block.says_something]
    if len(found) == 1:
        yield found[0]
        return
    # encrypted text stands beside no other: what is decrypted would seem to belong to it
    is_mixed = not all(block.is_encrypted for block in found)
    seen: set[str] = set()
    for block in found:
        words = "".join(block.text.split())
        if words not in seen and not (is_mixed and block.is_encrypted):
            seen.add(words)
            yield block


def _chosen(candidates: list[Part], block_of: Callable[[Part], Block]) -> list[Part]:
    """Return the candidates without those for which an alternative is read, outer ones first."""
    decided: set[int] = set()
    while True:
        alternative = next(
            (above for part in candidates for above in _alternatives(part, decided)), None
        )
        if alternative is None:
            return candidates
        decided.add(id(alternative))
        branches: dict[int, list[Part]] = {}
        for part in candidates:
            branch = _branch(part, alternative)
            branches.setdefault(id(branch) if branch is not None else 0, []).append(part)
        outside = branches.pop(0, [])
        kept = {id(part) for part in (*outside, *_best(list(branches.values()), block_of))}
        candidates = [part for part in candidates if id(part) in kept]


def _best(branches: list[list[Part]], block_of: Callable[[Part], Block]) -> list[Part]:
    for kind in (PLAIN, HTML):
        for branch in branches:
            of_kind = (part for part in branch if kind_of(part) == kind)
            if any(block_of(part).says_something for part in of_kind):
                return branch
    return []


def _alternatives(part: Part, decided: set[int]) -> Iterator[Part]:
    """Yield the alternatives that the part is in and that are not decided, the outer ones first."""
    above: list[Part] = []
    while part.parent is not None:
        part = part.parent
        if part.media_type == "multipart/alternative" and id(part) not in decided:
            above.append(part)
    yield from reversed(above)


def _branch(part: Part, alternative: Part) -> Part | None:
    """Return the child of `alternative` that the part is in, or is; None if it is elsewhere."""
    while part.parent is not None and part.parent is not alternative:
        part = part.parent
    return None if part.parent is None else part


def _block(part: Part, limit: int) -> Block:
    octets = part.content(limit)
    defects = [Defect.TEXT_CUT] if part.end - part.fields.body > limit else []
    kind = kind_of(part) or PLAIN
    if kind == PLAIN:
        octets, _ = uuencoded.separated(octets)
    decoded = read(octets, _label(part, kind, octets))
    if decoded.fit is not Fit.GOOD:
        is_wrong = decoded.fit is Fit.WRONG
        defects.append(Defect.CHARSET_WRONG if is_wrong else Defect.CHARSET_UNKNOWN)
    text = _cleared(decoded.text)
    if "\0" in decoded.text:
        defects.append(Defect.NUL)
    if kind == HTML or _IS_HTML.match(text):
        return _of_html(text, defects)
    if (part.parameter("format") or "").lower() == "flowed":
        text = unflowed(text, deletes_spaces=(part.parameter("delsp") or "").lower() == "yes")
    return Block(PLAIN, text.strip("\n"), defects=tuple(defects))


def _label(part: Part, kind: str, octets: bytes) -> str | None:
    """Return the name of the charset, which HTML may say itself."""
    label = part.parameter("charset")
    if label is None and kind == HTML:
        meta = _META.search(octets, 0, _META_WITHIN)
        return None if meta is None else meta[1].decode("ascii", "replace")
    return label


def _cleared(text: str) -> str:
    """Return text with bare line feeds, and spaces in the place of NUL characters."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\0", " ") if "\0" in text else text


def _of_tnef(part: Part) -> Iterator[Block]:
    from mailctl.mail.tnef import read_tnef  # for mail of Outlook alone

    found = read_tnef(part.content())
    if found is not None and found.text.strip():
        yield Block(PLAIN, _cleared(found.text).strip("\n"))
    elif found is not None and found.html:
        block = _of_html(found.html, [])
        if block.says_something:
            yield block


def _of_html(text: str, defects: list[Defect]) -> Block:
    from mailctl.mail.html import HTML_MAX, read_html  # 3 ms, for HTML-only mail

    page = read_html(_cleared(text))
    if len(text) > HTML_MAX and Defect.TEXT_CUT not in defects:
        defects.append(Defect.TEXT_CUT)
    return Block(HTML, page.text, page.links, tuple(defects))
