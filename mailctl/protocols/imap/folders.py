"""The folders of a mailbox as its server lists them."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from mailctl.domain.folders import RemoteFolder, SpecialUse, is_synced_by_default
from mailctl.errors import ServerRefused
from mailctl.protocols.imap.labels import Labelling
from mailctl.protocols.imap.names import INBOX, USES, is_sendable, name_of, path_of
from mailctl.protocols.imap.session import Session
from mailctl.records import dataclass

# Not MAILBOXID: Cyrus 3.6 answers STATUS with another one, or with garbage, each time.
_STATE_ITEMS = ("UIDVALIDITY", "UIDNEXT", "MESSAGES", "HIGHESTMODSEQ")


@dataclass(frozen=True)
class Listed:
    """A folder in a listing: its path for people, and its name as commands carry it."""

    path: str
    name: bytes
    delimiter: str | None
    special_use: SpecialUse | None
    is_selectable: bool


@dataclass(frozen=True)
class State:
    """What STATUS says of a folder; equal states mean equal content (RFC 7162 section 3.1)."""

    uidvalidity: int
    uidnext: int
    messages: int
    highestmodseq: int

    def __str__(self) -> str:
        return f"{self.uidvalidity}:{self.uidnext}:{self.messages}:{self.highestmodseq}"


def listed(session: Session) -> list[Listed]:
    """Return every folder once, INBOX first, then by path. Raises what a session raises."""
    return _once(session, _listing(session, with_states=False)[0])


def with_states(session: Session) -> list[tuple[Listed, State | None]]:
    """Return every folder with its state where the server tells one, INBOX first."""
    lines, told = _listing(session, with_states=True)
    folders = _once(session, lines)
    states = dict(_told(told))
    if session.has_modseq:
        lacking = [
            folder.name
            for folder in folders
            if (_is_wanted(folder) or _has_labels(session, folder)) and folder.name not in states
        ]
        states |= dict(_told(session.statuses(lacking, _STATE_ITEMS)))
    return [(folder, states.get(folder.name)) for folder in folders]


def labelling(session: Session, folders: Sequence[Listed]) -> Labelling:
    """Return which folder has labels, if one does, and which paths they stand for."""
    labelled = next((folder.name for folder in folders if _has_labels(session, folder)), None)
    special = {folder.special_use: folder.path for folder in reversed(folders)}
    return Labelling(labelled, {use: path for use, path in special.items() if use is not None})


def _has_labels(session: Session, folder: Listed) -> bool:
    is_all = folder.special_use is SpecialUse.ALL and folder.is_selectable
    return is_all and session.profile.has_labels


def remote(folder: Listed, state: State | None, *, has_labels: bool) -> RemoteFolder:
    """Return the folder as the core knows it."""
    return RemoteFolder(
        path=folder.path,
        delimiter=folder.delimiter,
        special_use=folder.special_use,
        is_selectable=folder.is_selectable,
        state=None if state is None else str(state),
        messages=None if state is None else state.messages,
        has_labels=has_labels,
    )


def _once(session: Session, answers: Sequence[Sequence[Any]]) -> list[Listed]:
    found: dict[str, Listed] = {}
    for answer in answers:
        for folder in _folder(session, answer, taken=found):
            found.setdefault(folder.path, folder)
    return sorted(found.values(), key=lambda folder: (folder.path != INBOX, folder.path))


def _is_wanted(folder: Listed) -> bool:
    return folder.is_selectable and is_synced_by_default(folder.special_use)


def _listing(
    session: Session, *, with_states: bool
) -> tuple[list[Sequence[Any]], list[Sequence[Any]]]:
    """Return the answers to LIST and the states among them.

    By what is advertised alone: so it is sent before the server has said who it is, unless
    that decides how folders are spelled.
    """
    session.accept_utf8()
    options = []
    if session.has("SPECIAL-USE", "LIST-EXTENDED"):
        options.append("SPECIAL-USE")
    numbers_changes = session.has("CONDSTORE") or session.has("QRESYNC")
    if with_states and numbers_changes and session.has("LIST-STATUS", "LIST-EXTENDED"):
        options.append(f"STATUS ({' '.join(_STATE_ITEMS)})")
    if options:
        # Some servers advertise what they then answer with BAD (Proton Bridge).
        with suppress(ServerRefused):
            return session.listing(" ".join(options))
    return session.listing(None)


def _folder(
    session: Session, answer: Sequence[Any], *, taken: dict[str, Listed]
) -> Iterator[Listed]:
    """Yield the folder of a LIST answer, nothing where it is none."""
    if len(answer) < 3 or not isinstance(answer[0], tuple):
        return
    flags = {bytes(flag).lower() for flag in answer[0] if isinstance(flag, bytes)}
    name = name_of(answer[2])
    path = path_of(name, is_utf8=session.is_utf8)
    if path in taken and taken[path].name != name:
        path = name.decode("latin-1")
    use = SpecialUse.INBOX if path == INBOX else _use(flags)
    yield Listed(
        path=path,
        name=name,
        delimiter=name_of(answer[1]).decode("latin-1") if answer[1] is not None else None,
        special_use=use,
        is_selectable=is_sendable(name, takes_utf8=session.takes_utf8)
        and not flags & {rb"\noselect", rb"\nonexistent"},
    )


def _use(flags: set[bytes]) -> SpecialUse | None:
    return next((use for flag, use in USES.items() if flag in flags), None)


def _told(answers: Sequence[Sequence[Any]]) -> Iterator[tuple[bytes, State]]:
    for answer in answers:
        if len(answer) < 2 or not isinstance(answer[1], tuple):
            continue
        state = _state(answer[1])
        if state:
            yield name_of(answer[0]), state


def _state(items: Sequence[Any]) -> State | None:
    """Return the state, None where something of it is missing."""
    told = dict(zip(items[::2], items[1::2], strict=False))
    values = [value for item in _STATE_ITEMS if isinstance(value := told.get(item.encode()), int)]
    # 0 stands for a folder that does not number its changes (RFC 7162 section 3.1.2.2).
    if len(values) < len(_STATE_ITEMS) or values[-1] <= 0 or min(values) < 0:
        return None
    return State(*values)
