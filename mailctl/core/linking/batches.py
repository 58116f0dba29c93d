"""The links of some messages: found, compared with what is stored, and stored."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mailctl.core.linking.inheriting import Removed, inherited
from mailctl.core.linking.insiders import Insiders
from mailctl.core.linking.matching import Matcher, key_of, place_of
from mailctl.core.linking.rule_links import RuleLinks
from mailctl.core.services import Services
from mailctl.domain.ids import MessageNumber
from mailctl.domain.link_rules import LinkRule
from mailctl.domain.links import Step
from mailctl.store import correspondents, linking, links
from mailctl.store.connection import Reading, Writing
from mailctl.store.links import LinkRow, Said

People = Mapping[int, Sequence[tuple[str, str]]]


@dataclass
class Changed:
    """What became of the links of some messages."""

    messages: int = 0
    added: int = 0
    removed: int = 0
    candidates: int = 0
    created: int = 0


class Linker:
    """Links messages, as contacts, companies, records and rules are in one moment."""

    def __init__(self, services: Services, insiders: Insiders, rules: Sequence[LinkRule]) -> None:
        self._services = services
        self._matcher = Matcher(insiders)
        self._rules = RuleLinks(services, rules)
        self._correspondents: dict[str, int] = {}

    def link(self, tx: Writing, numbers: Sequence[MessageNumber], *, is_fresh: bool) -> Changed:
        """Bring what messages have of their own up to date; their conversations follow later."""
        people = people_of(tx, numbers)
        if is_fresh:
            self._note(tx, people)
        said = links.said_of(tx, numbers)
        own = self.own(tx, numbers, people, said)
        changed = Changed(messages=len(numbers), created=self._rules.take_created())
        self._store(tx, links.rows_of(tx, numbers, only_own=True), own, changed)
        if any(own.values()) or not links.is_empty(tx):
            linking.queue_conversations(tx, numbers)
        return changed

    def inherit(self, tx: Writing, threads: Sequence[str]) -> Changed:
        """Bring what the messages of conversations have of each other up to date."""
        changed = Changed()
        conversations = linking.members(tx, threads)
        everybody = [each.number for members in conversations for each in members]
        stored = links.rows_of(tx, everybody)
        removed = _removed(links.said_of(tx, everybody))
        wanted: dict[int, list[LinkRow]] = {}
        for members in conversations:
            own = {
                each.number: [row for row in stored.get(each.number, ()) if not _is_passed_on(row)]
                for each in members
            }
            wanted |= inherited(members, own, removed)
        passed_on = {
            number: {row: place for row, place in rows.items() if _is_passed_on(row)}
            for number, rows in stored.items()
        }
        self._store(tx, passed_on, {each: wanted.get(each, []) for each in everybody}, changed)
        return changed

    def own(
        self,
        tx: Writing,
        numbers: Sequence[MessageNumber],
        people: People,
        said: Mapping[int, Sequence[Said]],
    ) -> dict[int, list[LinkRow]]:
        """Return the links that each message has of its own, whatever its conversation has."""
        self._matcher.learn(tx, {key for those in people.values() for _, key in those})
        own: dict[int, list[LinkRow]] = {
            each: self._by_address(people.get(each, ())) for each in numbers
        }
        for number, found in self._rules.find(tx, numbers).items():
            own[number] += found
        for number, sayings in said.items():
            own[number] = by_hand(own[number], sayings)
        return own

    def _by_address(self, people: Sequence[tuple[str, str]]) -> list[LinkRow]:
        _, here = place_of(self._matcher, people)
        if not here:
            return []
        rows: dict[tuple[str, int], LinkRow] = {}
        for place, address in here:
            for found in self._matcher.of(address):
                row = LinkRow(
                    noun=found.noun,
                    object=found.number,
                    field=str(found.noun),
                    step=found.step,
                    rule=None,
                    is_candidate=found.is_candidate,
                    place=place,
                    evidence=address,
                )
                known = rows.get((row.noun, row.object))
                if known is None or known.is_candidate > row.is_candidate:
                    rows[row.noun, row.object] = row
        return list(rows.values())

    def _note(self, tx: Writing, people: People) -> None:
        """Keep which addresses fresh messages have."""
        addresses = {key for those in people.values() for _, key in those}
        unknown = addresses - self._correspondents.keys()
        if unknown:
            self._correspondents.update(correspondents.numbered(tx, unknown))
        numbered = self._correspondents
        correspondents.take_part(
            tx,
            sorted((numbered[key], number) for number, those in people.items() for _, key in those),
        )

    def _store(
        self,
        tx: Writing,
        stored: Mapping[int, Mapping[LinkRow, int]],
        wanted: Mapping[int, Sequence[LinkRow]],
        changed: Changed,
    ) -> None:
        """Make what is stored of some messages what is wanted; what stays is not touched."""
        gone: list[int] = []
        new: list[tuple[int, LinkRow]] = []
        for number, rows in wanted.items():
            have = stored.get(number, {})
            if not rows and not have:
                continue
            lost = {row: place for row, place in have.items() if row not in rows}
            come = [row for row in dict.fromkeys(rows) if row not in have]
            gone += lost.values()
            new += ((number, row) for row in come)
            before, after = {*map(_meant, lost)}, {*map(_meant, come)}
            changed.removed += len(before - after)
            changed.added += len(after - before)
            changed.candidates += sum(is_candidate for *_, is_candidate in after - before)
        links.remove(tx, gone)
        links.put(tx, new, at=self._services.now())


def people_of(tx: Reading, numbers: Sequence[MessageNumber]) -> People:
    """Return whom messages name, as (place, address), those left out that are no addresses."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for number, place, written in correspondents.people(tx, numbers):
        key = key_of(written)
        if key is not None:
            found[number].append((place, key))
    return found


def by_hand(own: Iterable[LinkRow], sayings: Iterable[Said]) -> list[LinkRow]:
    """Return links after what a person said: with what they added, without what they removed.

    Where they chose, nobody is a candidate any longer.
    """
    rows = {(row.noun, row.object): row for row in own}
    for said in sayings:
        if said.is_linked:
            rows = {
                key: row
                for key, row in rows.items()
                if not (row.is_candidate and row.field == said.field)
            }
            rows[said.noun, said.object] = LinkRow(
                said.noun, said.object, said.field, Step.MANUAL, None, False, "", ""
            )
        else:
            rows.pop((said.noun, said.object), None)
    return list(rows.values())


def _removed(said: Mapping[int, Iterable[Said]]) -> Removed:
    return {
        number: {(each.noun, each.object) for each in sayings if not each.is_linked}
        for number, sayings in said.items()
    }


def _is_passed_on(row: LinkRow) -> bool:
    return row.step is Step.THREAD


def _meant(row: LinkRow) -> tuple[str, int, bool]:
    return row.noun, row.object, row.is_candidate
