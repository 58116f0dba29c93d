"""LIST, STATUS, EXAMINE and SELECT."""

import re
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING

from imapclient import imap_utf7

from .ends import Refused
from .mailboxes import Folder
from .parsing import Token, Unparsable, number_set, quoted, ranges, text, words
from .updates import View

if TYPE_CHECKING:
    from .session import Session

_DELIMITER = "/"
_DELIMITER_SAID = b'"/"'
_FLAGS = rb"(\Answered \Flagged \Deleted \Seen \Draft)"


def path_of(session: "Session", name: bytes) -> str:
    """Return the path that a name on the wire stands for."""
    if name.upper() == b"INBOX":
        return "INBOX"
    if b"UTF8=ACCEPT" in session.enabled:
        return name.decode("utf-8", "replace")
    try:
        return str(imap_utf7.decode(name))
    except (ValueError, LookupError):
        return name.decode("latin-1")


def wire_name(session: "Session", path: str) -> bytes:
    """Return the quoted name of a path on the wire."""
    if b"UTF8=ACCEPT" in session.enabled:
        return quoted(path.encode())
    return quoted(imap_utf7.encode(path))


def list_(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    """Answer LIST, with selection and return options where the server is extended."""
    selecting: list[bytes] = []
    if isinstance(arguments[0], list):
        session.require("LIST-EXTENDED")
        selecting = words(arguments.pop(0))
    reference, patterns, *options = arguments
    returning = _returning(session, options)
    names = patterns if isinstance(patterns, list) else [patterns]
    matches = [_pattern(text(reference) + text(name)) for name in names]
    if text(names[0]) == b"":
        yield rb'* LIST (\Noselect) "/" ""'
        return
    plan = session.server.plan
    told: list[bytes] = []
    states: list[bytes] = []
    for folder in session.box:
        hidden = folder.path in plan.faults.unlisted_folders
        selected = folder.special_use or b"SPECIAL-USE" not in selecting
        if hidden or not selected or not any(match.fullmatch(folder.path) for match in matches):
            continue
        name = wire_name(session, folder.path)
        told.append(b"* LIST (%s) %s %s" % (_attributes(session, folder), _DELIMITER_SAID, name))
        if returning is not None and folder.is_selectable:
            is_stated = folder.path not in plan.faults.unstated_folders
            line = status_line(session, folder, returning) if is_stated else b""
            (states if plan.faults.states_first else told).append(line)
    yield from filter(None, [*states, *told])
    yield from plan.faults.odd_folders
    for number in range(plan.faults.more_folders):
        yield rb'* LIST (\HasNoChildren) "/" "more/%d"' % number


def _returning(session: "Session", options: list[Token]) -> list[bytes] | None:
    """Return the items that STATUS is asked for along with the listing. Raises Refused."""
    if not options:
        return None
    session.require("LIST-EXTENDED")
    if len(options) != 2 or words(options[0]) != [b"RETURN"] or not isinstance(options[1], list):
        raise Refused(b"BAD no such options")
    if b"SPECIAL-USE" in words(options[1]):
        session.require("SPECIAL-USE")
    items = [option for option in options[1] if isinstance(option, list)]
    if not items:
        return None
    session.require("LIST-STATUS")
    return words(items[0])


def _pattern(name: bytes) -> re.Pattern[str]:
    meant = {"*": ".*", "%": f"[^{_DELIMITER}]*"}
    decoded = imap_utf7.decode(name)
    parts = re.split("([*%])", decoded)
    return re.compile("".join(meant.get(part) or re.escape(part) for part in parts), re.DOTALL)


def _attributes(session: "Session", folder: Folder) -> bytes:
    parent = folder.path + _DELIMITER
    has_children = any(other.path.startswith(parent) for other in session.box)
    found = ["\\HasChildren" if has_children else "\\HasNoChildren"]
    if folder.special_use and session.has("SPECIAL-USE"):
        found.append("\\" + folder.special_use)
    if not folder.is_selectable:
        found.append("\\Noselect")
    return " ".join(found).encode()


def status(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    """Answer STATUS."""
    yield status_line(session, session.folder(text(arguments[0])), words(arguments[1]))


def status_line(session: "Session", folder: Folder, items: list[bytes]) -> bytes:
    """Return a STATUS answer."""
    plan = session.server.plan
    values = {
        b"MESSAGES": plan.messages(plan.exists(len(folder.mails))),
        b"RECENT": 0,
        b"UIDNEXT": plan.uidnext(folder.uidnext),
        b"UIDVALIDITY": plan.uidvalidity(folder.uidvalidity),
        b"UNSEEN": sum("\\Seen" not in mail.flags for mail in folder.mails.values()),
        b"SIZE": sum(len(mail.source) for mail in folder.mails.values()),
        b"DELETED": sum("\\Deleted" in mail.flags for mail in folder.mails.values()),
    }
    if session.has("CONDSTORE"):
        modseq = plan.highestmodseq(folder.highestmodseq, in_status=True)
        values[b"HIGHESTMODSEQ"] = 0 if plan.faults.no_modseq else modseq
    told = []
    for item in items:
        if item == b"MAILBOXID" and session.has("OBJECTID"):
            told.append(b"MAILBOXID (%s)" % mailbox_id(folder))
        elif item in values:
            told.append(b"%s %d" % (item, values[item]))
        else:
            raise Refused(b"BAD no such item")
    return b"* STATUS %s (%s)" % (wire_name(session, folder.path), b" ".join(told))


def mailbox_id(folder: Folder) -> bytes:
    """Return the identity of a folder, which another one of the same name does not have."""
    return b"F" + sha256(str(folder.uidvalidity).encode()).hexdigest()[:16].encode()


def examine(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    """Answer EXAMINE."""
    yield from _open(session, arguments)
    session.ending = b"OK [READ-ONLY] open"


def select(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    """Answer SELECT."""
    yield from _open(session, arguments)
    session.ending = b"OK [READ-WRITE] open"


def _open(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    was_open, session.view = session.view is not None, None
    if session.server.plan.faults.wants_introduction and not session.is_introduced:
        raise Refused(b"NO EXAMINE Unsafe Login. Please contact kefu@188.com for help")
    folder = session.folder(text(arguments[0]))
    resync = _parameters(session, arguments[1:])
    if was_open and b"QRESYNC" in session.enabled:
        yield b"* OK [CLOSED] the other folder is closed"
    plan = session.server.plan
    with session.box.lock:
        view = View(folder)
    session.view, session.saved = view, []
    yield b"* FLAGS " + _FLAGS
    yield b"* OK [PERMANENTFLAGS ()] nothing can be changed"
    for name, line in _numbers(session, folder, len(view.uids)).items():
        if name not in plan.faults.unsaid:
            yield line
    if session.has("OBJECTID"):
        yield b"* OK [MAILBOXID (%s)] itself" % mailbox_id(folder)
    if resync is not None:
        yield from _resynced(session, view, resync)


def _numbers(session: "Session", folder: Folder, exists: int) -> dict[str, bytes]:
    """Return what is said of an opened folder in numbers, by name."""
    plan = session.server.plan
    said = {
        "EXISTS": b"* %d EXISTS" % plan.exists(exists),
        "RECENT": b"* 0 RECENT",
        "UIDVALIDITY": b"* OK [UIDVALIDITY %d] valid" % plan.uidvalidity(folder.uidvalidity),
        "UIDNEXT": b"* OK [UIDNEXT %d] next" % plan.uidnext(folder.uidnext),
    }
    if plan.faults.no_modseq:
        said["HIGHESTMODSEQ"] = b"* OK [NOMODSEQ] nothing is counted here"
    elif session.has("CONDSTORE"):
        modseq = plan.highestmodseq(folder.highestmodseq)
        said["HIGHESTMODSEQ"] = b"* OK [HIGHESTMODSEQ %d] counted" % modseq
    return said


def _parameters(session: "Session", arguments: list[Token]) -> list[bytes] | None:
    """Return UIDVALIDITY, MODSEQ and known UIDs of a QRESYNC, if one is asked for."""
    if not arguments:
        return None
    session.require("CONDSTORE")
    parameters = arguments[0]
    if words(parameters) == [b"CONDSTORE"]:
        session.enabled.add(b"CONDSTORE")
        return None
    if words(parameters) != [b"QRESYNC"] or b"QRESYNC" not in session.enabled:
        raise Refused(b"BAD [CLIENTBUG] no such parameter, or QRESYNC is not enabled")
    if not isinstance(parameters, list):
        raise Refused(b"BAD a list is needed")
    if session.server.plan.faults.no_modseq:
        return None
    return words(parameters[1])


def _resynced(session: "Session", view: View, resync: list[bytes]) -> Iterator[bytes]:
    """Yield what happened since a client last looked (RFC 7162 section 3.2.5)."""
    folder, plan = view.folder, session.server.plan
    if len(resync) < 2:
        raise Unparsable("UIDVALIDITY and MODSEQ")
    validity, modseq = int(resync[0]), int(resync[1])
    if validity != plan.uidvalidity(folder.uidvalidity):
        return
    known: set[int] = set()
    for first, last in ranges(resync[2] if len(resync) > 2 else b"1:*", folder.uidnext - 1):
        known.update(range(first, min(last, folder.uidnext - 1) + 1))
    yield from vanished_earlier(session, folder, modseq, known)
    changed = [uid for uid in view.uids if uid in known and folder.mails[uid].modseq > modseq]
    for uid in plan.told(changed):
        mail = folder.mails[uid]
        flags = " ".join(sorted(mail.flags)).encode()
        yield b"* %d FETCH (UID %d FLAGS (%s) MODSEQ (%d))" % (
            view.number(uid), uid, flags, mail.modseq,
        )  # fmt: skip


def vanished_earlier(
    session: "Session", folder: Folder, modseq: int, known: range | set[int]
) -> Iterator[bytes]:
    """Yield what a client lost since, or what the plan says instead."""
    plan = session.server.plan
    if plan.faults.vanished_words is not None:
        yield from plan.faults.vanished_words
        return
    if plan.faults.vanished_all:
        yield b"* VANISHED (EARLIER) 1:%d" % max(1, folder.uidnext - 1)
        return
    gone = plan.vanished(folder.vanished_since(modseq, known))
    if gone:
        yield b"* VANISHED (EARLIER) " + number_set(gone)
