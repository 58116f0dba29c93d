"""The text in RTF, as Outlook writes it; formats are passed over (RTF 1.9.1, MS-OXRTFEX)."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import cast

from mailctl.mail.charsets import decode

RTF_MAX = 1 << 20
"""Octets that are looked at."""

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)"
    rb"|[\r\n]+|\\"
)
_SKIPPED = {
    *(b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"object", b"header", b"footer"),
    *(b"listtable", b"listoverridetable", b"generator", b"xmlnstbl", b"themedata"),
}
_SIGNS = {
    b"par": "\n",
    b"line": "\n",
    b"row": "\n",
    b"sect": "\n",
    b"page": "\n",
    b"tab": "\t",
    b"cell": " ",
    b"emdash": "—",
    b"endash": "–",
    b"bullet": "•",
    b"lquote": "‘",
    b"rquote": "’",
    b"ldblquote": "“",
    b"rdblquote": "”",
    b"emspace": " ",
    b"enspace": " ",
}
_ESCAPED = {b"~": "\xa0", b"_": "-", b"-": "", b"*": "", b"\r": "\n", b"\n": "\n"}


def text_of_rtf(rtf: bytes) -> str:
    """Return the text of RTF, line by line, nothing if it is none. Never raises."""
    if not rtf.startswith(b"{\\rtf"):
        return ""
    code_page = re.search(rb"\\ansicpg([0-9]{1,5})", rtf[:1_000])
    charset = "windows-1252" if code_page is None else f"cp{code_page[1].decode()}"
    found: list[str] = []
    # characters of two octets are written octet by octet
    for kind, pieces in groupby(_pieces(rtf[:RTF_MAX].rstrip(b"\0")), type):
        if kind is bytes:
            found.append(decode(b"".join(cast("Iterator[bytes]", pieces)), charset))
        else:
            found += cast("Iterator[str]", pieces)
    text = "".join(found)
    # pairs of surrogates are written one by one too
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    lines = [line.rstrip() for line in text.replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


def _pieces(rtf: bytes) -> Iterator[str | bytes]:
    """Yield what is text: as it is, or octets in the code page."""
    groups: list[tuple[bool, int]] = []
    is_skipped, is_first, after_unicode, left_out = False, False, 1, 0
    for token in _TOKEN.finditer(rtf):
        code, word, number, escaped, brace, plain = token.groups()
        if brace == b"{":
            groups.append((is_skipped, after_unicode))
            is_first = True
            continue
        if brace == b"}":
            is_skipped, after_unicode = groups.pop() if groups else (False, 1)
        elif is_first and (escaped == b"*" or word in _SKIPPED):
            is_skipped = True
        elif word == b"uc" and number:
            after_unicode = min(max(int(number), 0), 8)
        elif left_out and (code or plain or escaped):
            left_out, plain = _without(left_out, plain)
            if plain and not is_skipped:
                yield plain
        elif word == b"u" and number:
            left_out = after_unicode
            if not is_skipped:
                yield chr(int(number) & 0xFFFF)
        elif not is_skipped:
            yield from _text(code, word, escaped, plain)
        is_first = False


def _without(count: int, plain: bytes | None) -> tuple[int, bytes | None]:
    """Leave out what stands there for readers that know no Unicode."""
    if plain is None:
        return count - 1, None
    return max(count - len(plain), 0), plain[count:]


def _text(
    code: bytes | None, word: bytes | None, escaped: bytes | None, plain: bytes | None
) -> Iterator[str | bytes]:
    if code:
        yield bytes([int(code, 16)])
    elif plain:
        yield plain
    elif word in _SIGNS:
        yield _SIGNS[word]
    elif escaped:
        yield _ESCAPED.get(escaped, escaped.decode("latin-1"))
