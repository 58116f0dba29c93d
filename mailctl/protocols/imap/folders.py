"""The folders of a mailbox as its server lists them."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from imapclient import imap_utf7

from mailctl.domain.folders import RemoteFolder, SpecialUse, is_synced_by_default
from mailctl.errors import ServerRefused
from mailctl.protocols.imap.session import Session

_INBOX = "INBOX"
_STATE_ITEMS = ("UIDVALIDITY", "UIDNEXT", "MESSAGES", "HIGHESTMODSEQ")
# RFC 6154, RFC 8457, and the names that Gmail's XLIST gave before them.
_USES = {
    rb"\all": SpecialUse.ALL,
    rb"\allmail": SpecialUse.ALL,
    rb"\archive": SpecialUse.ARCHIVE,
    rb"\drafts": SpecialUse.DRAFTS,
    rb"\flagged": SpecialUse.FLAGGED,
    rb"\starred": SpecialUse.FLAGGED,
    rb"\important": SpecialUse.IMPORTANT,
    rb"\junk": SpecialUse.JUNK,
    rb"\spam": SpecialUse.JUNK,
    rb"\sent": SpecialUse.SENT,
    rb"\trash": SpecialUse.TRASH,
}


@dataclass(frozen=True)
class Listed:
    """A folder in a listing: its path for people, and its name as commands carry it."""

    path: str
    name: bytes
    delimiter: str | None
    special_use: SpecialUse | None
    is_selectable: bool


def listed(session: Session, *, with_states: bool = False) -> list[Listed]:
    """Return every folder once, INBOX first, then by path. Raises what a session raises."""
    found: dict[str, Listed] = {}
    for answer in _listing(session, with_states=with_states):
        for folder in _folder(answer, taken=found):
            found.setdefault(folder.path, folder)
    return sorted(found.values(), key=lambda folder: (folder.path != _INBOX, folder.path))


def with_states(session: Session) -> list[tuple[Listed, RemoteFolder]]:
    """Return every folder with the token of its state, INBOX first."""
    folders = listed(session, with_states=_lists_states(session))
    states = _states(session, folders)
    return [(folder, _remote(folder, states.get(folder.name))) for folder in folders]


def wire_name(path: str) -> bytes:
    """Return the name that a path has unless its server spells names in its own way."""
    return bytes(imap_utf7.encode(path))


def _remote(folder: Listed, state: str | None) -> RemoteFolder:
    return RemoteFolder(
        path=folder.path,
        delimiter=folder.delimiter,
        special_use=folder.special_use,
        is_selectable=folder.is_selectable,
        state=state,
    )


def _lists_states(session: Session) -> bool:
    return session.has("LIST-STATUS", "LIST-EXTENDED") and session.has_modseq


def _listing(session: Session, *, with_states: bool) -> list[Sequence[Any]]:
    options = []
    if session.has("SPECIAL-USE", "LIST-EXTENDED"):
        options.append("SPECIAL-USE")
    if with_states:
        options.append(f"STATUS ({' '.join(_STATE_ITEMS)})")
    if options:
        # Some servers advertise what they then answer with BAD (Proton Bridge).
        with suppress(ServerRefused):
            return session.listing(" ".join(options))
    return session.listing(None)


def _folder(answer: Sequence[Any], *, taken: dict[str, Listed]) -> Iterator[Listed]:
    """Yield the folder of a LIST answer, nothing where it is none."""
    if len(answer) < 3 or not isinstance(answer[0], tuple):
        return
    flags = {bytes(flag).lower() for flag in answer[0] if isinstance(flag, bytes)}
    name = _name(answer[2])
    path = _path(name)
    if path in taken and taken[path].name != name:
        path = name.decode("latin-1")
    # A name with other bytes than these cannot be sent as it came.
    is_sendable = all(0x20 <= byte < 0x7F for byte in name)
    use = SpecialUse.INBOX if path == _INBOX else _use(flags)
    yield Listed(
        path=path,
        name=name,
        delimiter=_name(answer[1]).decode("latin-1") if answer[1] is not None else None,
        special_use=use,
        is_selectable=is_sendable and not flags & {rb"\noselect", rb"\nonexistent"},
    )


def _use(flags: set[bytes]) -> SpecialUse | None:
    return next((use for flag, use in _USES.items() if flag in flags), None)


def _name(token: Any) -> bytes:
    # IMAPClient takes unquoted digits for a number and NIL for nothing.
    return token if isinstance(token, bytes) else b"NIL" if token is None else str(token).encode()


def _path(name: bytes) -> str:
    """Return the name for people; a name that would not come back the same stays as it is."""
    if name.upper() == _INBOX.encode():
        return _INBOX
    with suppress(ValueError):
        path = imap_utf7.decode(name)
        # A lone surrogate decodes, but cannot be stored.
        path.encode()
        if imap_utf7.encode(path) == name:
            return str(path)
    with suppress(UnicodeDecodeError):
        return name.decode()
    return name.decode("latin-1")


def _states(session: Session, folders: list[Listed]) -> dict[bytes, str]:
    """Return the tokens by name, as far as the server promises that they change."""
    if not session.has_modseq:
        return {}
    states = dict(_listed_states(session)) if _lists_states(session) else {}
    for folder in folders:
        wanted = folder.is_selectable and is_synced_by_default(folder.special_use)
        if wanted and folder.name not in states:
            with suppress(ServerRefused):
                state = _state(session.status(folder.name, _STATE_ITEMS))
                states |= {folder.name: state} if state else {}
    return states


def _listed_states(session: Session) -> Iterator[tuple[bytes, str]]:
    for answer in session.listed_states():
        if len(answer) < 2 or not isinstance(answer[1], tuple):
            continue
        state = _state(answer[1])
        if state:
            yield _name(answer[0]), state


def _state(items: Sequence[Any]) -> str | None:
    """Return "uidvalidity:uidnext:messages:highestmodseq", None where one is missing."""
    told = dict(zip(items[::2], items[1::2], strict=False))
    values = [told.get(item.encode()) for item in _STATE_ITEMS]
    # 0 stands for a folder that does not number its changes (RFC 7162 section 3.1.2.2).
    if not all(isinstance(value, int) for value in values) or not values[-1]:
        return None
    return ":".join(str(value) for value in values)
