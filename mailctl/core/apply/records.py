"""Types of records, and rules that link to them, as files declare them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from mailctl.core.apply.declared_fields import DeclaredFields
from mailctl.core.apply.kinds import (
    Compared,
    Described,
    Fitting,
    Kind,
    Manner,
    Reference,
    Wanted,
    only,
    without_empty,
)
from mailctl.core.apply.losses import of_fields, of_type
from mailctl.core.linking.rule_matching import compiled
from mailctl.core.links.rules import (
    add_rule,
    check_comparison,
    places_in,
    position_in,
    remove_rule,
    set_rule,
)
from mailctl.core.records.changes import Change, changed_type, field_name, type_name
from mailctl.core.records.types import add_type, remove_type, set_type
from mailctl.domain.declarations import Mistake
from mailctl.domain.link_rules import LinkRule, LinkRuleId, Place
from mailctl.domain.number_masks import pattern
from mailctl.domain.records import RecordType
from mailctl.errors import BadUsage
from mailctl.store import link_rules, record_types
from mailctl.store.connection import Reading

_TYPES, _RULES = "record_types", "link_rules"
_OF_RECORDS = "record:"
_BLANK = LinkRule(LinkRuleId(""), "", 0, "", (Place.SUBJECT, Place.BODY), "")


def _read_type(fields: DeclaredFields, manner: Manner) -> Iterator[Wanted]:
    name = fields.required("name", type_name)
    mask = fields.text("mask", pattern)
    names = fields.texts("fields", field_name)
    if not fields.close() or name is None:
        return
    changes = [Change("mask", "=", mask)] if mask is not None else []
    changes += [Change("fields", "=", ",".join(names))] if names is not None else []

    def compared(tx: Reading, manner: Manner) -> Compared:
        was = record_types.by_name(tx, name)
        now = changed_type(was or RecordType(name), changes)
        if was is None:
            work = only(lambda services: add_type(services, name, changes))
            return Compared(None, _described_type(now), work)
        is_sure = manner.is_sure and manner.lets_data_go
        work = only(lambda services: set_type(services, name, changes, is_sure=is_sure))
        losses = of_fields(tx, was, now)
        return Compared(_described_type(was), _described_type(now), work, losses)

    yield Wanted(_TYPES, name, fields.spot, compared)


def _described_type(kind: RecordType) -> Described:
    return without_empty({"name": kind.name, "mask": kind.mask, "fields": list(kind.fields)})


def _read_rule(fields: DeclaredFields, manner: Manner) -> Iterator[Wanted]:
    name = fields.required("name", lambda text: " ".join(text.split()))
    said = {
        "position": fields.text("position", position_in),
        "match": fields.text("match", compiled),
        "in": _places(fields),
        "to": fields.text("to", lambda text: type_name(text.removeprefix(_OF_RECORDS))),
        "by": fields.text("by"),
        "create": _flag(fields, "create"),
        "enabled": _flag(fields, "enabled"),
    }
    to = fields.spot_of("to")
    if not fields.close() or name is None:
        return
    kept = {key: text for key, text in said.items() if text}

    def compared(tx: Reading, manner: Manner) -> Compared:
        return _compared_rule(tx, name, kept)

    type_ = kept.get("to", "").removeprefix(_OF_RECORDS).strip().lower()
    needs = (Reference(_TYPES, type_, to),) if type_ else ()
    yield Wanted(_RULES, name, fields.spot, compared, needs)


def _places(fields: DeclaredFields) -> str | None:
    places = fields.texts("in", lambda text: ",".join(places_in(text)))
    return None if places is None else ",".join(places)


def _flag(fields: DeclaredFields, name: str) -> str | None:
    flag = fields.flag(name)
    return None if flag is None else str(flag).lower()


def _compared_rule(tx: Reading, name: str, said: Mapping[str, str]) -> Compared:
    was = next((e for e in link_rules.all_(tx) if e.name.casefold() == name.casefold()), None)
    missing = [key for key in ("match", "to") if key not in said]
    if was is None and missing:
        raise BadUsage(f"the link rule {name} has no {' and no '.join(missing)}")
    now = _after(was or replace(_BLANK, name=name), said)
    changes = [Change("name", "=", name), *(Change(key, "=", said[key]) for key in said)]
    if was is None:
        after = _described_rule(now)
        if "position" not in said:
            after = {key: value for key, value in after.items() if key != "position"}
        return Compared(None, after, only(lambda services: add_rule(services, changes)))
    work = only(lambda services: set_rule(services, was.id, changes))
    return Compared(_described_rule(was), _described_rule(replace(now, name=name)), work)


def _after(rule: LinkRule, said: Mapping[str, str]) -> LinkRule:
    return replace(
        rule,
        position=position_in(said["position"]) if "position" in said else rule.position,
        pattern=said.get("match", rule.pattern),
        places=places_in(said["in"]) if "in" in said else rule.places,
        type=type_name(said["to"].removeprefix(_OF_RECORDS)) if "to" in said else rule.type,
        compared=said.get("by", rule.compared).strip().lower().replace("-", "_"),
        creates=said["create"] == "true" if "create" in said else rule.creates,
        is_enabled=said["enabled"] == "true" if "enabled" in said else rule.is_enabled,
    )


def _misfits(tx: Reading, fitting: Sequence[Fitting], manner: Manner) -> Iterator[Mistake]:
    """Yield the rules that compare a field which records of their type will not have."""
    fields = {each.name: each.fields for each in record_types.all_(tx)}
    for wanted, after in fitting:
        if wanted.section == _TYPES:
            fields[wanted.name] = tuple(map(str, _listed(after.get("fields"))))
    for wanted, after in fitting:
        type_ = str(after.get("to", "")).removeprefix(_OF_RECORDS)
        if wanted.section == _RULES and type_ in fields:
            compared, creates = str(after["by"]), bool(after["create"])
            rule = replace(_BLANK, type=type_, compared=compared, creates=creates)
            try:
                check_comparison(rule, fields[type_])
            except BadUsage as error:
                yield Mistake(wanted.spot, error.sentence, error.hint)


def _listed(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _described_rule(rule: LinkRule) -> Described:
    return {
        "name": rule.name,
        "position": rule.position,
        "match": rule.pattern,
        "in": [str(place) for place in rule.places],
        "to": f"{_OF_RECORDS}{rule.type}",
        "by": rule.compared,
        "create": rule.creates,
        "enabled": rule.is_enabled,
    }


def _is_rule(tx: Reading, name: str) -> bool:
    return any(each.name.casefold() == name.casefold() for each in link_rules.all_(tx))


RECORD_TYPES = Kind(
    _TYPES,
    "record type",
    _read_type,
    lambda tx, name: record_types.by_name(tx, name) is not None,
    lambda tx: map(_described_type, record_types.all_(tx)),
    lambda services, name, is_sure: remove_type(services, name, is_sure=is_sure),
    losses=of_type,
    batch=100,
)
LINK_RULES = Kind(
    _RULES,
    "link rule",
    _read_rule,
    _is_rule,
    lambda tx: map(_described_rule, link_rules.all_(tx)),
    lambda services, name, _: remove_rule(services, name),
    batch=100,
    misfits=_misfits,
)
