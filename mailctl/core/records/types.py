"""Verbs on the types of records: add, find, change, remove."""

from collections.abc import Sequence
from dataclasses import replace

from mailctl.core.linking.settling import settled
from mailctl.core.records.changes import Change, changed_type, type_name
from mailctl.core.services import Services
from mailctl.domain.near_names import meant
from mailctl.domain.records import RecordType
from mailctl.errors import BadUsage, Conflict, GuardRefused, NotFound
from mailctl.store import link_rules, record_types, records
from mailctl.store.connection import Reading, Writing


def add_type(services: Services, name: str, changes: Sequence[Change]) -> RecordType:
    """Store a new type. Raises BadUsage, and Conflict where its name is taken."""
    kind = changed_type(RecordType(type_name(name)), changes)
    with services.store.writing(durable=True) as tx:
        _refuse_taken(tx, kind.name)
        record_types.add(tx, kind, at=services.now())
        return type_named(tx, kind.name)


@settled
def set_type(
    services: Services, name: str, changes: Sequence[Change], *, is_sure: bool
) -> RecordType:
    """Change a type and return it; numbers that are there stay, whatever a new mask says.

    Raises NotFound, BadUsage, Conflict, and GuardRefused where records have values in a field
    that would go, and nobody is sure.
    """
    if not changes:
        raise BadUsage("nothing is said that should change", hint="write KEY=VALUE")
    with services.store.writing(durable=True) as tx:
        was = type_named(tx, name)
        kind = changed_type(was, changes)
        if kind.name != was.name:
            _refuse_taken(tx, kind.name)
        going = [each for each in was.fields if each not in kind.fields]
        _let_go(tx, was, going, services=services, is_sure=is_sure)
        if kind != was:
            record_types.update(tx, was.name, kind, at=services.now())
        return type_named(tx, kind.name)


@settled
def remove_type(services: Services, name: str, *, is_sure: bool) -> RecordType:
    """Forget a type and return it as it was.

    Raises NotFound, and GuardRefused where there are records of it, which would go as well, and
    nobody is sure.
    """
    with services.store.writing(durable=True) as tx:
        kind = type_named(tx, name)
        rules = [each.name for each in link_rules.all_(tx) if each.type == kind.name]
        if (kind.records or rules) and not is_sure:
            raise GuardRefused(
                f"there are {kind.records} records of the type {kind.name}"
                + (f", and rules that link to it: {', '.join(rules)}" if rules else ""),
                hint=f"they would go with it: mailctl record type remove {kind.name} --yes",
                details={"records": kind.records, "rules": rules},
            )
        record_types.remove(tx, kind.name)
        return kind


def type_named(tx: Reading, name: str) -> RecordType:
    """Return the type of that name. Raises NotFound."""
    kind = record_types.by_name(tx, name.strip().lower())
    if kind is None:
        raise NotFound(
            f"there is no type of records {name[:50]!r}",
            hint=f"{meant(name, (each.name for each in record_types.all_(tx)))}"
            "see the types: mailctl record type list; "
            "make one: mailctl record type add invoice --field amount",
        )
    return kind


def _refuse_taken(tx: Reading, name: str) -> None:
    if record_types.by_name(tx, name) is not None:
        raise Conflict(
            f"there is a type {name} already", hint=f"change it: mailctl record type set {name} …"
        )


def _let_go(
    tx: Writing, kind: RecordType, fields: Sequence[str], *, services: Services, is_sure: bool
) -> None:
    """Forget the values of fields. Raises GuardRefused where there are any and nobody is sure."""
    for rule in link_rules.all_(tx) if fields else ():
        if rule.type == kind.name and rule.compared in fields:
            raise Conflict(
                f"the rule {rule.name!r} compares the field {rule.compared}",
                hint=f"change it first: mailctl link rule set {rule.id} by=number",
            )
    count = records.having(tx, kind.name, fields) if fields else 0
    if not count:
        return
    if not is_sure:
        raise GuardRefused(
            f"{count} records have a value in {', '.join(fields)}",
            hint="they would lose it: say it again with --yes",
            details={"records": count},
        )
    for record in records.all_(tx, kind=kind.name):
        kept = {key: value for key, value in record.fields.items() if key not in fields}
        if kept != record.fields:
            records.update(tx, replace(record, fields=kept), at=services.now())
