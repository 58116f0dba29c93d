"""Flags changed over IMAP: the only way in which a mailbox is ever altered."""

import re
from collections.abc import Mapping, Sequence
from functools import cached_property

from mailctl.domain.syncing import Flags, Uid
from mailctl.errors import CursorExpired, ServerRefused
from mailctl.protocols.imap import folders as listing
from mailctl.protocols.imap.names import wire_name
from mailctl.protocols.imap.session import Examined, Session
from mailctl.protocols.imap.sets import portions, sequence_set
from mailctl.protocols.imap.wire import quoted
from mailctl.protocols.words import plain

_PERMANENT = re.compile(rb"\[PERMANENTFLAGS \(([^()]*)\)\s*\]", re.IGNORECASE)
_ANY_KEYWORD = "\\*"


class ImapMarker:
    """A signed-in mailbox; flags are added and taken away by UID, never set as a whole.

    So nothing is lost that another program changes meanwhile, with or without CONDSTORE.
    Everything here raises Unreachable, ServerBusy, AuthenticationRefused or ServerRefused.
    """

    def __init__(self, session: Session) -> None:
        self._session = session

    def mark(
        self, folder: str, uids: Sequence[Uid], *, numbering: int, add: Flags, remove: Flags
    ) -> Mapping[Uid, Flags]:
        """Change flags; return those that the messages have now which are still there."""
        permanent = self._select(folder, numbering)
        lacking = _not_kept(add | remove, permanent)
        if lacking:
            raise self._refused(folder, lacking)
        found: dict[Uid, Flags] = {}
        for portion in portions(uids, self._session.profile.longest_set):
            self._store(portion, "+FLAGS.SILENT", add)
            self._store(portion, "-FLAGS.SILENT", remove)
            wanted = frozenset(portion)
            for item in self._session.fetch(portion, "(FLAGS)"):
                if item.uid in wanted and item.flags is not None:
                    found[item.uid] = item.flags
        lost = {flag for flags in found.values() for flag in (add - flags) | (remove & flags)}
        if lost:
            raise self._refused(folder, lost)
        return found

    def _select(self, folder: str, numbering: int) -> frozenset[str] | None:
        """Open a folder; return the flags that it keeps, None where it does not say."""
        name = self._names.get(folder) or wire_name(folder, is_utf8=self._session.is_utf8)
        tag = self._session.pipeline.send(f"SELECT {quoted(name.decode())}", is_barrier=True)
        selected, permanent = Examined(), None
        for reply in self._session.pipeline.until(tag):
            selected.take(reply)
            said = _PERMANENT.search(reply.text) if reply.name == b"OK" else None
            if said is not None:
                words = said[1].decode("utf-8", "replace").split()
                permanent = frozenset(word.lower() for word in words)
        if selected.numbering != numbering:
            raise CursorExpired(
                f"the server numbered the messages of {plain(folder)} anew (UIDVALIDITY)",
                hint="mailctl sync run finds out which is which",
            )
        return permanent

    def _store(self, uids: Sequence[Uid], how: str, flags: Flags) -> None:
        if flags:
            words = " ".join(sorted(flags))
            self._session.ask(f"UID STORE {sequence_set(uids)} {how} ({words})")

    @cached_property
    def _names(self) -> Mapping[str, bytes]:
        return {folder.path: folder.name for folder in listing.listed(self._session)}

    def _refused(self, folder: str, flags: set[str]) -> ServerRefused:
        return ServerRefused(
            f"{self._session.host} does not let {', '.join(sorted(flags))} be changed in "
            f"{plain(folder)}",
            hint="the folder may be yours to read only, or its server keeps no such flag",
        )


def _not_kept(flags: Flags, permanent: frozenset[str] | None) -> set[str]:
    """Return the flags that a folder does not keep for the next session (RFC 3501 section 7.1)."""
    if permanent is None:
        return set()
    takes_any = _ANY_KEYWORD in permanent
    return {
        flag
        for flag in flags
        if flag.lower() not in permanent and (flag.startswith("\\") or not takes_any)
    }
