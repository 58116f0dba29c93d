"""One mailbox and the programs that load it, all by the same way."""

import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.mailbox import Box, MailServer
from benchmarks.peers import Mailctl, Mbsync, Notmuch

ROUND_TRIP_S = 0.05


@dataclass
class Stage:
    """Whoever has loaded the mailbox last follows it; `flagged` is how many messages are."""

    server: MailServer
    box: Box
    directory: Path
    through: int | None = None
    turn: int = 0
    flagged: int = 0
    ours: Mailctl = field(init=False)
    theirs: Mbsync = field(init=False)
    careless: Mbsync = field(init=False)
    notmuch: Notmuch = field(init=False)

    @property
    def what(self) -> str:
        """What is synced, for people."""
        where = f", {ROUND_TRIP_S * 1000:.0f} ms away" if self.through else ""
        return f"{self.box.count:,} messages in {len(self.box.sizes)} folders{where}"

    def go_far(self, through: int) -> None:
        """Reach the server by this port from now on: it is that of a long line."""
        self.through = through

    def start_anew(self) -> None:
        """Give all of them empty places."""
        for name in ("mailctl", "mbsync", "careless", "notmuch"):
            shutil.rmtree(self.directory / name, ignore_errors=True)
        ca_file = self.server.authority.ca_file
        self.ours = Mailctl(self.directory / "mailctl", self.server.port, ca_file)
        self.ours.connect([self.box])
        self.theirs = Mbsync(self.directory / "mbsync", self.server, [self.box])
        self.careless = Mbsync(
            self.directory / "careless", self.server, [self.box], is_careless=True
        )
        self.notmuch = Notmuch(self.directory / "notmuch", self.theirs.maildir())

    def change(self, share: float) -> None:
        """Let a second client add this share of new messages, and flag as many old ones."""
        before = self.box.count
        self.box = self.server.change(self.box, turn=self.turn, share=share)
        self.turn += 1
        self.flagged += self.box.count - before


def settle() -> None:
    """Wait until the disk has what was written, so that nobody pays for what others wrote."""
    os.sync()
