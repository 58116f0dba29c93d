"""One account of mailctl at a mailbox in which another program is at work."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.contracts.elsewhere import Elsewhere
from tests.contracts.stored import Copy, StoredCopy, message_ids, stored_copies


def mail(number: int, *, body: str = "body", message_id: str | None = "") -> bytes:
    """Return a mail that differs from those of other numbers.

    Without another Message-ID it has one of its own; with None it has none.
    """
    named = f"<{number}@corp.example>" if message_id == "" else message_id
    return (
        f"From: Ben <ben@corp.example>\r\nTo: ada@corp.example\r\nSubject: mail {number}\r\n"
        + (f"Message-ID: {named}\r\n" if named else "")
        + f"Date: Mon, 23 Nov 2026 10:00:00 +0000\r\n\r\n{body} {number}\r\n"
    ).encode()


def mails(numbers: Iterable[int]) -> list[bytes]:
    return [mail(number) for number in numbers]


@dataclass(frozen=True)
class Stage:
    """The account, whose store is at `home`, and the other program."""

    run: Run
    home: Path
    elsewhere: Elsewhere

    def sync(self, *options: str, code: int = ExitCode.OK) -> dict[str, object]:
        """Run a sync that ends with this code; return what it reports of the account."""
        ran = self.run("sync", "run", "-o", "json", *options)
        assert ran.code == code, ran.out + ran.err
        (account,) = json.loads(ran.out)["accounts"]
        return dict(account)

    def settle(self, *options: str) -> dict[str, object]:
        """Sync until all is as the server has it, which takes one run; return its report."""
        report = self.sync(*options)
        self.assert_equal()
        again = self.sync()
        assert [again[name] for name in ("stored", "updated", "gone")] == [0, 0, 0]
        self.assert_equal()
        return report

    def assert_equal(self) -> None:
        """Compare place, bytes and flags of every copy that is not gone with the server's."""
        ours = [Copy(c.folder, c.uid, c.digest, c.flags) for c in self.live()]
        assert len(ours) == len(set(ours))
        assert set(ours) == self.elsewhere.copies()

    def live(self) -> list[StoredCopy]:
        """Return the copies that are not gone."""
        return [copy for copy in stored_copies(self.home) if copy.gone_evidence is None]

    def gone(self) -> list[StoredCopy]:
        """Return the copies that are."""
        return [copy for copy in stored_copies(self.home) if copy.gone_evidence is not None]

    def messages(self, folder: str = "INBOX") -> dict[str, frozenset[str]]:
        """Return the ids of the messages in a folder by the digests of their sources."""
        path = self.elsewhere.customs.path(folder)
        found: dict[str, frozenset[str]] = {}
        for copy in self.live():
            if copy.folder == path:
                found[copy.digest] = found.get(copy.digest, frozenset()) | {copy.message}
        return found

    def message_ids(self) -> set[str]:
        """Return the ids of all messages, also of those that lie nowhere any more."""
        return message_ids(self.home)
