"""How well the signatures of the labelled mails are read.

usage: python -m tests.enrich.score [known|held-out] [--misses]
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from mailctl.domain.facts import FactField, Findings
from mailctl.enrich.extract import read_signature
from tests.enrich.labelled import Labelled, held_out_mails, known_mails, others
from tests.enrich.shapes import DISCLAIMED

FIELDS = ("name", "job_title", "company", "department", "phones", "emails", "web", "social")
_PLURAL = {"phones": "phone", "emails": "email"}


@dataclass
class Score:
    """Counts by field, and what went wrong."""

    hits: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)
    of_others: list[str] = field(default_factory=list)
    """Facts that are of somebody quoted, or of a footer."""
    mails: int = 0

    def f1(self, name: str) -> float:
        """Return the harmonic mean of precision and recall."""
        hits = 2 * self.hits[name]
        return hits / (hits + self.wrong[name] + self.missed[name]) if hits else 0.0


def score(mails: Iterable[Labelled]) -> Score:
    """Return how well the mails are read."""
    total = Score()
    foreign = {value.lower() for other in others().values() for value in _values_of(other.text)}
    for mail in mails:
        total.mails += 1
        found = read_signature(mail.source)
        for fact in found.facts:
            if fact.value.lower() in foreign or fact.value in DISCLAIMED:
                total.of_others.append(f"{mail.id}: {fact.field} {fact.value}")
        for name in FIELDS:
            _count(total, mail, name, found)
    return total


def _count(total: Score, mail: Labelled, name: str, found: Findings) -> None:
    is_one = name in mail.one or name in FIELDS[:4]
    wanted = {_folded(mail.one[name])} if name in mail.one else set()
    if not is_one:
        wanted = {_folded(each) for each in mail.many[name]}
    got = {_folded(value) for value in _values(found, name)}
    total.hits[name] += len(wanted & got)
    total.wrong[name] += len(got - wanted)
    total.missed[name] += len(wanted - got)
    if wanted != got:
        total.misses.append(
            f"{mail.id}: {name}: wanted {sorted(wanted)} got {sorted(got)} [{found.reason}]"
        )


def _values(found: Findings, name: str) -> Iterator[str]:
    for fact in found.of(FactField(_PLURAL.get(name, name))):
        if name == "phones":
            yield f"{fact.value} x{fact.ext}" if fact.ext else fact.value
        elif name == "social":
            yield fact.type
        else:
            yield fact.value


def _folded(value: str) -> str:
    value = value.removeprefix("https://").removeprefix("http://").removeprefix("www.")
    return " ".join(value.casefold().replace("ё", "е").rstrip("/.").split())


def _values_of(text: str) -> Iterator[str]:
    """Yield the lines, addresses and numbers of somebody who is quoted, but no jobs."""
    for line in text.split("\n"):
        if len(line) > 14:
            yield line.strip()
        yield from (word for word in line.split() if "@" in word)
        digits = "".join(c for c in line if c.isdigit())
        if len(digits) > 6:
            yield f"+{digits}"
            yield f"+81{digits[1:]}"
            yield f"+86{digits[1:]}"


def report(total: Score) -> Iterator[str]:
    """Yield the lines of a table."""
    yield f"{total.mails} mails; facts of somebody else: {len(total.of_others)}"
    for name in FIELDS:
        counts = f"hits {total.hits[name]:4}  wrong {total.wrong[name]:3}"
        yield f"{name:12} F1 {total.f1(name):.3f}  {counts}  missed {total.missed[name]:3}"


def main(words: list[str]) -> int:
    """Print the scores."""
    sets = {"known": known_mails, "held-out": held_out_mails}
    for name in [word for word in words if word in sets] or list(sets):
        total = score(sets[name]())
        print(f"{name}: ", *report(total), sep="\n")
        if "--misses" in words:
            print(*total.of_others, *total.misses, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
