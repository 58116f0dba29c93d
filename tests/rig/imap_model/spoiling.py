"""FETCH answers as good servers write them, and as bad ones do."""

from collections.abc import Iterator
from dataclasses import dataclass

from .faults import Cut, Faults, Literal, Mangling

_MORE = 50
_FOREIGN = b"this is the body of nobody\r\n"


@dataclass(frozen=True)
class Item:
    """A name and its value in a FETCH answer."""

    name: bytes
    value: bytes
    is_literal: bool = False
    length: bytes | None = None
    """What is announced instead of the length."""

    def __bytes__(self) -> bytes:
        if not self.is_literal:
            return self.name + b" " + self.value
        length = b"%d" % len(self.value) if self.length is None else self.length
        return b"%s {%s}\r\n%s" % (self.name, length, self.value)


@dataclass(frozen=True)
class Row:
    """A line of answer; after a last one the connection ends."""

    line: bytes
    is_last: bool = False
    cut: Cut = Cut.CLOSE


def spoils(faults: Faults, items: list[Item]) -> bool:
    """Whether what a client reads as the body may be another one."""
    has_body = any(item.is_literal for item in items)
    return has_body and (faults.literal is not None or faults.mangling is not None)


def foreign_uids(faults: Faults, exists: int) -> list[int]:
    """Return the UIDs that the plan makes up, for messages that nobody asked for."""
    match faults.mangling:
        case Mangling.WRONG_UID_TOO:
            return [exists + 1000]
        case Mangling.BODY_OF_ANOTHER:
            return [4_000_000_000]
        case _:
            return []


def announced(faults: Faults, items: list[Item]) -> tuple[list[Item], Cut | None]:
    """Return the items with the lengths that the plan announces, and how it goes on."""
    if faults.literal is None or not any(item.is_literal for item in items):
        return items, None
    told = [
        Item(each.name, each.value, each.is_literal, _length(faults.literal, len(each.value)))
        for each in items
    ]
    match faults.literal:
        case Literal.LONGER_AND_SILENCE:
            return told, Cut.SILENCE
        case Literal.LONGER_AND_CLOSE:
            return told, Cut.CLOSE
        case Literal.ENDLESS:
            return told, Cut.ENDLESS
        case _:
            return told, None


def _length(literal: Literal, length: int) -> bytes:
    match literal:
        case Literal.SHORTER:
            return b"%d" % max(0, length - 10)
        case Literal.ZERO:
            return b"0"
        case Literal.HUGE | Literal.ENDLESS:
            return b"4294967296"
        case Literal.NEGATIVE:
            return b"-5"
        case Literal.WORD:
            return b"many"
        case _:
            return b"%d" % (length + _MORE)


def rows(
    faults: Faults, number: int, items: list[Item], *, exists: int, flags: bytes
) -> Iterator[Row]:
    """Yield the lines that tell of a message with these flags."""
    uid = next((item for item in items if item.name == b"UID"), None)
    rest = [item for item in items if item.name != b"UID"]
    match faults.mangling:
        case Mangling.UID_LAST:
            yield Row(_row(number, [*rest, *([uid] if uid else [])]))
        case Mangling.FLAGS_AFTER_BODY:
            rest = [item for item in items if item.name != b"FLAGS"]
            yield Row(_row(number, [*rest, Item(b"FLAGS", flags)]))
        case Mangling.FLAGS_ALONE_FIRST:
            yield Row(_row(number, [Item(b"FLAGS", rb"(\Deleted)")]))
            yield Row(_row(number, items))
        case Mangling.NO_UID:
            yield Row(_row(number, rest))
        case Mangling.TWICE:
            yield Row(_row(number, items))
            yield Row(_row(number, items))
        case Mangling.WRONG_UID_TOO:
            (wrong,) = foreign_uids(faults, exists)
            yield Row(_row(number, [Item(b"UID", b"%d" % wrong), *rest]))
            yield Row(_row(number, items))
        case Mangling.BODY_OF_ANOTHER:
            foreign = Item(b"BODY[]", _FOREIGN, is_literal=True)
            (other,) = foreign_uids(faults, exists)
            yield Row(_row(exists + 1, [Item(b"UID", b"%d" % other), foreign]))
            yield Row(_row(number, items))
        case Mangling.NUMBER_ZERO:
            yield Row(_row(0, items))
        case Mangling.EMPTY_ROW:
            yield Row(b"* %d FETCH ()" % number)
        case Mangling.BYE_IN_THE_MIDDLE:
            whole = _row(number, items)
            yield Row(whole[: len(whole) // 2] + b"\r\n* BYE going down\r\n", is_last=True)
        case _:
            yield Row(_retouched(faults.mangling, _row(number, _respelled(faults.mangling, items))))


def _row(number: int, items: list[Item]) -> bytes:
    return b"* %d FETCH (%s)" % (number, b" ".join(map(bytes, items)))


def _respelled(mangling: Mangling | None, items: list[Item]) -> list[Item]:
    """Return the items with values as some servers write them."""
    values = {
        Mangling.NIL_FLAGS: {b"FLAGS": b"NIL"},
        Mangling.IMPOSSIBLE_DATE: {b"INTERNALDATE": b'"00-Jan-0000 00:00:00 +0000"'},
        Mangling.UNQUOTED_DATE: {b"INTERNALDATE": b"23-Nov-2026 10:00:00 +0000"},
        Mangling.NEGATIVE_SIZE: {b"RFC822.SIZE": b"-1"},
        Mangling.NEGATIVE_MODSEQ: {b"MODSEQ": b"(-1)"},
    }.get(mangling, {}) if mangling else {}  # fmt: skip
    if mangling is Mangling.NIL_BODY:
        return [Item(i.name, b"NIL") if i.is_literal else i for i in items]
    if mangling is Mangling.LOWER_CASE:
        return [Item(i.name.lower(), i.value, i.is_literal, i.length) for i in items]
    return [Item(i.name, values.get(i.name, i.value), i.is_literal, i.length) for i in items]


def _retouched(mangling: Mangling | None, row: bytes) -> bytes:
    """Return the row with other characters around its items."""
    head, paren, rest = row.partition(b"(")
    match mangling:
        case Mangling.NO_CLOSING:
            return row[:-1]
        case Mangling.NO_OPENING:
            return head + rest
        case Mangling.SPACES:
            return head.replace(b" ", b"  ").replace(b"*  ", b"* ") + paren + b" " + rest + b" "
        case Mangling.NULS:
            return b"\0\0" + row
        case Mangling.EIGHT_BIT:
            return head + paren + b"X-\xe4\xff \xfe\x80 " + rest
        case _:
            return row
