"""What a kind of mailbox has and takes: how the rig's servers differ from the usual one."""

from collections.abc import Callable
from dataclasses import dataclass

from mailctl.domain.folders import SpecialUse

_SPECIAL = frozenset({SpecialUse.SENT, SpecialUse.DRAFTS, SpecialUse.TRASH, SpecialUse.JUNK})

# 8-bit, NUL-free, long lines, no line end at the last line.
NASTY = b"Subject: caf\xe9 \xff\r\n\r\n" + b"x" * 5000 + b"\r\n.\r\n\xf0\x9f\x98\x80 end"

ODD_NAMES = (
    "Entwürfe & mehr",
    "Архив",
    "日本語",
    "😀",
    "A&B-C",
    " two  words ",
    'a "quoted" \\ name',
    "50%*",
)
ODD_SOURCES = {
    "nasty": NASTY,
    "8-bit body": b"Subject: 1\r\n\r\n\xff\xfe \x80\r\n",
    "control characters": b"Subject: 2\r\n\r\n\x01\x0b\x1b[31m\x7f\r\n",
    "bare LF": b"Subject: 3\n\nbody\n",
    "bare CR": b"Subject: 4\r\n\r\none\rtwo\r\r\nthree\r\n",
    "all line ends": b"Subject: 5\r\n\r\none\ntwo\r\nthree\rfour\r\n",
    "NUL": b"Subject: 6\r\n\r\na\0b\r\n",
    "nothing": b"",
    "an empty line": b"\r\n",
    "no body": b"Subject: 7\r\n\r\n",
    "no end of the header": b"Subject: 8\r\n",
    "no header": b"only some words\r\nand more\r\n",
    "no last line end": b"Subject: 9\r\n\r\nend",
    "looks like an answer": b"Subject: (UID 9 FLAGS (x))\r\n\r\n)\r\n* 1 EXPUNGE\r\n{5}\r\n",
}


@dataclass(frozen=True)
class Customs:
    """The usual one has all the special folders and takes any message but an empty one."""

    prefix: str = ""
    """What stands before the path of every folder but the inbox."""
    delimiter: str = "/"
    special_uses: frozenset[SpecialUse] = _SPECIAL
    refused_names: frozenset[str] = frozenset()
    """Those among ODD_NAMES that no folder can have."""
    refused_sources: frozenset[str] = frozenset({"nothing"})
    """Those among ODD_SOURCES that no message can have."""
    tells_of_all: bool = False
    """Whether who watches one folder hears of the others."""
    has_ids: bool = False
    """Whether messages have ids that they keep when they are moved."""
    shows_headers: bool = True
    """Whether a message without an id that we know is recognised by its header."""
    knows_sizes: bool = True
    """Whether it says how large a source is without making it."""
    resumes: bool = False
    """Whether the pages before the last one have cursors too."""
    spare_flag: str = "\\Deleted"
    """A flag that a message can have beside being read, flagged and answered."""
    kept: Callable[[bytes], bytes] = bytes
    """What becomes of NASTY."""

    def path(self, folder: str) -> str:
        """Return the path of the folder that people call so."""
        return folder if folder == "INBOX" else self.prefix + folder

    @property
    def odd_names(self) -> list[str]:
        """Those that a folder can have."""
        return [name for name in ODD_NAMES if name not in self.refused_names]

    @property
    def odd_sources(self) -> list[bytes]:
        """Those that a message can have."""
        return [
            source for called, source in ODD_SOURCES.items() if called not in self.refused_sources
        ]


DOVECOT = Customs(tells_of_all=True)
CYRUS = Customs(
    refused_names=frozenset({'a "quoted" \\ name', "50%*"}),
    refused_sources=frozenset({"nothing", "NUL", "bare LF", "all line ends", "no header"}),
    has_ids=True,
)
# No special use, everything below INBOX, names of UCS-2; each last line gets its end.
COURIER = Customs(
    prefix="INBOX.",
    delimiter=".",
    special_uses=frozenset(),
    refused_names=frozenset({"😀"}),
    refused_sources=frozenset(),
    kept=lambda source: source + b"\r\n",
)
EXCHANGE = Customs(
    tells_of_all=True,
    has_ids=True,
    shows_headers=False,
    knows_sizes=False,
    resumes=True,
    spare_flag="Private",
)
