"""A store with as many messages as wanted, without a server and without reading any of them.

usage: python -m benchmarks.store_filling DIRECTORY COUNT     (the database is made there)
"""

import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from pathlib import Path

from benchmarks.vocabulary import Language, languages
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.addresses import Person
from mailctl.domain.folders import Folder, RemoteFolder
from mailctl.domain.ids import AccountId, ProviderName, SourceId
from mailctl.domain.messages import Envelope
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.domain.syncing import Uid, Vanished
from mailctl.store import accounts, copies, folders, messages, sources
from mailctl.store.connection import Store, Writing

ADDRESSES = ("ada@corp.example", "ben@corp.example", "zoe@startup.example")
PATHS = ("INBOX", "Archive", "Sent", "Newsletters", "Projects/Bridge", "Клиенты", "Junk")
_SHARES = (30, 40, 10, 10, 5, 3, 2)
FIRST_DAY = datetime(2019, 1, 1, tzinfo=UTC)
_PEOPLE, _SOURCES, _BATCH = 2_000, 50, 5_000
_GONE, _TWICE = 0.03, 0.05
_NUMBERING = 1
_SECONDS = 6 * 365 * 86400


@dataclass(frozen=True)
class _Made:
    message: messages.NewMessage
    places: tuple[int, ...]
    flags: frozenset[str]
    is_gone: bool


def fill(store: Store, count: int, *, seed: int = 1) -> None:
    """Store `count` messages of three accounts, in 21 folders, over some six years.

    The same ones for the same seed; some lie in two folders, some are gone from the server.
    """
    packed = [sources.pack(_source(number)) for number in range(_SOURCES)]
    with store.writing() as tx:
        kept = sources.put(tx, packed)
        into = [_folder(tx, address, path) for address in ADDRESSES for path in PATHS]
    made = _made(count, random.Random(seed), kept)
    first_uid = 1
    while batch := list(islice(made, _BATCH)):
        with store.writing() as tx:
            _put(tx, into, batch, first_uid)
        first_uid += len(batch)


def _put(tx: Writing, into: list[Folder], batch: list[_Made], first_uid: int) -> None:
    numbers = messages.put(tx, [each.message for each in batch], at=FIRST_DAY)
    lying: dict[int, list[copies.NewCopy]] = {}
    gone: dict[int, list[Vanished]] = {}
    for uid, (number, each) in enumerate(zip(numbers, batch, strict=True), start=first_uid):
        for place in each.places:
            copy = copies.NewCopy(
                message=number,
                source=each.message.source,
                numbering=_NUMBERING,
                uid=Uid(uid),
                flags=each.flags,
                internal_date=each.message.date,
                role=None,
            )
            lying.setdefault(place, []).append(copy)
            if each.is_gone:
                gone.setdefault(place, []).append(Vanished(Uid(uid), "a benchmark"))
    for place, found in lying.items():
        copies.put(tx, into[place].id, found, at=FIRST_DAY)
    for place, vanished in gone.items():
        copies.mark_gone(tx, into[place].id, _NUMBERING, vanished, at=FIRST_DAY)


def _made(count: int, chance: random.Random, kept: list[SourceId]) -> Iterator[_Made]:
    tongues = languages(1)
    people = [_person(number, chance, tongues) for number in range(_PEOPLE)]
    for number in range(count):
        date = FIRST_DAY + timedelta(seconds=_SECONDS * number // count)
        language = chance.choice(tongues)
        # a few people write most of the mail
        sender = people[int(_PEOPLE * chance.random() ** 3)]
        envelope = Envelope(
            rfc_message_id=f"{number}@mail.example",
            identity=sha256(str(number).encode()).hexdigest(),
            sent_at=date,
            sender=sender if chance.random() < 0.999 else None,
            to=tuple(chance.choices(people, k=chance.choice((1, 1, 1, 2, 5)))),
            cc=(),
            bcc=(),
            reply_to=(),
            subject=language.phrase(chance, chance.randint(2, 9)),
            in_reply_to=(),
            references=(),
            attachments=chance.choice((0, 0, 0, 1)),
            size_bytes=int(chance.lognormvariate(8, 1.2)),
        )
        places = chance.choices(range(len(PATHS)), _SHARES, k=2 if chance.random() < _TWICE else 1)
        account = chance.choice((0, 0, 0, 1, 2)) * len(PATHS)
        yield _Made(
            messages.NewMessage(envelope, date, f"thr_{number:012d}", chance.choice(kept)),
            places=tuple({account + place for place in places}),
            flags=frozenset({"\\Seen"} if chance.random() < 0.8 else ()),
            is_gone=chance.random() < _GONE,
        )


def _person(number: int, chance: random.Random, tongues: "list[Language]") -> Person:
    name = " ".join(chance.choice(tongues).words(chance, 2)).title()
    return Person(name, f"person{number}@company{number % 300}.example")


def _source(number: int) -> bytes:
    return f"From: a@x.example\r\nSubject: {number}\r\n\r\ntext {number}\r\n".encode()


def _folder(tx: Writing, address: str, path: str) -> Folder:
    account = accounts.by_address(tx, address)
    if account is None:
        account = _account(address)
        accounts.add(tx, account)
    remote = RemoteFolder(path, "/", None, is_selectable=True, state=None)
    return folders.ensure(tx, account.id, remote)


def _account(address: str) -> Account:
    return Account(
        id=AccountId(f"acc_{address.partition('@')[0]}"),
        address=address,
        provider=ProviderName("hosting"),
        owner=None,
        username=address,
        submission_username=address,
        secret=SecretRef(SecretScheme.ENV, "PW"),
        state=AccountState.OK,
        is_default=False,
        resolved_by="manual",
        evidence="[]",
        created_at=FIRST_DAY,
    )


def main(directory: str, count: str) -> None:
    """Fill the database in a directory and say how long that took."""
    began = time.perf_counter()
    Path(directory).mkdir(exist_ok=True)
    store = Store(Path(directory) / "mailctl.db")
    fill(store, int(count))
    store.close()
    sys.stdout.write(f"{count} messages in {time.perf_counter() - began:.1f} s\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
