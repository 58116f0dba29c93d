"""Verbs on records: add, find, change, remove."""

from collections.abc import Iterator, Sequence

from mailctl.core.fitting import fit_number
from mailctl.core.linking.settling import settled
from mailctl.core.records.changes import Change, changed_record
from mailctl.core.records.types import type_named
from mailctl.core.services import Services
from mailctl.domain.records import Record, RecordId
from mailctl.errors import BadUsage, Conflict, NotFound
from mailctl.store import links, record_types, records
from mailctl.store.connection import Reading


@settled
def add_record(
    services: Services, name: str, changes: Sequence[Change], *, if_missing: bool
) -> Record:
    """Store a new record called TYPE:NUMBER and return it.

    Raises BadUsage, NotFound for a type that is none, and Conflict where the number is taken;
    that record is returned as it is `if_missing`.
    """
    with services.store.writing(durable=True) as tx:
        word, number = _type_and_number(name)
        kind = type_named(tx, word)
        blank = Record(RecordId(services.new_id("rec")), kind.name, fit_number(number, kind))
        record = changed_record(blank, kind, changes)
        twin = records.by_numbers(tx, kind.name, [record.number]).get(record.number)
        if twin is not None and if_missing:
            return twin
        _refuse_twin(twin)
        records.add(tx, record, at=services.now())
        return record_named(tx, record.id)


@settled
def set_record(services: Services, name: str, changes: Sequence[Change]) -> Record:
    """Change a record and return it. Raises NotFound, BadUsage, Conflict."""
    if not changes:
        raise BadUsage("nothing is said that should change", hint="write KEY=VALUE")
    with services.store.writing(durable=True) as tx:
        was = record_named(tx, name)
        record = changed_record(was, type_named(tx, was.type), changes)
        if record.key != was.key:
            _refuse_twin(records.by_numbers(tx, was.type, [record.number]).get(record.number))
        if record != was:
            records.update(tx, record, at=services.now())
        return record_named(tx, record.id)


@settled
def remove_records(services: Services, names: Sequence[str]) -> list[Record]:
    """Forget records, all or none, and return them as they were. Raises NotFound, BadUsage."""
    with services.store.writing(durable=True) as tx:
        found = {each.id: each for each in (record_named(tx, name) for name in names)}
        links.unsay(tx, list(found))
        for record in found.values():
            records.remove(tx, record.id)
    return list(found.values())


def listed_records(
    tx: Reading, *, words: str | None, kind: str | None, owner: str | None, tag: str | None
) -> Iterator[Record]:
    """Return records by type and number, in bounded memory. Raises NotFound for no type."""
    name = None if kind is None else type_named(tx, kind).name
    return records.all_(tx, words=words, kind=name, owner=owner, tag=tag)


def fields_of(tx: Reading, kind: str | None) -> list[str]:
    """Return the fields of a type, or of all of them. Raises NotFound."""
    kinds = record_types.all_(tx) if kind is None else [type_named(tx, kind)]
    return list(dict.fromkeys(name for each in kinds for name in each.fields))


def record_named(tx: Reading, name: str) -> Record:
    """Return the record of that id, or TYPE:NUMBER. Raises NotFound, BadUsage."""
    word = name.strip()
    record = records.by_ids(tx, [word]).get(word)
    if record is None and ":" in word:
        kind, number = _type_and_number(word)
        record = records.by_numbers(tx, kind.lower(), [number]).get(number)
    if record is None:
        raise NotFound(
            f"there is no record {name[:100]!r}",
            hint="name it by id or TYPE:NUMBER; see them: mailctl record list",
        )
    return record


def _type_and_number(name: str) -> tuple[str, str]:
    kind, colon, number = name.partition(":")
    if not colon or not number.strip():
        raise BadUsage(
            f"{name[:100]!r} names no record", hint="write TYPE:NUMBER, e.g. invoice:4711"
        )
    return kind.strip(), number.strip()


def _refuse_twin(twin: Record | None) -> None:
    if twin is not None:
        raise Conflict(
            f"there is a record {twin.type}:{twin.number} already ({twin.id})",
            hint=f"change that one: mailctl record set {twin.id} …; or add --if-missing",
            details={"id": twin.id},
        )
