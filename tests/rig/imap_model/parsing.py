"""What clients write: tokens of a command, and sets of numbers."""

import re
from collections.abc import Iterable, Sequence

Token = bytes | list["Token"]

_ATOM = re.compile(rb'[^\s()"\[\]{]+(?:\[[^\]]*\](?:<\d+(?:\.\d+)?>)?)?')
_QUOTED = re.compile(rb'"((?:[^"\\]|\\.)*)"')
_LITERAL = re.compile(rb"\{(\d+)\+?\}\r\n")
_ESCAPED = re.compile(rb"\\(.)")


class Unparsable(ValueError):
    """The client wrote what is no command."""


def tokens(command: bytes) -> list[Token]:
    """Return atoms, strings and lists; literals stand in the command with their length."""
    found, end = _list(command, 0)
    if end != len(command):
        raise Unparsable("a parenthesis too much")
    return found


def _list(command: bytes, at: int) -> tuple[list[Token], int]:
    found: list[Token] = []
    while at < len(command):
        byte = command[at : at + 1]
        if byte == b" ":
            at += 1
        elif byte == b")":
            break
        elif byte == b"(":
            inner, at = _list(command, at + 1)
            if command[at : at + 1] != b")":
                raise Unparsable("a parenthesis is missing")
            found.append(inner)
            at += 1
        else:
            token, at = _string(command, at)
            found.append(token)
    return found, at


def _string(command: bytes, at: int) -> tuple[bytes, int]:
    if quoted := _QUOTED.match(command, at):
        return _ESCAPED.sub(rb"\1", quoted[1]), quoted.end()
    if literal := _LITERAL.match(command, at):
        end = literal.end() + int(literal[1])
        return command[literal.end() : end], end
    if atom := _ATOM.match(command, at):
        return atom[0], atom.end()
    raise Unparsable("neither atom nor string")


def text(token: Token) -> bytes:
    """Return a token that is a string. Raises Unparsable."""
    if not isinstance(token, bytes):
        raise Unparsable("no string")
    return token


def words(token: Token) -> list[bytes]:
    """Return the words of a list in upper case, or the word alone."""
    if isinstance(token, bytes):
        return [token.upper()]
    return [each.upper() for each in token if isinstance(each, bytes)]


def ranges(text: bytes, highest: int) -> list[tuple[int, int]]:
    """Return the ranges of a sequence set, `*` being the highest number."""
    found = []
    for part in text.split(b","):
        ends = [highest if end == b"*" else _number(end) for end in part.split(b":")]
        if len(ends) not in (1, 2):
            raise Unparsable("no set of numbers")
        found.append((min(ends), max(ends)))
    return found


def members(text: bytes, numbers: Sequence[int]) -> list[int]:
    """Return which of the numbers, ascending, a set names."""
    wanted = ranges(text, numbers[-1] if numbers else 0)
    return [number for number in numbers if any(a <= number <= b for a, b in wanted)]


def _number(text: bytes) -> int:
    if not text.isdigit():
        raise Unparsable("no number")
    return int(text)


def number_set(numbers: Iterable[int]) -> bytes:
    """Return numbers as a sequence set."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][1] + 1 == number:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in runs)


def quoted(text: bytes) -> bytes:
    """Return a string as servers write it."""
    if b"\r" in text or b"\n" in text or b"\0" in text:
        return b"{%d}\r\n%s" % (len(text), text)
    return b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
