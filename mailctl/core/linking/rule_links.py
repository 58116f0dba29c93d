"""Links to records by the numbers that rules find."""

from collections.abc import Iterable, Mapping, Sequence

from mailctl.core.fitting import fit_number
from mailctl.core.linking.rule_matching import Finder, finders
from mailctl.core.linking.rule_texts import Texts, texts_of
from mailctl.core.services import Services
from mailctl.domain.ids import MessageNumber
from mailctl.domain.link_rules import NUMBER, TITLE, LinkRule, Place
from mailctl.domain.links import ObjectNoun, Step
from mailctl.domain.records import Record, RecordId, number_key
from mailctl.errors import BadUsage
from mailctl.store import link_rules, links, record_types, records
from mailctl.store.connection import Reading, Writing
from mailctl.store.links import LinkRow

Mention = tuple[int, Place, str, str]
"""A message, where it has a value, the value as written there, and as it is compared."""


class RuleLinks:
    """The rules of one moment."""

    def __init__(self, services: Services, rules: Sequence[LinkRule]) -> None:
        self._services = services
        self._finders = finders(rules)
        self._places = {place for finder in self._finders for place in finder.rule.places}
        self._sees_folded = all(
            finder.sees_folded for finder in self._finders if Place.BODY in finder.rule.places
        )
        self._created = 0

    def take_created(self) -> int:
        """Return how many records were made since this was last asked."""
        created, self._created = self._created, 0
        return created

    def find(self, tx: Writing, numbers: Sequence[MessageNumber]) -> dict[int, list[LinkRow]]:
        """Return links by rules; the first one that finds a record of a type decides about it."""
        found: dict[int, list[LinkRow]] = {}
        if not self._finders:
            return found
        texts = texts_of(tx, numbers, self._places, folded=self._sees_folded)
        rows = link_rules.numbers(tx)
        filled: set[tuple[int, int]] = set()
        missed: list[tuple[int, str, int]] = []
        for finder in self._finders:
            rule, kind = rows[finder.rule.id]
            mentions = [
                (number, *value)
                for number in numbers
                if (number, kind) not in filled
                for value in finder.values(texts[number])
            ]
            records_of = self._records(tx, finder.rule, kind, mentions)
            for number, place, written, key in mentions:
                meant = records_of.get(key, ())
                if not meant:
                    missed.append((rule, key, number))
                    continue
                filled.add((number, kind))
                field = links.field_of(ObjectNoun.RECORD, kind)
                found.setdefault(number, []).extend(
                    LinkRow(
                        ObjectNoun.RECORD,
                        each,
                        field,
                        Step.RULE,
                        rule,
                        len(meant) > 1,
                        place,
                        written,
                    )
                    for each in meant
                )
        link_rules.put_missed(tx, numbers, missed)
        return {number: _once(rows) for number, rows in found.items()}

    def _records(
        self, tx: Writing, rule: LinkRule, kind: int, mentions: Iterable[Mention]
    ) -> Mapping[str, Sequence[int]]:
        """Return the records that are meant by each value."""
        written = {key: text for _, _, text, key in mentions}
        found = meant_by(tx, rule, kind, written)
        if rule.creates and rule.compared == NUMBER:
            for key in written.keys() - found.keys():
                if self._create(tx, rule, written[key]):
                    found |= meant_by(tx, rule, kind, [key])
        return found

    def _create(self, tx: Writing, rule: LinkRule, number: str) -> bool:
        """Make a record of that number, unless its type's numbers look otherwise."""
        kind = record_types.by_name(tx, rule.type)
        if kind is None:
            return False
        try:
            fitting = fit_number(number, kind)
        except BadUsage:
            return False
        record = Record(
            RecordId(self._services.new_id("rec")), kind.name, fitting, source=f"rule:{rule.name}"
        )
        records.add(tx, record, at=self._services.now())
        self._created += 1
        return True


def meant_by(tx: Reading, rule: LinkRule, kind: int, keys: Iterable[str]) -> dict[str, list[int]]:
    """Return the records of a type (rows) that values mean to a rule."""
    if rule.compared == NUMBER:
        return link_rules.records_by_number(tx, kind, list(keys))
    found: dict[str, list[int]] = {}
    for key in keys:
        longest = max(key.split(), key=len)  # of what is compared blanks are one
        for number, title, fields in link_rules.records_by_words(tx, kind, longest):
            value = title if rule.compared == TITLE else fields.get(rule.compared, "")
            if number_key(value) == key:
                found.setdefault(key, []).append(number)
    return found


def mentioned(finder: Finder, texts: Mapping[int, Texts]) -> list[int]:
    """Return the messages in which a rule finds anything."""
    return [number for number, those in texts.items() if finder.finds(those)]


def _once(rows: Sequence[LinkRow]) -> list[LinkRow]:
    """Return the links, each record once, certain ones before candidates."""
    found: dict[int, LinkRow] = {}
    for row in sorted(rows, key=lambda each: each.is_candidate):
        found.setdefault(row.object, row)
    return list(found.values())
