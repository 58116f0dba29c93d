"""How long it takes to take mail over from files and to find some of it, beside notmuch."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import mail
from benchmarks.children import Took, took
from benchmarks.measured import Measured, compared
from benchmarks.peers import MAILCTL, Notmuch
from benchmarks.stage import settle

COUNT = 100_000
PAGE = 50
ROUNDS = 11
_SENDER = "p3.b222@satoleper.example"


@dataclass(frozen=True)
class _Question:
    """The same question in two languages."""

    title: str
    ours: str
    theirs: str


QUESTIONS = (
    _Question("two words", "invoice meeting", "invoice and meeting"),
    _Question("a phrase", '"the order"', '"the order"'),
    _Question(
        "a sender and a year",
        f"from:{_SENDER} after:2024-01-01 before:2025-01-01",
        f"from:{_SENDER} and date:2024-01-01..2024-12-31",
    ),
)


def measure() -> Iterator[Measured]:
    """Measure both on the same Maildir."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        maildir = _maildir(Path(scratch) / "mail")
        theirs = Notmuch(Path(scratch) / "notmuch", maildir)
        environment = {"MAILCTL_HOME": f"{scratch}/home", "MAILCTL_NO_INPUT": "1"}
        settle()
        ours = took([MAILCTL, "message", "import", str(maildir), "-q"], environment)
        settle()
        indexed = theirs.index()
        theirs.require(COUNT)
        _require(environment)
        taken = f"message import: {COUNT:,} messages of a Maildir, made searchable"
        yield compared(taken, "`notmuch new`", [(ours, indexed)], limit=None)
        yield compared(
            taken,
            "`notmuch new`",
            [(ours, indexed)],
            limit=None,
            of=lambda ran: ran.peak_bytes / 1e6,
            unit="MB",
        )
        for question in QUESTIONS:
            yield from _asked(question, environment, theirs)


def _asked(question: _Question, environment: dict[str, str], theirs: Notmuch) -> Iterator[Measured]:
    limit = f"--limit={PAGE}"
    words = [MAILCTL, "message", "search", question.ours, limit, "-o", "ndjson"]
    options = ["--format=json", limit, "--output=summary"]

    def both() -> tuple[Took, Took]:
        return took(words, environment), theirs.search(question.theirs, options)

    ours, _ = both()
    if not ours.out:
        raise AssertionError(f"nothing was found by {question.ours}")
    whole = compared(
        f"message search {question.ours} {limit}: {question.title} among {COUNT:,}",
        "`notmuch search`",
        [both() for _ in range(ROUNDS)],
        limit=None,
    )
    yield whole
    asked = [*(environment["MAILCTL_HOME"], question.ours), *(str(PAGE), str(ROUNDS))]
    within = float(took([sys.executable, "-m", "benchmarks.asker", *asked], {}).out)
    yield replace(
        whole,
        command=f"the same, without the start of the program: {question.title}",
        peer="`notmuch search`, a whole process",
        value=within,
        ratio=within / (whole.peer_value or 1),
    )


def _maildir(directory: Path) -> Path:
    """Write the messages into one Maildir."""
    for part in ("cur", "new", "tmp"):
        (directory / part).mkdir(parents=True)
    for number, source in enumerate(mail.messages(COUNT, seed=1)):
        (directory / "cur" / f"{number}.bench:2,S").write_bytes(source)
    return directory


def _require(environment: dict[str, str]) -> None:
    found = took([MAILCTL, "db", "stats", "-o", "json"], environment).out
    if f'"messages": {COUNT}' not in found:
        raise AssertionError(f"mailctl has other messages: {found}")
