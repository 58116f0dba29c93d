"""A message's source as who sent it, what kind of mail it is, and the lines of its text."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mailctl.domain.addresses import Person
from mailctl.enrich.html_quotes import without_quotes
from mailctl.mail import headers, marks
from mailctl.mail.blocks import HTML, html_source, kind_of, shown
from mailctl.mail.fields import Fields, read_fields
from mailctl.mail.html import Marking, read_html
from mailctl.mail.parts import Part, parts

CELL = "\ue003"
"""Stands between two cells of a row."""

TEXT_MAX = 1 << 16
"""Characters of a text that are looked at: half from its beginning, half from its end."""

_LINE_MAX, _LINKS_MAX = 600, 20
_LINES_MAX, _TAGS_MAX = 1_000, 4_000
_MARKED = Marking(between_cells=f" {CELL} ", before_link="\ue001", after_link="\ue002")
_LINK = re.compile(
    "\ue001([^\ue001\ue002]{0,600}+)\ue002?|<((?:mailto:|tel:|https?://)[^<>\\s]{1,600}+)>"
)
_PICTURE = re.compile(r"\[(?:cid:|image:|https?://|inline image)[^\]\n]{0,300}+\]", re.IGNORECASE)
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufffc]"
)
_BEGINS_PAGE = re.compile(rb"\s*+<(?:!doctype html|html)[\s>]", re.IGNORECASE)
_BEGINNING, _PAGES_MAX = 400, 2
_EMPHASIS = re.compile(r"(?<![\w*])\*{1,2}(?=\S)|(?<=\S)\*{1,2}(?![\w*])")
_SPACES = re.compile("[\xa0\u2000-\u200a\u202f\u205f\r\x0b\x0c\x85\u2028\u2029]")
_ODD = re.compile(
    "[\x85\xa0\xad\u034f\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff\uff01-\uff5e\ufffc]"
)
_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the text, without what is not seen, and where it leads."""

    number: int
    text: str
    links: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The text as a person sees it."""
        return " ".join(self.text.replace(CELL, " ").split())


@dataclass(frozen=True, slots=True)
class Letter:
    """What enrichment reads of a mail."""

    sender: Person | None
    refusal: str
    """Why nobody's signature is expected in it; nothing where one is."""
    lines: list[Line]


def read_letter(source: bytes) -> Letter:
    """Return the sender and the text; of HTML and plain text alike, that of the HTML.

    HTML says what is quoted and where links lead. Never raises.
    """
    fields = read_fields(source)
    senders = headers.people(fields.all("from"))
    sender = senders[0] if senders else None
    refusal = _refusal(fields, sender)
    if refusal:
        return Letter(sender, refusal, [])
    text = "\n\n".join(_texts(parts(source, fields).leaves))
    return Letter(sender, "", list(_lines(text)))


def _refusal(fields: Fields, sender: Person | None) -> str:
    if sender is None:
        return "nobody is named as its sender"
    if fields.count("from") > 1:
        return "it names several senders"
    found = marks.marks(fields.first, sender.address)
    if marks.AUTOMATIC in found:
        return "it was sent automatically"
    if marks.NO_REPLY in found:
        return "its sender takes no answers"
    if marks.BULK in found and not fields.first("list-post"):
        return "it is bulk mail"
    report = fields.first("content-type").lower()
    if report.lstrip().startswith("multipart/report") or fields.first("x-failed-recipients"):
        return "it is a report of a server"
    return ""


def _texts(leaves: Sequence[Part]) -> Iterator[str]:
    """Yield the text of each part that is read in place."""
    readable = [part for part in leaves if kind_of(part) is not None]
    pages = [part for part in readable if kind_of(part) == HTML or _is_page(part)]
    own = [page for page in map(_page, pages[:_PAGES_MAX]) if page.strip()]
    if own:
        yield from own
        return
    plain = [part for part in readable if part not in pages]
    for block in shown(plain, 4 * TEXT_MAX):
        yield _shortened(block.text)


def _is_page(part: Part) -> bool:
    return _BEGINS_PAGE.match(part.content(_BEGINNING)) is not None


def _page(part: Part) -> str:
    html = without_quotes(html_source(part, 8 * TEXT_MAX))
    if len(html) > 2 * TEXT_MAX:
        html = html[:TEXT_MAX] + "\n" + html[-TEXT_MAX:]
    if html.count("<") > _TAGS_MAX:
        half = _TAGS_MAX // 2
        begin, end = html.split("<", half)[:half], html.rsplit("<", half)[1:]
        html = "<".join([*begin, "br>", *end])
    return _shortened(read_html(html, _MARKED).text)


def _shortened(text: str) -> str:
    if len(text) <= TEXT_MAX:
        return text
    return text[: TEXT_MAX // 2] + "\n" + text[-TEXT_MAX // 2 :]


def _lines(text: str) -> Iterator[Line]:
    lines = text.split("\n")
    first = max(len(lines) - _LINES_MAX // 2, _LINES_MAX // 2)
    for number, line in enumerate(lines, start=1):
        if number <= _LINES_MAX // 2 or number > first:
            yield _line(number, line)


def _line(number: int, text: str) -> Line:
    """Return the first _LINE_MAX characters of a line as they are seen."""
    text = text[: 4 * _LINE_MAX]
    links: list[str] = []
    if "\ue001" in text or "<" in text:
        links = [a or b for a, b in _LINK.findall(text)][:_LINKS_MAX]
        text = _LINK.sub("", text)
    if not text.isascii() and _ODD.search(text):
        text = _SPACES.sub(" ", _UNSEEN.sub("", text)).translate(_WIDE)
    if "[" in text:
        text = _PICTURE.sub("", text)
    if "*" in text:
        text = _EMPHASIS.sub("", text)
    return Line(number, text[:_LINE_MAX], tuple(links))
