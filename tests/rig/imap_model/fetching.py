"""FETCH and UID FETCH."""

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.utils import getaddresses
from hashlib import sha256
from typing import TYPE_CHECKING

from .ends import Refused
from .faults import HONEST
from .folders import vanished_earlier
from .mailboxes import Mail
from .parsing import Token, members, quoted, ranges, text, words
from .spoiling import Item, announced, foreign_uids, rows, spoils
from .updates import View

if TYPE_CHECKING:
    from .session import Session

_SECTION = re.compile(
    rb"BODY(?:\.PEEK)?\[(?:|HEADER|TEXT|HEADER\.FIELDS(?:\.NOT)? \(([^)]*)\))\]"
    rb"(?:<(\d+)(?:\.(\d+))?>)?",
    re.IGNORECASE,
)
_MACROS = {b"FAST": [b"FLAGS", b"INTERNALDATE", b"RFC822.SIZE"]}
_MACROS[b"ALL"] = [*_MACROS[b"FAST"], b"ENVELOPE"]


def fetch(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    """Answer FETCH by sequence numbers."""
    view, named = session.open, text(arguments[0])
    if named == b"$":
        uids = session.saved
    else:
        numbers = members(named, range(1, len(view.uids) + 1))
        uids = [view.uids[number - 1] for number in numbers]
    return _fetch(session, view, uids, arguments)


def uid_fetch(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    """Answer UID FETCH."""
    view, named = session.open, text(arguments[0])
    uids = session.saved if named == b"$" else members(named, view.uids)
    arguments = [named, [b"UID", *_items(arguments[1])], *arguments[2:]]
    return _fetch(session, view, uids, arguments)


def _items(asked: Token) -> list[Token]:
    names = [asked] if isinstance(asked, bytes) else asked
    if isinstance(asked, bytes) and asked.upper() in _MACROS:
        return [*_MACROS[asked.upper()]]
    return [name for name in names if words(name) != [b"UID"]]


def _fetch(
    session: "Session", view: View, uids: list[int], arguments: list[Token]
) -> Iterator[bytes]:
    items = _items(arguments[1])
    if words(arguments[1])[:1] == [b"UID"]:
        items = [b"UID", *items]
    changed = _changed_since(session, arguments[2:])
    if changed is not None:
        modseq, wants_vanished = changed
        if wants_vanished:
            known: set[int] = set()
            for first, last in ranges(text(arguments[0]), view.folder.uidnext - 1):
                known.update(range(first, min(last, view.folder.uidnext) + 1))
            yield from vanished_earlier(session, view.folder, modseq, known)
        mails = [mail for mail in map(view.mail, uids) if mail and mail.modseq > modseq]
        uids = [mail.uid for mail in mails]
        if b"MODSEQ" not in words(items):
            items = [*items, b"MODSEQ"]
    for uid in session.server.plan.told(list(uids)):
        mail = view.mail(uid)
        if mail is not None:
            yield from _answer(session, view, mail, items)


def _changed_since(session: "Session", modifiers: list[Token]) -> tuple[int, bool] | None:
    if not modifiers:
        return None
    session.require("CONDSTORE")
    if session.server.plan.faults.no_modseq:
        raise Refused(b"BAD nothing is counted here")
    asked = words(modifiers[0])
    if len(asked) < 2 or asked[0] != b"CHANGEDSINCE" or not asked[1].isdigit():
        raise Refused(b"BAD no such modifier")
    session.enabled.add(b"CONDSTORE")
    if asked[2:] not in ([], [b"VANISHED"]):
        raise Refused(b"BAD no such modifier")
    if asked[2:] and b"QRESYNC" not in session.enabled:
        raise Refused(b"BAD [CLIENTBUG] QRESYNC is not enabled")
    return int(asked[1]), bool(asked[2:])


def _answer(session: "Session", view: View, mail: Mail, items: list[Token]) -> Iterator[bytes]:
    plan, source = session.server.plan, mail.source
    if mail.uid in plan.faults.swapped:
        source = plan.faults.swapped[mail.uid]
        session.server.lied_about.add((view.folder.path, mail.uid))
    number = view.number(mail.uid)
    told = [_item(session, mail, source, name) for name in items]
    faults = plan.faults if plan.is_spoiled(mail.uid) else HONEST
    if spoils(faults, told):
        spoiled = {mail.uid, *foreign_uids(faults, len(view.uids))}
        session.server.lied_about |= {(view.folder.path, uid) for uid in spoiled}
    told, cut = announced(faults, told)
    flags = b"(%s)" % " ".join(sorted(mail.flags)).encode()
    for row in rows(faults, number, told, exists=len(view.uids), flags=flags):
        if row.is_last:
            session.voice.say_and_stop(row.line, row.cut)
        yield row.line
    if cut is not None:
        session.voice.say_and_stop(b"", cut)


def _item(session: "Session", mail: Mail, source: bytes, asked: Token) -> Item:
    name = text(asked).upper()
    section = _SECTION.fullmatch(name)
    if section:
        return Item(_section_name(name), _part(source, name, section), is_literal=True)
    if name == b"MODSEQ":
        session.require("CONDSTORE")
        session.enabled.add(b"CONDSTORE")
        return Item(name, b"(%d)" % mail.modseq)
    known = _known(session, mail, source)
    if name not in known:
        raise Refused(b"BAD no such item")
    return Item(name, known[name])


def _known(session: "Session", mail: Mail, source: bytes) -> dict[bytes, bytes]:
    known = {
        b"UID": b"%d" % mail.uid,
        b"FLAGS": b"(%s)" % " ".join(sorted(mail.flags)).encode(),
        b"INTERNALDATE": mail.internal_date.strftime('"%d-%b-%Y %H:%M:%S %z"').encode(),
        b"RFC822.SIZE": b"%d" % len(source),
        b"ENVELOPE": _envelope(source),
    }
    is_one = session.server.plan.faults.one_id
    if session.has("OBJECTID"):
        known[b"EMAILID"] = b"(M%s)" % (b"1" if is_one else mail.digest[:24].encode())
        known[b"THREADID"] = b"(T%s)" % _root(source)[:24]
    if session.has("X-GM-EXT-1"):
        known[b"X-GM-MSGID"] = b"1" if is_one else b"%d" % mail.number
        known[b"X-GM-THRID"] = b"%d" % int(_root(source)[:15], 16)
        known[b"X-GM-LABELS"] = b"(%s)" % b" ".join(quoted(each.encode()) for each in mail.labels)
    return known


def _section_name(name: bytes) -> bytes:
    """Return how an answer names a section: without PEEK, and with the origin alone."""
    name = name.replace(b".PEEK", b"")
    return re.sub(rb"<(\d+)(?:\.\d+)?>$", rb"<\1>", name)


def _part(source: bytes, name: bytes, section: re.Match[bytes]) -> bytes:
    head, blank, body = source.partition(b"\r\n\r\n")
    if b"HEADER.FIELDS" in name:
        part = _fields(head, (section[1] or b"").upper().split(), without=b".NOT " in name)
    elif b"[HEADER" in name:
        part = head + blank
    else:
        part = body if b"[TEXT" in name else source
    if section[2] is None:
        return part
    begin = int(section[2])
    return part[begin:] if section[3] is None else part[begin : begin + int(section[3])]


def _fields(head: bytes, names: list[bytes], *, without: bool) -> bytes:
    fields = re.split(rb"\r\n(?![ \t])", head)
    wanted = [f for f in fields if (f.partition(b":")[0].strip().upper() in names) != without]
    return b"".join(field + b"\r\n" for field in wanted) + b"\r\n"


def _root(source: bytes) -> bytes:
    """Return what all messages of a thread share."""
    mail = message_from_bytes(source, policy=policy.compat32)
    ids = str(mail["References"] or mail["Message-ID"] or "").split() or [source.decode("latin-1")]
    return sha256(ids[0].encode("utf-8", "replace")).hexdigest().encode()


def _envelope(source: bytes) -> bytes:
    mail = message_from_bytes(source, policy=policy.compat32)

    def string(name: str) -> bytes:
        value = mail[name]
        return b"NIL" if value is None else quoted(str(value).encode("utf-8", "replace"))

    def addresses(name: str) -> bytes:
        found = getaddresses([str(value) for value in mail.get_all(name, [])])
        told = b"".join(_address(*each) for each in found)
        return b"(%s)" % told if told else b"NIL"

    senders = [addresses(name) for name in ("From", "Sender", "Reply-To")]
    senders[1:] = [each if each != b"NIL" else senders[0] for each in senders[1:]]
    others = [addresses(name) for name in ("To", "Cc", "Bcc")]
    ends = [string("In-Reply-To"), string("Message-ID")]
    return b"(%s)" % b" ".join([string("Date"), string("Subject"), *senders, *others, *ends])


def _address(name: str, address: str) -> bytes:
    local, _, domain = address.rpartition("@")
    called = quoted(name.encode("utf-8", "replace")) if name else b"NIL"
    parts = [quoted(part.encode("utf-8", "replace")) for part in (local, domain)]
    return b"(%s NIL %s)" % (called, b" ".join(parts))
