"""Verbs on rules: which numbers in mail mean which records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mailctl.core.linking.rule_links import meant_by
from mailctl.core.linking.rule_matching import Finder, compiled
from mailctl.core.linking.rule_texts import Texts, texts_of
from mailctl.core.linking.settling import settled
from mailctl.core.naming import message_named
from mailctl.core.records.changes import Change
from mailctl.core.records.types import type_named
from mailctl.core.services import Services
from mailctl.domain.link_rules import NUMBER, TITLE, LinkRule, LinkRuleId, Place
from mailctl.domain.near_names import meant
from mailctl.errors import BadUsage, Conflict, NotFound
from mailctl.records import dataclass
from mailctl.store import link_rules, links
from mailctl.store.connection import Reading

_STEP = 10
_NAME_MAX, _POSITION_MAX = 100, 1_000_000
_YES, _NO = {"true", "yes", "on", "1"}, {"false", "no", "off", "0"}
MAIL_MAX = 100 << 20
"""The largest mail in a file that rules are tried at, in bytes."""
KEYS = ("name", "position", "match", "in", "to", "by", "create", "enabled")


@dataclass(frozen=True)
class Hit:
    """What a rule finds in a text."""

    rule: str
    position: int
    place: Place
    value: str
    records: tuple[str, ...]
    """The numbers of the records that are meant."""
    outcome: str


@settled
def add_rule(services: Services, changes: Sequence[Change]) -> LinkRule:
    """Store a new rule; mail that is there is linked by it too.

    Raises BadUsage, NotFound for a type that is none, Conflict for a name that is taken.
    """
    with services.store.writing(durable=True) as tx:
        known = link_rules.all_(tx)
        blank = LinkRule(
            LinkRuleId(services.new_id("rul")),
            name="",
            position=max((each.position for each in known), default=0) + _STEP,
            pattern="",
            places=(Place.SUBJECT, Place.BODY),
            type="",
        )
        rule = _sound(tx, _changed(tx, blank, changes), known)
        link_rules.add(tx, rule, at=services.now())
        return rule_named(tx, rule.id)


@settled
def set_rule(services: Services, name: str, changes: Sequence[Change]) -> LinkRule:
    """Change a rule; what it linked is looked at again.

    Raises NotFound, BadUsage, Conflict.
    """
    if not changes:
        raise BadUsage("nothing is said that should change", hint="write KEY=VALUE")
    with services.store.writing(durable=True) as tx:
        was = rule_named(tx, name)
        rule = _sound(tx, _changed(tx, was, changes), link_rules.all_(tx))
        if rule != was:
            link_rules.update(tx, rule, at=services.now())
        return rule_named(tx, rule.id)


@settled
def remove_rule(services: Services, name: str) -> LinkRule:
    """Forget a rule and return it as it was; its links go with it. Raises NotFound."""
    with services.store.writing(durable=True) as tx:
        rule = rule_named(tx, name)
        link_rules.remove(tx, rule.id)
        return rule


def rule_named(tx: Reading, name: str) -> LinkRule:
    """Return the rule of that id or name. Raises NotFound."""
    word = name.strip().casefold()
    for rule in link_rules.all_(tx):
        if word in {rule.id, rule.name.casefold()}:
            return rule
    near = meant(word, (rule.name for rule in link_rules.all_(tx)))
    raise NotFound(
        f"there is no rule {name[:100]!r}", hint=f"{near}see them: mailctl link rule list"
    )


def texts_of_message(tx: Reading, name: str) -> Texts:
    """Return the texts of a stored message in which rules look. Raises NotFound, NameAmbiguous."""
    (number,) = links.places_of(tx, [message_named(tx, name)])
    return texts_of(tx, [number], list(Place))[number]


def texts_of_source(source: bytes) -> Texts:
    """Return the texts of a mail in a file in which rules look."""
    from mailctl.mail.parse import read_envelope
    from mailctl.mail.text import searchable_words

    found = {
        Place.SUBJECT: read_envelope(source).subject,
        Place.BODY: searchable_words(source).body,
    }
    return {place: text.encode("utf-8", "replace").decode() for place, text in found.items()}


def hits(tx: Reading, texts: Texts, rules: Sequence[LinkRule]) -> Iterator[Hit]:
    """Yield what rules find, in their order, and what linking would make of it."""
    rows: Mapping[str, tuple[int, int]] = link_rules.numbers(tx)
    decided: dict[int, str] = {}
    for rule in rules:
        _, kind = rows[rule.id]
        for place, value, key in Finder(rule).values(texts):
            meant = meant_by(tx, rule, kind, [key]).get(key, [])
            outcome = _outcome(rule, len(meant), decided.get(kind, rule.id) != rule.id)
            if meant and rule.is_enabled:
                decided.setdefault(kind, rule.id)
            names = link_rules.labels(tx, meant)
            yield Hit(rule.name, rule.position, place, value, tuple(names), outcome)


def _outcome(rule: LinkRule, meant: int, is_decided: bool) -> str:
    if not rule.is_enabled:
        return "the rule is off"
    if is_decided:
        return f"left: an earlier rule found a record of type {rule.type}"
    if meant == 1:
        return "linked"
    if meant:
        return f"{meant} candidates"
    return "a record would be made" if rule.creates else f"no {rule.type} has it"


def _changed(tx: Reading, rule: LinkRule, changes: Sequence[Change]) -> LinkRule:
    for key, operator, value in ((each.key, each.operator, each.value) for each in changes):
        if operator != "=" or key not in KEYS:
            raise BadUsage(
                f"{key}{operator} says nothing of a rule", hint=f"write {'=, '.join(KEYS)}="
            )
        word = value.strip()
        if key == "name":
            rule = replace(rule, name=" ".join(word.split()))
        elif key == "position":
            rule = replace(rule, position=position_in(word))
        elif key == "match":
            rule = replace(rule, pattern=value)
        elif key == "in":
            rule = replace(rule, places=places_in(word))
        elif key == "to":
            rule = replace(rule, type=type_named(tx, word.removeprefix("record:")).name)
        elif key == "by":
            rule = replace(rule, compared=word.lower().replace("-", "_"))
        elif key == "create":
            rule = replace(rule, creates=flag_in(word))
        else:
            rule = replace(rule, is_enabled=flag_in(word))
    return rule


def _sound(tx: Reading, rule: LinkRule, known: Sequence[LinkRule]) -> LinkRule:
    """Return the rule if it can work. Raises BadUsage, Conflict."""
    if not rule.name or len(rule.name) > _NAME_MAX or not rule.name.isprintable():
        raise BadUsage(f"a rule has a name of 1 to {_NAME_MAX} characters", hint="say --name")
    compiled(rule.pattern)
    if not rule.type:
        raise BadUsage("the rule links to nothing", hint="say which records: --to record:invoice")
    check_comparison(rule, type_named(tx, rule.type).fields)
    twin = next((e for e in known if e.name.casefold() == rule.name.casefold()), None)
    if twin is not None and twin.id != rule.id:
        raise Conflict(
            f"there is a rule {twin.name!r} already ({twin.id})",
            hint=f"change that one: mailctl link rule set {twin.id} …",
            details={"id": twin.id},
        )
    return rule


def check_comparison(rule: LinkRule, fields: Sequence[str]) -> None:
    """Raise BadUsage where the rule compares what records, which have those fields, have not."""
    if rule.compared not in {NUMBER, TITLE, *fields}:
        raise BadUsage(
            f"records of type {rule.type} have no {rule.compared!r} to compare",
            hint=f"one of {', '.join((NUMBER, TITLE, *fields))}",
        )
    if rule.creates and rule.compared != NUMBER:
        raise BadUsage("records are only made by their number", hint="leave out create, or by")


def places_in(text: str) -> tuple[Place, ...]:
    """Return the places that a text names. Raises BadUsage."""
    words = [word for word in text.lower().replace(",", " ").split() if word]
    unknown = next((word for word in words if word not in set(Place)), None)
    if unknown is not None or not words:
        raise BadUsage(f"{unknown or text!r} is no place in mail", hint="write subject, body")
    return tuple(place for place in Place if place in words)


def position_in(text: str) -> int:
    """Return the position that a text says. Raises BadUsage."""
    if not text.isascii() or not text.isdigit() or int(text[:8]) > _POSITION_MAX:
        raise BadUsage(f"{text!r} is no position", hint=f"a number from 0 to {_POSITION_MAX}")
    return int(text)


def flag_in(text: str) -> bool:
    """Return whether a text says yes. Raises BadUsage."""
    word = text.lower()
    if word not in _YES | _NO:
        raise BadUsage(f"{text!r} is neither true nor false", hint="write true or false")
    return word in _YES
