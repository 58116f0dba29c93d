"""A store with mail for the commands that move it, and what is listed of it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailctl.domain.syncing import Uid
from mailctl.errors import ExitCode
from mailctl.store import copies, messages
from mailctl.store.connection import Store
from tests.conftest import Ran, Run
from tests.store.samples import NOW, NUMBERING, folder, id_of, new_message


@contextmanager
def opened(home: Path) -> Iterator[Store]:
    store = Store(home / "mailctl.db")
    yield store
    store.close()


def deliver(
    home: Path,
    uid: int,
    source: bytes,
    *flags: str,
    path: str = "INBOX",
    address: str = "ada@example.org",
) -> str:
    """Store a mail with a copy in a folder, as a sync would; return its id."""
    with opened(home) as store, store.writing() as tx:
        message = new_message(tx, source)
        (number,) = messages.put(tx, [message], at=NOW)
        copy = copies.NewCopy(
            message=number,
            source=message.source,
            numbering=NUMBERING,
            uid=Uid(uid),
            flags=frozenset(flags),
            internal_date=NOW,
            role=None,
        )
        copies.put(tx, folder(tx, path, address).id, [copy], at=NOW)
        return id_of(tx, number)


def listed(run: Run, *options: str) -> list[dict[str, object]]:
    """Return what `message list` says."""
    ran = run("message", "list", *options, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    found: list[dict[str, object]] = json.loads(ran.out)
    return found


def told(ran: Ran, *, code: int = ExitCode.OK) -> dict[str, object]:
    """Return the object that a command printed as JSON."""
    assert ran.code == code, ran.err
    found: dict[str, object] = json.loads(ran.out)
    return found
