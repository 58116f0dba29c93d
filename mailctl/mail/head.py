"""The header of a mail we write: each field one field, whatever its value holds.

The library's structured fields fold some names wrongly (commas in encoded names became
separators in several versions), so fields are put together here from words it encoded.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from email.charset import QP, Charset
from email.header import Header

from mailctl.domain.addresses import Person
from mailctl.errors import BadUsage

_WIDTH = 76
_LONGEST, _LONGEST_ADDRESS = 990, 320
"""Octets a line may have (RFC 5322 section 2.1.1: 998), with room for a line end."""
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+\Z")
# In base64 the padding of a word would end the text for who joins words before decoding (GMime).
_CHARSET = Charset("utf-8")
_CHARSET.header_encoding = QP
_NAME = re.compile(r"[!-9;-~]{1,76}\Z")
# Line ends of any kind, other control characters, what turns the order of letters around.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_ADDRESS = re.compile(r'(?:"(?:[^"\\]|\\.)*"@)?[^<>(),;:"\s\[\]]+(?:\[[^<>\s\[\]]+\])?\Z')
# What we write ourselves, and what only servers write.
_OURS = {
    **dict.fromkeys(("from", "sender"), "--from"),
    "to": "--to",
    "cc": "--cc",
    "bcc": "--bcc",
    "reply-to": "--reply-to",
    "subject": "--subject",
    "date": "--at",
    **dict.fromkeys(("in-reply-to", "references"), "mailctl reply"),
    **dict.fromkeys(("message-id", "mime-version", "return-path", "received"), None),
    **dict.fromkeys(("dkim-signature", "authentication-results"), None),
}


def field(name: str, value: str) -> bytes:
    """Return a field of free text, folded, encoded where it has to be (RFC 2047)."""
    text = checked(value, name)
    return f"{name}: {_unstructured(text, len(name) + 2)}\r\n".encode()


def own_field(name: str, value: str) -> bytes:
    """Return a field that a person named. Raises BadUsage where it is not theirs to set."""
    word = name.strip()
    if not _NAME.match(word):
        raise BadUsage(
            f"{name!a} is no name of a header field", hint="write --header 'X-Name: value'"
        )
    if word.lower() in _OURS or word.lower().startswith(("content-", "resent-")):
        instead = _OURS.get(word.lower())
        raise BadUsage(
            f"the field {word} is not set by --header",
            hint=f"it comes from {instead}" if instead else "it is written by mailctl or a server",
        )
    text = checked(value, word)
    words = re.split(r" (?=[!-~])", text)
    is_short = all(len(word) + len(each) < _LONGEST for each in words)
    if text.isascii() and "=?" not in text and is_short:
        # it may have a grammar that encoded words would break, as List-Unsubscribe has
        return f"{word}: {_folded(words, ' ', len(word) + 2)}\r\n".encode()
    return field(word, text)


def people(name: str, persons: Sequence[Person]) -> bytes:
    """Return a field of addresses, an address a line where they are many."""
    words = [_mailbox(person, name) for person in persons]
    return f"{name}: {_folded(words, ', ', len(name) + 2)}\r\n".encode()


def ids(name: str, message_ids: Iterable[str]) -> bytes:
    """Return a field of Message-IDs, which stand without their brackets here."""
    words = [f"<{checked(each, name)}>" for each in message_ids]
    return f"{name}: {_folded(words, ' ', len(name) + 2)}\r\n".encode()


def checked(text: str, what: str) -> str:
    """Return the text of a header, stripped. Raises BadUsage where it would be more than text."""
    found = _FORBIDDEN.search(text)
    if found is not None:
        raise BadUsage(
            f"{what} holds a line end or a control character (U+{ord(found[0]):04X})",
            hint="write it on one line, without invisible characters",
        )
    return text.strip()


def is_address(text: str) -> bool:
    """Whether the text can stand in a header as one address; who made it need not exist."""
    is_short = len(text.encode("utf-8", "surrogatepass")) <= _LONGEST_ADDRESS
    return is_short and bool(_ADDRESS.match(text)) and not _FORBIDDEN.search(text)


def sound(text: str) -> str:
    """Return what a stranger wrote as `checked` would let it pass, on one line.

    Mail whose names or subject hold control characters can be answered too.
    """
    return " ".join(_FORBIDDEN.sub(" ", text).split())


def _unstructured(text: str, begin: int) -> str:
    words = text.split(" ")
    is_plain = text.isascii() and "=?" not in text and all(len(w) < _WIDTH - begin for w in words)
    if not is_plain or "  " in text or "\t" in text:
        return _encoded(text, begin)
    return _folded(words, " ", begin)


def _encoded(text: str, begin: int) -> str:
    """Return encoded words, which a reader joins again without the blanks between them."""
    header = Header(text, _CHARSET, maxlinelen=_WIDTH, header_name="X" * (begin - 2))
    return header.encode(linesep="\r\n")


def _mailbox(person: Person, field_name: str) -> str:
    address = checked(person.address, f"an address in {field_name}")
    if not is_address(address):
        raise BadUsage(f"{address!r} is not a mail address", hint="write it as ben@x.example")
    name = checked(person.name, f"a name in {field_name}")
    if not name or name == address:
        return address if address.isascii() else f"<{address}>"
    is_plain = len(name) < _WIDTH and name.isascii() and "=?" not in name
    if is_plain and _ATOMS.match(name) and "  " not in name:
        shown = name
    elif is_plain:
        quoted = name.replace("\\", "\\\\").replace('"', '\\"')
        shown = f'"{quoted}"'
    else:
        shown = _encoded(name, 2)
    return f"{shown} <{address}>"


def _folded(words: Sequence[str], between: str, begin: int) -> str:
    """Return the words, with line ends in place of the blanks where a line would be too long."""
    lines = list(_lines(words, between, begin))
    if any(len(line.encode()) > _LONGEST for line in lines for line in line.split("\r\n")):
        raise BadUsage(
            "a header holds a word that is longer than a line may be (998 octets)",
            hint="shorten it",
        )
    return "\r\n ".join(lines)


def _lines(words: Sequence[str], between: str, begin: int) -> Iterator[str]:
    line, length = "", begin
    for place, word in enumerate(words):
        joined = word + (between.rstrip() if place < len(words) - 1 else "")
        last = joined.rpartition("\r\n")[2]
        if line and length + 1 + len(joined.partition("\r\n")[0]) > _WIDTH:
            yield line
            line, length = joined, 1 + len(last)
        else:
            line = f"{line} {joined}" if line else joined
            length = 1 + len(last) if "\r\n" in joined else length + 1 + len(joined)
    yield line
