"""NOTIFY: news of all folders, at any time (RFC 5465)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from .ends import Refused
from .folders import status_line
from .parsing import Token, words

if TYPE_CHECKING:
    from .session import Session


class Watch:
    """What a client was told of the folders that it has not open."""

    def __init__(self, session: "Session") -> None:
        self._told = self._states(session)

    def news(self, session: "Session") -> Iterator[bytes]:
        """Yield what happened since the last time, to the open folder and to the others."""
        if session.view is not None:
            yield from session.view.news(session)
        told, self._told = self._told, self._states(session)
        opened = None if session.view is None else session.view.folder.path
        for folder in session.box:
            if folder.path != opened and self._told.get(folder.path) != told.get(folder.path):
                yield status_line(session, folder, items(session))

    @staticmethod
    def _states(session: "Session") -> dict[str, tuple[int, int]]:
        return {folder.path: (folder.uidvalidity, folder.highestmodseq) for folder in session.box}


def items(session: "Session") -> list[bytes]:
    """Return what is told of a folder in which something happened."""
    usual = [b"MESSAGES", b"UIDNEXT", b"UIDVALIDITY"]
    return [*usual, b"HIGHESTMODSEQ"] if session.has("CONDSTORE") else usual


def notify(session: "Session", arguments: list[Token]) -> Iterator[bytes]:
    """Answer NOTIFY; whatever events are asked for, all of them are told."""
    session.require("NOTIFY")
    how = words(arguments[0])
    if how == [b"NONE"]:
        session.watch = None
        return
    if how != [b"SET"] or len(arguments) < 2:
        raise Refused(b"BAD SET or NONE")
    if words(arguments[1]) == [b"STATUS"]:
        for folder in session.box:
            yield status_line(session, folder, items(session))
    session.watch = Watch(session)
