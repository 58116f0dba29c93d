"""Labels (X-GM-EXT-1): one folder holds all mail, and each message says where people see it."""

from collections.abc import Mapping
from dataclasses import field

from mailctl.domain.folders import SpecialUse
from mailctl.domain.syncing import Labels
from mailctl.protocols.imap.names import INBOX, USES, path_of
from mailctl.records import dataclass

_INBOX_LABEL = rb"\inbox"


@dataclass(frozen=True)
class Labelling:
    """The name of the folder whose messages have labels, and what paths those stand for."""

    folder: bytes | None = None
    """As commands carry it; None where no folder has labels."""
    special: Mapping[SpecialUse, str] = field(default_factory=dict)
    """The paths of the folders with a use."""

    def paths(self, words: frozenset[bytes]) -> Labels:
        """Return the labels as paths; one of the server's own without a folder stays a word."""
        return frozenset(map(self._path, words))

    def _path(self, word: bytes) -> str:
        if not word.startswith(b"\\"):
            return path_of(word)
        if word.lower() == _INBOX_LABEL:
            return INBOX
        use = USES.get(word.lower())
        return self.special.get(use, path_of(word)) if use else path_of(word)
