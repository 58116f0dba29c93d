"""Realistic mail in a store, searchable, without a server: what searching is measured on.

usage: python -m benchmarks.stored_mail HOME [COUNT]      (MAILCTL_HOME=HOME shows it)
"""

import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.mail import folders as shares
from benchmarks.mail import messages as mails
from mailctl.app import App
from mailctl.core.indexing import index_pending
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.folders import Folder, RemoteFolder
from mailctl.domain.ids import AccountId, ProviderName
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.syncing import Uid
from mailctl.mail.parse import read_envelope, thread_id
from mailctl.store import accounts, copies, folders, messages, sources
from mailctl.store.connection import Store, Writing

ADDRESS = "ada@corp.example"
_BATCH = 2_000
_UNREAD, _FLAGGED = 0.1, 0.02
_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def fill(store: Store, count: int, *, seed: int = 1) -> None:
    """Store the first `count` messages of that seed as one account's, in 21 folders."""
    rng = random.Random(seed)
    with store.writing() as tx:
        accounts.add(tx, _account())
        sizes = {_folder(tx, path): size for path, size in shares(count)}
    made = mails(count, seed)
    uid = 1
    while batch := list(islice(made, _BATCH)):
        into = rng.choices([*sizes], [*sizes.values()], k=len(batch))
        with store.writing() as tx:
            _put(tx, batch, into, first_uid=uid, rng=rng)
        uid += len(batch)


def _put(
    tx: Writing,
    batch: Sequence[bytes],
    into: Sequence[Folder],
    *,
    first_uid: int,
    rng: random.Random,
) -> None:
    kept = sources.put(tx, [sources.pack(each) for each in batch])
    found = []
    for source, place in zip(batch, kept, strict=True):
        envelope = read_envelope(source)
        date = envelope.sent_at or _NOW
        found.append(messages.NewMessage(envelope, date, thread_id(envelope), place))
    numbers = messages.put(tx, found, at=_NOW)
    for uid, (number, message, folder) in enumerate(
        zip(numbers, found, into, strict=True), start=first_uid
    ):
        copy = copies.NewCopy(
            message=number,
            source=message.source,
            numbering=1,
            uid=Uid(uid),
            flags=_flags(rng),
            internal_date=message.date,
            role=None,
        )
        copies.put(tx, folder.id, [copy], at=_NOW)


def _flags(rng: random.Random) -> frozenset[str]:
    read = () if rng.random() < _UNREAD else ("\\Seen",)
    return frozenset((*read, "\\Flagged") if rng.random() < _FLAGGED else read)


def _folder(tx: Writing, path: str) -> Folder:
    remote = RemoteFolder(path, "/", None, is_selectable=True, state=None)
    return folders.ensure(tx, AccountId("acc_benchmark"), remote)


def _account() -> Account:
    return Account(
        id=AccountId("acc_benchmark"),
        address=ADDRESS,
        provider=ProviderName("gmail"),
        owner=None,
        username=ADDRESS,
        submission_username=ADDRESS,
        secret=SecretRef(SecretScheme.ENV, "NOTHING"),
        state=AccountState.OK,
        is_default=True,
        resolved_by="mapping",
        evidence="[]",
        created_at=_NOW,
    )


def main() -> None:
    """Fill a home and make its mail searchable."""
    home, *rest = sys.argv[1:]
    app = App(environment={"MAILCTL_HOME": str(Path(home).resolve())})
    fill(app.store, int(rest[0]) if rest else 100_000)
    print(index_pending(app.services))
    app.close()


if __name__ == "__main__":
    main()
