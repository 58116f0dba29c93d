"""Links compared with the truth: how many are right, how many are missed, and of which cases."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tests.linking_set.labels import NOTHING, Labelled, Names, Truth

LINKS = ("contacts", "companies", "records", "contact_candidates", "company_candidates")


@dataclass
class Tally:
    """How links of one sort came out."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """The share of those found that are right; 1 where nothing was found."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """The share of those to be found that were; 1 where nothing was to be found."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0

    def add(self, found: Names, true: Names, tolerated: Names) -> None:
        """Count one message."""
        self.right += len(found & true)
        self.wrong += len(found - true - tolerated)
        self.missed += len(true - found)

    def __str__(self) -> str:
        """Return precision and recall, and what is behind them."""
        return (
            f"precision {self.precision:6.1%}  recall {self.recall:6.1%}  "
            f"right {self.right:4}  wrong {self.wrong:3}  missed {self.missed:3}"
        )


@dataclass
class Score:
    """How all links came out, by sort of link and by kind of case."""

    by_link: dict[str, Tally] = field(default_factory=lambda: {each: Tally() for each in LINKS})
    by_kind: dict[str, Tally] = field(default_factory=dict)
    messages: Counter[str] = field(default_factory=Counter)
    """Messages of each kind of case."""
    faulty: Counter[str] = field(default_factory=Counter)
    """Those of them with any link wrong or missed."""
    differences: list[str] = field(default_factory=list)
    """A line for each message that is not as it should be."""

    def lines(self) -> Iterator[str]:
        """Yield what people want to know of it."""
        for name, tally in self.by_link.items():
            yield f"{name:<19} {tally}"
        yield f"{self.messages.total()} messages, {self.faulty.total()} not as they should be"
        for kind, count in self.faulty.items():
            yield f"  {count:3} of {self.messages[kind]:3}  {kind}: {self.by_kind[kind]}"


def score(messages: Iterable[Labelled], found: Mapping[str, Truth]) -> Score:
    """Compare what was found, by Message-ID, with what is true; what is not named has no links."""
    result = Score()
    for message in messages:
        links, true = found.get(message.message_id, NOTHING), message.truth
        of_kind = result.by_kind.setdefault(message.kind, Tally())
        result.messages[message.kind] += 1
        faults = []
        for name in LINKS:
            ours, theirs = getattr(links, name), getattr(true, name)
            for tally in (result.by_link[name], of_kind):
                tally.add(ours, theirs, true.tolerated)
            faults += [f"+{name} {each}" for each in sorted(ours - theirs - true.tolerated)]
            faults += [f"-{name} {each}" for each in sorted(theirs - ours)]
        if faults:
            result.faulty[message.kind] += 1
            said = ", ".join(faults)
            result.differences.append(f"{message.kind}: {message.message_id}: {said}")
    return result
