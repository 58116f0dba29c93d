"""Addresses that a text leads to, as far as a program may follow them."""

import re
from collections.abc import Iterable, Iterator

LINKS_MAX, _LENGTH_MAX = 1_000, 4_096

_SCHEME = re.compile(r"(?:https?://[^/?#\s]|mailto:[^\s])", re.IGNORECASE)
_IN_TEXT = re.compile(r"(?<![\w])(?:https?://|mailto:)[^\s<>\"]+", re.IGNORECASE)
# What a sentence puts after an address.
_AFTER = ".,;:!?'\"*_»”’…"
_BRACKETS = {")": "(", "]": "[", "}": "{"}
_BREAKS = re.compile(r"[\t\r\n]+")  # which a browser leaves out too
_UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def once_each(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the addresses of the web and of mail among these, in order, each once."""
    found: dict[str, None] = {}
    for address in addresses:
        fit = _fit(address)
        if fit is not None:
            found[fit] = None
            if len(found) == LINKS_MAX:
                break
    return tuple(found)


def in_text(text: str) -> Iterator[str]:
    """Yield the addresses that stand in plain text."""
    for found in _IN_TEXT.finditer(text):
        yield _without_what_follows(found[0][:_LENGTH_MAX])


def _fit(address: str) -> str | None:
    fit = _BREAKS.sub("", address).strip()
    if len(fit) > _LENGTH_MAX or _SCHEME.match(fit) is None:
        return None
    return _UNFIT.sub(
        lambda odd: "".join(f"%{each:02X}" for each in odd[0].encode("utf-8", "replace")), fit
    )


def _without_what_follows(address: str) -> str:
    while address:
        last = address[-1]
        opening = _BRACKETS.get(last)
        is_closing = opening is not None and address.count(opening) < address.count(last)
        if not is_closing and last not in _AFTER:
            break
        address = address[:-1]
    return address
