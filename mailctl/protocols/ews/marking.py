"""Flags changed over EWS: each property by itself, never a message as a whole."""

from collections.abc import Mapping, Sequence
from typing import Any

from exchangelib import errors
from exchangelib.properties import ItemId

from mailctl.domain.syncing import Flags, Uid
from mailctl.errors import CursorExpired, NotFound, ServerRefused
from mailctl.protocols.ews import flags, items
from mailctl.protocols.ews.changes import listed_ids
from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.elements import GetLetters, Letter, UpdateLetters, paths
from mailctl.protocols.ews.failures import translated
from mailctl.protocols.ews.folders import EwsFolder, listed
from mailctl.protocols.words import plain

_TRIES = 4
"""How often a change is made while others change the same message under our hands."""


class EwsMarker:
    """A signed-in mailbox in which flags are changed; it raises what `translated` does."""

    def __init__(self, mailbox: EwsMailbox) -> None:
        self._mailbox = mailbox

    def mark(
        self, folder: str, uids: Sequence[Uid], *, numbering: int, add: Flags, remove: Flags
    ) -> Mapping[Uid, Flags]:
        """Change flags; return those that the messages have now which are still there.

        A message is read, changed under the change key that it had, and read again: what
        somebody else did meanwhile is a conflict, and then all of that is done anew.
        """
        lacking = flags.not_kept(add, remove)
        if lacking:
            raise self._refused(folder, lacking)
        where = self._folder(folder, numbering)
        waiting = self._ids(where, uids)
        found: dict[Uid, Flags] = {}
        for _ in range(_TRIES):
            letters = self._read(waiting)
            done = {
                items.uid_of(letter.id): flags.flags_of(letter)
                for letter in letters
                if not flags.changes(letter, add, remove)
            }
            found |= done
            rest = [letter for letter in letters if items.uid_of(letter.id) not in done]
            if not rest:
                return found
            self._change(rest, add, remove)
            waiting = [letter.id for letter in rest]
        raise self._refused(folder, set(add | remove))

    def _folder(self, path: str, numbering: int) -> EwsFolder:
        found = listed(self._mailbox).get(path)
        if found is None:
            raise NotFound(f"{self._mailbox.host} has no folder {plain(path)}")
        if found.numbering != numbering:
            raise CursorExpired(
                f"{plain(path)} is another folder now",
                hint="mailctl sync run finds out which is which",
            )
        return found

    def _ids(self, folder: EwsFolder, uids: Sequence[Uid]) -> list[str]:
        """Return the ids of those messages: servers list the newest first, so few are listed."""
        wanted = set(uids)
        found: dict[str, None] = {}  # what changes while it is listed is listed twice
        for each in listed_ids(self._mailbox, folder):
            if items.uid_of(each) in wanted:
                found[each] = None
                if len(found) == len(wanted):
                    break
        return list(found)

    def _read(self, ids: Sequence[str]) -> list[Any]:
        """Return the messages that are still there, with their flags and change keys."""
        if not ids:
            return []
        with translated(self._mailbox.host, self._mailbox.login):
            answers = list(
                GetLetters(account=self._mailbox.account).call(
                    items=[ItemId(id=each) for each in ids],
                    additional_fields=paths(*flags.FIELDS),
                    shape="IdOnly",
                )
            )
        for answer in answers:
            if isinstance(answer, Exception) and not isinstance(answer, errors.ErrorItemNotFound):
                raise ServerRefused(f"{self._mailbox.host} refused: {plain(str(answer)[:300])}")
        return [answer for answer in answers if not isinstance(answer, Exception)]

    def _change(self, letters: Sequence[Any], add: Flags, remove: Flags) -> None:
        """Change messages; who has changed one meanwhile, or removed it, is seen by reading it."""
        changed = []
        for letter in letters:
            said = flags.changes(letter, add, remove)
            changed.append((Letter(id=letter.id, changekey=letter.changekey, **said), list(said)))
        service = UpdateLetters(account=self._mailbox.account)
        with translated(self._mailbox.host, self._mailbox.login):
            for answer in service.call(
                items=changed,
                conflict_resolution="AutoResolve",
                message_disposition="SaveOnly",
                send_meeting_invitations_or_cancellations="SendToNone",
                suppress_read_receipts=True,
            ):
                if isinstance(answer, Exception) and not isinstance(answer, _SEEN_BY_READING):
                    raise answer

    def _refused(self, folder: str, lacking: set[str]) -> ServerRefused:
        return ServerRefused(
            f"{self._mailbox.host} does not let {', '.join(sorted(lacking))} be changed in "
            f"{plain(folder)}",
            hint="an Exchange server keeps seen, flagged, keywords, and the last one of answered "
            "and forwarded",
        )


_SEEN_BY_READING = (
    errors.ErrorIrresolvableConflict,
    errors.ErrorStaleObject,
    errors.ErrorInvalidChangeKey,
    errors.ErrorItemNotFound,
)
