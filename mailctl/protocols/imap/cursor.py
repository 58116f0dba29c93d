"""How far a folder has been read, as the text that its page carries."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from mailctl.domain.syncing import Uid
from mailctl.errors import CursorExpired


@dataclass(frozen=True)
class Cursor:
    """Everything below `uidnext` and up to `highestmodseq` was seen."""

    uidvalidity: int
    uidnext: Uid
    highestmodseq: int | None

    def __str__(self) -> str:
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the cursor that `text` says. Raises CursorExpired where it is none of ours."""
        try:
            told = json.loads(text)
            modseq = told["highestmodseq"]
            return cls(
                uidvalidity=int(told["uidvalidity"]),
                uidnext=Uid(int(told["uidnext"])),
                highestmodseq=None if modseq is None else int(modseq),
            )
        except (ValueError, TypeError, LookupError) as error:
            raise CursorExpired("the remembered position in the folder cannot be read") from error
