"""An open folder as a client knows it, and the news that bring it up to date."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from .mailboxes import Folder, Mail
from .parsing import number_set

if TYPE_CHECKING:
    from .session import Session


class View:
    """The messages that a client was told of: their order makes the sequence numbers."""

    def __init__(self, folder: Folder) -> None:
        self.folder = folder
        self.uids = list(folder.mails)
        self._modseq = folder.highestmodseq

    def number(self, uid: int) -> int:
        """Return the sequence number of a message."""
        return bisect_left(self.uids, uid) + 1

    def mail(self, uid: int) -> Mail | None:
        """Return a message, None where it is not there any more."""
        return self.folder.mails.get(uid)

    def news(self, session: "Session") -> Iterator[bytes]:
        """Yield what happened since the last time."""
        with session.box.lock:
            modseq, self._modseq = self._modseq, self.folder.highestmodseq
            if modseq == self.folder.highestmodseq:
                return
            yield from self._gone(session)
            known = set(self.uids)
            fresh = [uid for uid in self.folder.mails if uid not in known]
            if fresh:
                self.uids += fresh
                exists = session.server.plan.exists(len(self.uids))
                yield b"* %d EXISTS" % exists
            for uid in self.uids:
                if uid in known and self.folder.mails[uid].modseq > modseq:
                    yield self._flags(session, uid)

    def _gone(self, session: "Session") -> Iterator[bytes]:
        gone = [uid for uid in self.uids if uid not in self.folder.mails]
        numbers = [self.number(uid) for uid in gone]
        self.uids = [uid for uid in self.uids if uid in self.folder.mails]
        if session.server.plan.faults.drop_vanished or not gone:
            return
        if b"QRESYNC" in session.enabled:
            yield b"* VANISHED " + number_set(gone)
            return
        for number in reversed(numbers):
            yield b"* %d EXPUNGE" % number

    def _flags(self, session: "Session", uid: int) -> bytes:
        mail = self.folder.mails[uid]
        told = b"FLAGS (%s)" % " ".join(sorted(mail.flags)).encode()
        if b"CONDSTORE" in session.enabled:
            told = b"UID %d %s MODSEQ (%d)" % (uid, told, mail.modseq)
        return b"* %d FETCH (%s)" % (self.number(uid), told)
