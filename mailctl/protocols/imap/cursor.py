"""How far a folder has been read, as the text that its page carries."""

import json
from dataclasses import asdict
from typing import Self

from mailctl.domain.syncing import Uid
from mailctl.protocols.imap.numbering import uidvalidity_of
from mailctl.records import dataclass


@dataclass(frozen=True)
class Cursor:
    """Everything below `uidnext` and up to `highestmodseq` was seen.

    `exists` is how many messages were there, None where that was not accounted for: UIDs
    below `uidnext` only ever go, so an equal count says that none went.
    """

    numbering: int
    uidnext: Uid
    highestmodseq: int | None
    exists: int | None = None

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @property
    def uidvalidity(self) -> int:
        """The UIDVALIDITY of the numbering."""
        return uidvalidity_of(self.numbering)

    @classmethod
    def parse(cls, text: str | None) -> Self | None:
        """Return the cursor that `text` says, None where it is none of ours."""
        if text is None:
            return None
        try:
            told = json.loads(text)
            modseq, exists = told["highestmodseq"], told.get("exists")
            return cls(
                numbering=int(told.get("numbering", told.get("uidvalidity"))),
                uidnext=Uid(int(told["uidnext"])),
                highestmodseq=None if modseq is None else int(modseq),
                exists=None if exists is None else int(exists),
            )
        except (ValueError, TypeError, LookupError, AttributeError):
            return None
