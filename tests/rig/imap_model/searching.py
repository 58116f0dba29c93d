"""SEARCH and UID SEARCH, with and without RETURN (RFC 4731, RFC 5182)."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from .ends import Refused
from .faults import Extended
from .lies import made_up
from .mailboxes import Mail
from .parsing import Token, Unparsable, members, number_set, text, words
from .updates import View

if TYPE_CHECKING:
    from .session import Session

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FLAGS = {b"SEEN", b"ANSWERED", b"FLAGGED", b"DELETED", b"DRAFT"}

Test = Callable[[Mail], bool]


def search(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    """Answer SEARCH in sequence numbers."""
    return _search(session, arguments, is_uid=False)


def uid_search(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    """Answer UID SEARCH."""
    return _search(session, arguments, is_uid=True)


def _search(session: "Session", arguments: list[Token], *, is_uid: bool) -> Iterator[bytes]:
    view, returning = session.open, None
    if words(arguments[0]) == [b"RETURN"]:
        session.require("ESEARCH")
        returning = words(arguments[1]) or [b"ALL"]
        arguments = arguments[2:]
    if words(arguments[0]) == [b"CHARSET"]:
        arguments = arguments[2:]
    keys = Keys(session, view, arguments)
    hits = [mail for mail in map(view.mail, view.uids) if mail and keys.fit(mail)]
    found = session.server.plan.found([mail.uid for mail in hits])
    modseq = max((mail.modseq for mail in hits), default=0) if keys.ask_modseq else 0
    if returning and b"SAVE" in returning:
        session.require("SEARCHRES")
        session.saved = sorted(found or [])
    if found is None or returning == [b"SAVE"]:
        return
    numbers = found if is_uid else [view.number(uid) for uid in found]
    extended = session.server.plan.faults.extended
    if returning is None or extended is Extended.PLAIN:
        counted = b" (MODSEQ %d)" % modseq if modseq else b""
        more = made_up(session.server.plan.faults.search_more, b" ")
        yield b"* SEARCH" + b"".join(b" %d" % number for number in numbers) + more + counted
    else:
        said = _extended(session, returning, numbers, modseq, is_uid=is_uid)
        yield _misspelled(said, session.tag, extended)
        if extended is Extended.TWICE:
            yield said


def _extended(
    session: "Session", returning: list[bytes], numbers: list[int], modseq: int, *, is_uid: bool
) -> bytes:
    told = b'* ESEARCH (TAG "%s")' % session.tag + (b" UID" if is_uid else b"")
    more = session.server.plan.faults.search_more
    if numbers:
        ends = {b"MIN": min(numbers), b"MAX": max(numbers)}
        for item in returning:
            told += b" %s %d" % (item, ends[item]) if item in ends else b""
        if b"ALL" in returning:
            told += b" ALL " + number_set(numbers) + made_up(more, b",")
    if b"COUNT" in returning:
        told += b" COUNT %d" % (len(numbers) + more)
    return told + (b" MODSEQ %d" % modseq if modseq else b"")


def _misspelled(said: bytes, tag: bytes, extended: Extended | None) -> bytes:
    match extended:
        case Extended.NO_TAG:
            return said.replace(b' (TAG "%s")' % tag, b"")
        case Extended.OTHER_TAG:
            return said.replace(b'"%s"' % tag, b'"other"')
        case Extended.LOWER_CASE:
            return said.lower()
        case _:
            return said


class Keys:
    """Search keys, all of which have to fit."""

    def __init__(self, session: "Session", view: View, arguments: list[Token]) -> None:
        self.ask_modseq = False
        self._session = session
        self._view = view
        self._left = list(arguments)
        self._tests: list[Test] = []
        while self._left:
            self._tests.append(self._key())

    def fit(self, mail: Mail) -> bool:
        return all(test(mail) for test in self._tests)

    def _next(self) -> bytes:
        if not self._left:
            raise Unparsable("a search key is not complete")
        return text(self._left.pop(0))

    def _key(self) -> Test:
        if isinstance(self._left[0], list):
            return Keys(self._session, self._view, self._left.pop(0)).fit  # type: ignore[arg-type]
        key = self._next().upper()
        if key[:1].isdigit() or key[:1] in (b"*", b"$"):
            return self._numbered(key)
        if key in _FLAGS or key.removeprefix(b"UN") in _FLAGS:
            return _flagged(key)
        match key:
            case b"ALL":
                return lambda _: True
            case b"NOT":
                test = self._key()
                return lambda mail: not test(mail)
            case b"OR":
                one, other = self._key(), self._key()
                return lambda mail: one(mail) or other(mail)
            case b"UID":
                uids = set(self._named(self._next()))
                return lambda mail: mail.uid in uids
        return self._valued(key, self._next())

    def _valued(self, key: bytes, value: bytes) -> Test:
        match key:
            case b"SINCE":
                first = _day(value)
                return lambda mail: mail.internal_date.date() >= first
            case b"BEFORE":
                last = _day(value)
                return lambda mail: mail.internal_date.date() < last
            case b"ON":
                day = _day(value)
                return lambda mail: mail.internal_date.date() == day
            case b"LARGER":
                return lambda mail: len(mail.source) > int(value)
            case b"SMALLER":
                return lambda mail: len(mail.source) < int(value)
            case b"MODSEQ":
                return self._modseq(value)
        raise Refused(b"BAD no such search key")

    def _modseq(self, value: bytes) -> Test:
        self._session.require("CONDSTORE")
        self._session.enabled.add(b"CONDSTORE")
        self.ask_modseq = True
        if not value.isdigit():  # MODSEQ "/flags/\\seen" all 5
            self._next()
            value = self._next()
        return lambda mail: mail.modseq >= int(value)

    def _numbered(self, key: bytes) -> Test:
        if key == b"$":
            saved = set(self._session.saved)
            return lambda mail: mail.uid in saved
        numbers = set(members(key, range(1, len(self._view.uids) + 1)))
        return lambda mail: self._view.number(mail.uid) in numbers

    def _named(self, uids: bytes) -> list[int]:
        return self._session.saved if uids == b"$" else members(uids, self._view.uids)


def _flagged(key: bytes) -> Test:
    flag = "\\" + key.removeprefix(b"UN").decode().title()
    return lambda mail: (flag in mail.flags) != key.startswith(b"UN")


def _day(value: bytes) -> date:
    day, month, year = value.decode().split("-")
    return date(int(year), _MONTHS.index(month.title()) + 1, int(day))
