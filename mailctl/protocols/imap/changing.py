"""What changed in folders: read swiftly where the server is known to behave, else carefully."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from mailctl.domain.syncing import Page
from mailctl.errors import MailctlError, ServerRefused
from mailctl.ports.mail import FolderRequest
from mailctl.protocols.imap.careful import CarefulReading
from mailctl.protocols.imap.cursor import Cursor
from mailctl.protocols.imap.folders import State
from mailctl.protocols.imap.session import Session
from mailctl.protocols.imap.swift import SwiftReading, planned, swift_pages


def changed_pages(
    session: Session,
    requests: Sequence[FolderRequest],
    name_of: Callable[[str], bytes],
    states: Mapping[str, State],
    refused: dict[str, MailctlError],
) -> Iterator[Page]:
    """Yield what changed, in pages of at most 500 changes: first what can be read swiftly.

    Why a folder could not be read is noted in `refused`, by its path.
    """
    may_move = any(_may_have_lost(request, states.get(request.path)) for request in requests)
    left: list[FolderRequest] = []
    readings: list[SwiftReading] = []
    for request in requests:
        name, state = name_of(request.path), states.get(request.path)
        plan = planned(session, name, request, state, may_move=may_move)
        if plan is None:
            left.append(request)
        else:
            readings.append(SwiftReading(session, plan))
    yield from swift_pages(session, readings, left)
    for request in left:
        try:
            reading = CarefulReading(session, name_of(request.path), request)
            yield from reading.pages()
        except ServerRefused as error:
            refused[request.path] = error


def _may_have_lost(request: FolderRequest, state: State | None) -> bool:
    """Whether messages may have gone from the folder, so that they may turn up elsewhere."""
    before = Cursor.parse(request.cursor)
    if before is None:
        return False
    if state is None or before.exists is None or before.uidvalidity != state.uidvalidity:
        return True
    return state.messages != before.exists + state.uidnext - before.uidnext
