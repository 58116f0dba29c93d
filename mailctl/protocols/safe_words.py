"""The only words that a trace takes: each is made here, from what is known to be harmless.

Nothing takes secrets out of a text: a text that is not known gets no further than its size.
`tests/protocols/test_safe_words.py` holds that nobody else makes them.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, LiteralString, NewType

from mailctl.protocols.words import plain

Safe = NewType("Safe", str)
"""Text that may be read by anybody who is shown a trace."""

GAP = "…"
# texts, which re compiles when they are needed first: most runs tell nobody
_SEGMENT = r"[A-Za-z0-9._-]{1,40}"
_CODE = r"\d\.\d{1,3}\.\d{1,3}(?![\d.])"
_NUMBERS = (
    r"\{\d{1,20}\+?\}|\d{1,2}-[A-Z][a-z]{2}-\d{4}"
    r"|[:,.*<>]*+(?:\d{1,20}+[:,.*<>]++)*+(?:\d{1,20}+)?"
)
_MOST_OF_NUMBERS = 200
_TAG = rb"[A-Z]\d{1,10}"
_STATUS = rb"HTTP/1\.[01] ([1-5]\d\d)\b"
_ACCOUNT = r"acc_[A-Za-z0-9]{1,40}"
_MOST_NAMES = 3
_MOST_LISTED = 6


def own(text: LiteralString) -> Safe:
    """Return a text that stands in this program as it is."""
    return Safe(text)


def known(word: str, allowed: Collection[str]) -> Safe:
    """Return the word if it is one of those, else a gap."""
    return Safe(word if word in allowed else GAP)


def number(value: int) -> Safe:
    """Return a count."""
    return Safe(str(value))


def numbers(text: str) -> Safe:
    """Return numbers, sets of them, announced sizes, or a date; a gap for anything else."""
    shown = text[:_MOST_OF_NUMBERS]
    if not (text and re.fullmatch(_NUMBERS, shown)):
        return Safe(GAP)
    return Safe(shown if shown == text else shown + GAP)


def tag(text: bytes) -> Safe:
    """Return the tag of a command of ours."""
    return Safe(text.decode() if re.fullmatch(_TAG, text) else GAP)


def blank() -> Safe:
    """Return a space."""
    return Safe(" ")


def run(words: Iterable[Safe]) -> Safe:
    """Return the words as they follow each other, nothing between them."""
    return Safe("".join(words))


def listed(words: Sequence[Safe]) -> Safe:
    """Return the first of the words, commas between them."""
    more = [GAP] if len(words) > _MOST_LISTED else []
    return Safe(", ".join([*words[:_MOST_LISTED], *more]))


def octets(count: int) -> Safe:
    """Return the size of what is not told."""
    return Safe(f"({count} bytes)")


def host(name: str) -> Safe:
    """Return the name or address of a server."""
    return Safe(plain(name))


def folder(name: bytes | str) -> Safe:
    """Return the name of a folder."""
    return Safe(f'"{plain(name)}"')


def account(name: str | None) -> Safe:
    """Return the id of an account, which says nothing of whose it is."""
    return Safe(name if name and re.fullmatch(_ACCOUNT, name) else "")


def domain(address: str) -> Safe:
    """Return an address without whose it is."""
    before, at, behind = address.rpartition("@")
    return Safe(f"{GAP}@{plain(behind)}" if before and at else GAP if address else "")


def url(address: str) -> Safe:
    """Return an address of the web without what may tell of a person: query, fragment, user."""
    from urllib.parse import urlsplit  # what most runs do without

    try:
        parts = urlsplit(address)
        where = f"{parts.hostname or ''}:{parts.port}" if parts.port else parts.hostname or ""
    except ValueError:
        return Safe(GAP)
    segments = [s if not s or re.fullmatch(_SEGMENT, s) else GAP for s in parts.path.split("/")]
    asked = f"?{GAP}" if parts.query else ""
    return Safe(
        f"{known(parts.scheme, ('http', 'https'))}://{plain(where)}{'/'.join(segments)}{asked}"
    )


def sentence(said: bytes | str, words: Callable[[str], str]) -> Safe:
    """Return what `words` leaves of a sentence, in which nobody is named."""
    return Safe(words(plain(said)))


def status(head: bytes) -> Safe:
    """Return the number in the first line of an answer of HTTP, a gap where there is none."""
    said = re.match(_STATUS, head)
    return Safe(said[1].decode() if said else GAP)


def enhanced(text: str) -> Safe:
    """Return the status code at the beginning of an answer (RFC 3463), empty if there is none."""
    code = re.match(_CODE, text)
    return Safe(code[0] if code else "")


def certificate(shown: Mapping[str, Any]) -> Safe:
    """Return whose a verified certificate is, by whom, and how long it holds."""
    names = [str(name) for _, name in shown.get("subjectAltName", ())]
    subject = _named(shown.get("subject", ())) or (names[0] if names else GAP)
    more = ", ".join(names[:_MOST_NAMES]) + (f", {GAP}" if len(names) > _MOST_NAMES else "")
    ends, issuer = shown.get("notAfter", GAP), _named(shown.get("issuer", ())) or GAP
    return Safe(plain(f"certificate of {subject} ({more}) by {issuer} until {ends}"))


def failure(error: BaseException) -> Safe:
    """Return the kind of a failure, not its words: these may quote what was said."""
    return Safe(type(error).__name__)


def openssl(error: Any) -> Safe:
    """Return what OpenSSL says is wrong, in words that are its own."""
    return Safe(plain(getattr(error, "verify_message", None) or error.reason or ""))


def _named(parts: Any) -> str:
    found = dict(pair for part in parts for pair in part)
    return str(found.get("commonName") or found.get("organizationName") or "")
