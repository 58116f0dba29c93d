"""What links are worth, and what they cost: of an initial sync, and where a contact is added."""

import csv
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.children import Took, took
from benchmarks.mailbox import Box, MailServer, serving
from benchmarks.measured import Measured, compared
from benchmarks.peers import MAILCTL, Mailctl
from benchmarks.stage import settle
from benchmarks.store_filling import fill
from mailctl.store.connection import Store
from mailctl.store.linking import count_fresh
from tests.conftest import Ran, Spawn
from tests.linking_set.judging import links_found, take_over
from tests.linking_set.kinds import made
from tests.linking_set.scoring import score as linking_score

STORED, LOADED = 100_000, 20_000
ROUNDS, LOADS = 7, 3
PRECISION, RECALL = 0.99, 0.97
BACKFILL_LIMIT, SHARE_LIMIT = 5.0, 0.15
_CONTACTS = 500


def measure() -> Iterator[Measured]:
    """Measure all of that."""
    yield from _worth()
    yield from _backfill()
    with serving() as server, tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        (box,) = server.fill(["ada@corp.example"], LOADED)
        yield _share(server, box, Path(scratch))


def _worth() -> Iterator[Measured]:
    """Return how many links to contacts and companies of the labelled set are wrong or missed."""
    the_set = made()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        environment = {"MAILCTL_HOME": f"{scratch}/home", "MAILCTL_NO_INPUT": "1"}

        def run(*words: str, typed: str = "") -> Ran:
            return Spawn()(*words, typed=typed, environment=environment)

        take_over(run, the_set, Path(scratch))
        score = linking_score(the_set.messages, links_found(run, the_set))
    for links in ("contacts", "companies", "records"):
        tally = score.by_link[links]
        what = f"links to {links} in {len(the_set.messages)} labelled messages"
        wrong, missed = 100 * (1 - tally.precision), 100 * (1 - tally.recall)
        yield Measured(f"{what}: wrong", "", wrong, None, None, 100 * (1 - PRECISION), "%")
        yield Measured(f"{what}: missed", "", missed, None, None, 100 * (1 - RECALL), "%")


def _backfill() -> Iterator[Measured]:
    with tempfile.TemporaryDirectory(prefix="bench-") as home:
        store = Store(Path(home) / "mailctl.db")
        fill(store, STORED)
        environment = {"MAILCTL_HOME": home, "MAILCTL_NO_INPUT": "1"}
        took([MAILCTL, "sync", "run", "--index-only", "-q"], environment)
        with store.reading() as tx:
            if count_fresh(tx):
                raise AssertionError("not all messages are linked")
        store.close()
        for address in ("person0@company0.example", "person700@company100.example"):
            pairs = [_added(address, environment) for _ in range(ROUNDS)]
            count = took([MAILCTL, "message", "search", address, "--count"], environment).out
            yield compared(
                f"contact add: {count.strip()} of {STORED:,} messages linked",
                "`message search` for its address",
                pairs,
                limit=BACKFILL_LIMIT,
            )


def _added(address: str, environment: dict[str, str]) -> tuple[Took, Took]:
    """Add a contact, which links its mail, and search for its address; then take it back."""
    made = took([MAILCTL, "contact", "add", "--email", address, "-o", "json"], environment)
    searched = took([MAILCTL, "message", "search", address, "-o", "json"], environment)
    listed = took([MAILCTL, "link", "list", "--to", address, "-o", "ndjson"], environment)
    if not listed.out:
        raise AssertionError(f"{address} was not linked")
    took([MAILCTL, "contact", "remove", address, "--yes", "-q"], environment)
    return made, searched


def _share(server: MailServer, box: Box, scratch: Path) -> Measured:
    """Return which part of an initial sync comes after all is searchable."""
    people = scratch / "people.csv"
    _load(Mailctl(scratch / "first", server.port, server.authority.ca_file), box, people=None)
    _write_people(scratch / "first", people)
    pairs = []
    for turn in range(LOADS):
        ours = Mailctl(scratch / f"home{turn}", server.port, server.authority.ca_file)
        pairs.append(_load(ours, box, people=people))
    return compared(
        f"linking: {LOADED:,} messages, {_CONTACTS} contacts, 2 rules",
        "all of the initial `sync run`",
        pairs,
        limit=SHARE_LIMIT,
    )


def _load(ours: Mailctl, box: Box, *, people: Path | None) -> tuple[Took, Took]:
    """Sync a new account; return what followed the last message made searchable, and all."""
    ours.connect([box])
    if people is not None:
        for words in (
            ("contact", "import", str(people)),
            ("record", "type", "add", "order"),
            *(
                ("link", "rule", "add", "--name", place, "--match", r"order (\d+)",
                 "--to", "record:order", "--in", place)
                for place in ("subject", "body")
            ),
        ):  # fmt: skip
            took([MAILCTL, *words, "-q"], ours.environment)
    settle()
    begun = searchable = time.perf_counter()
    with subprocess.Popen(
        [MAILCTL, "sync", "run", "-v", "-o", "json"],
        env={**os.environ, **ours.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stderr or ():
            if line.rstrip().endswith("are searchable"):
                searchable = time.perf_counter()
    ended = time.perf_counter()
    if process.returncode or searchable == begun:
        raise AssertionError(f"sync run ended with {process.returncode}")
    return Took(ended - searchable, 0, 0), Took(ended - begun, 0, 0)


def _write_people(home: Path, people: Path) -> None:
    """Write those who take part in most of the mail as contacts."""
    store = Store(home / "mailctl.db")
    with store.reading() as tx:
        rows = tx.execute(
            """
            SELECT address FROM correspondent
            JOIN participation ON correspondent_number = correspondent.number
            GROUP BY address ORDER BY count(*) DESC LIMIT ? OFFSET 1
            """,
            (_CONTACTS,),
        ).fetchall()
    store.close()
    with people.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["name", "email"])
        writer.writerows([row["address"], row["address"]] for row in rows)
