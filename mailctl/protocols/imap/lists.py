"""Answers that are words, numbers and lists: LIST, STATUS, ID.

IMAPClient reads every one of them, byte by byte, and takes 15 ms to import. As almost every
server writes them they are read here, with the same result; the rest is left to it.
"""

import re
from collections.abc import Sequence
from typing import Any

from mailctl.protocols.imap.answers import Part

_DEEPEST = 32
_TOKEN = re.compile(
    rb""" *(?:([()])|"([^"\\]*)"(?=[ )]|\Z)|([\w\\$.+,&/:;=@~!#*<>?|^`'-]+)(?=[ ()]|\Z))"""
)


def parsed(data: Sequence[Part]) -> Sequence[Any]:
    """Return the parts of an answer: a list is a tuple, NIL is None, text is bytes.

    Raises what IMAPClient does where it makes no sense.
    """
    if len(data) == 1 and isinstance(data[0], bytes):
        usual = _usual(data[0])
        if usual is not None:
            return usual
    from imapclient.response_parser import parse_response

    careful: Sequence[Any] = parse_response(list(data))
    return careful


def _usual(line: bytes) -> tuple[Any, ...] | None:
    """Return the parts, None where there is something in it that few servers write."""
    lists: list[list[Any]] = [[]]
    place = 0
    while place < len(line):
        token = _TOKEN.match(line, place)
        if token is None or len(lists) > _DEEPEST:
            return None
        place = token.end()
        bracket, text, word = token.groups()
        if bracket == b"(":
            lists.append([])
        elif bracket is None:
            lists[-1].append(_value(word) if text is None else text)
        elif len(lists) > 1:
            closed = tuple(lists.pop())
            lists[-1].append(closed)
        else:
            return None
    return tuple(lists[0]) if len(lists) == 1 else None


def _value(word: bytes) -> bytes | int | None:
    if word == b"NIL":
        return None
    is_number = word.isdigit() and (len(word) == 1 or not word.startswith(b"0"))
    return int(word) if is_number else word
