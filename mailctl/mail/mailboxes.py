"""The mailboxes of an address field, in one pass over whatever stands there (RFC 5322 section 3.4).

Not email.utils.getaddresses: on a stranger's field it recurses, is quadratic, takes an
address in a display name for a mailbox and answers differently from Python to Python.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

# An encoded word is one token: what it hides would otherwise end the mailbox.
_TOKEN = re.compile(
    r'"(?P<quoted>[^"\\]*(?:\\.[^"\\]*)*)"'
    r"|<(?P<angle>[^<>]*)>"
    r"|\\(?P<escaped>.)"
    r"|(?P<word>=\?[^?\s]{1,64}\?[bBqQ]\?[^?]*\?=|\[[^\[\]]*\]|[^\"\\<>(),;:=\[]+)"
    r"|(?P<mark>.)",
    re.DOTALL,
)
# A mailbox as almost every mailer writes it, up to the comma after it.
_USUAL = re.compile(
    r'[ \t]*+(?:(?:"([^"\\]*+)"[ \t]*+'
    r'|((?:[^"\\<>(),;:=\[]++|=\?[^?\s]{1,64}\?[bBqQ]\?[^?]*+\?=)*+))<([^<>"\s@]++@[^<>"\s@]++)>'
    r'|([^"\\<>(),;:=\[\s@]++@[^"\\<>(),;:=\[\s@]++))[ \t]*+(?:,|\Z)'
)
_IN_COMMENT = re.compile(r"\\(?P<escaped>.)|(?P<mark>[()])|(?P<word>[^()\\]+|.)", re.DOTALL)
_PLAIN_NAME = re.compile(r"[\w'-]+(?: [\w'-]+)*\Z")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


@dataclass
class _Mailbox:
    written: list[str] = field(default_factory=list)
    """All before the angle brackets as it stands there: an address if there are none."""
    name: list[str] = field(default_factory=list)
    comment: list[str] = field(default_factory=list)
    angle: str | None = None

    def add(self, name: str, written: str) -> None:
        self.name.append(name)
        self.written.append(written)

    def pair(self) -> tuple[str, str]:
        if self.angle is not None:
            return _spaced(self.name) or _spaced(self.comment), _without_route(self.angle)
        written = "".join(self.written).strip()
        if '"' in written:
            return _spaced(self.comment), written
        words = written.split()
        address = next((word for word in reversed(words) if "@" in word), "")
        rest = [word for word in words if word != address]
        return " ".join(rest) or _spaced(self.comment), address


def mailboxes(line: str) -> Iterator[tuple[str, str]]:
    """Yield name and address of each mailbox, both raw, groups dissolved.

    The address is the one in angle brackets where there are any, whatever the name
    looks like. What has no address is yielded with an empty one.
    """
    place = 0
    while usual := _USUAL.match(line, place):
        quoted, name, angle, bare = usual.groups()
        yield " ".join((quoted or name or "").split()), angle or bare
        place = usual.end()
    if place < len(line):
        yield from _unusual(line, place)


def _unusual(line: str, place: int) -> Iterator[tuple[str, str]]:
    mailbox, depth = _Mailbox(), 0
    while token := (_IN_COMMENT if depth else _TOKEN).match(line, place):
        place = token.end()
        mark = token["mark"]
        if depth or mark == "(":
            depth += {"(": 1, ")": -1}.get(mark or "", 0)
            mailbox.comment.append(" " if mark else token["word"] or token["escaped"])
        elif mark and mark in ",;":
            yield mailbox.pair()
            mailbox = _Mailbox()
        elif mark == ":":  # all before was the name of a group
            mailbox = _Mailbox()
        else:
            _take(token, mailbox)
    yield mailbox.pair()


def _take(token: re.Match[str], mailbox: _Mailbox) -> None:
    if token["angle"] is not None:
        mailbox.angle = token["angle"] if mailbox.angle is None else mailbox.angle
    elif token["quoted"] is not None:
        mailbox.add(_ESCAPED.sub(r"\1", token["quoted"]), token[0])
    elif token["mark"] is None:
        mailbox.add(token["word"] or token["escaped"], token[0])
    elif token["mark"] not in '<>"':
        mailbox.add(token[0], token[0])


def _spaced(pieces: list[str]) -> str:
    return " ".join("".join(pieces).split())


def _without_route(angle: str) -> str:
    address = "".join(angle.split()) if '"' not in angle else angle.strip()
    return address.rpartition(":")[2] if address.startswith("@") else address


def as_written(name: str, address: str) -> str:
    """Return name and address as a person writes them and `mailboxes` reads them."""
    if not name:
        return address
    return f"{name if _PLAIN_NAME.match(name) else quoted_name(name)} <{address}>"


def quoted_name(name: str) -> str:
    """Return the name in quotes, whatever it holds: commas, quotes, addresses."""
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
