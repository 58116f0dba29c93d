"""Records taken over from files: each row once, however often the file comes."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from mailctl.core.fitting import LONGEST_NUMBER, fit, fit_number
from mailctl.core.import_reports import ImportReport, Undone, batches
from mailctl.core.linking.settling import settled
from mailctl.core.records.changes import Change, changed_record, field_key
from mailctl.core.records.types import type_named
from mailctl.core.row_files import Row
from mailctl.core.services import Services
from mailctl.domain.records import Record, RecordId, RecordType, number_key
from mailctl.errors import BadUsage, NotFound
from mailctl.store import records
from mailctl.store.connection import Writing

_OWN = ("number", "title", "owner")
_SILENT = {"id", "type", "tags", "fields", "source", "created_at", "changed_at", *_OWN}
_MOST_IGNORED, _LONGEST_NAME = 100, 60


@dataclass(frozen=True)
class Taking:
    """How rows are understood."""

    kind: str | None
    """The type of rows that say none."""
    columns: Mapping[str, str]
    """What a column is, where its name does not say it."""
    source: str
    is_dry: bool = False


@settled
def import_records(services: Services, rows: Iterable[Row], taking: Taking) -> ImportReport:
    """Store what rows say, batch by batch; a killed import leaves whole batches.

    A row is the record of its id, else of its type and number, else a new one. What it says
    replaces what we had, and tags are added; an empty cell says nothing. Raises NotFound where
    the type of rows that say none is none.
    """
    if taking.kind is not None:
        with services.store.reading() as tx:
            type_named(tx, taking.kind)
    running = _Import(services, taking, ImportReport(is_dry=taking.is_dry))
    for batch in batches(rows):
        with suppress(Undone), services.store.writing(durable=True) as tx:
            running.store(tx, batch)
            if taking.is_dry:
                raise Undone
    return running.report


@dataclass
class _Import:
    services: Services
    taking: Taking
    report: ImportReport
    _kinds: dict[str, RecordType] = field(default_factory=dict)
    _by_id: dict[str, Record] = field(default_factory=dict)
    _by_number: dict[tuple[str, str], Record] = field(default_factory=dict)

    def store(self, tx: Writing, rows: Sequence[Row]) -> None:
        """Store a batch, but for the rows of which nothing can be made."""
        self._kinds.clear()  # others may change them in between
        said: list[dict[str, str] | BadUsage] = [self._said(row) for row in rows]
        self._look_up(tx, [values for values in said if not isinstance(values, BadUsage)])
        for row, values in zip(rows, said, strict=True):
            try:
                if isinstance(values, BadUsage):
                    raise values
                self._store(tx, values)
            except (BadUsage, NotFound) as error:
                self.report.leave_out(row.line, error.sentence)

    def _said(self, row: Row) -> dict[str, str] | BadUsage:
        try:
            return self._values(row)
        except BadUsage as error:
            return error

    def _look_up(self, tx: Writing, said: Sequence[Mapping[str, str]]) -> None:
        """Find the records that rows may mean, each batch by a few questions."""
        if not self.taking.is_dry:  # that knows what it would have made by nothing else
            self._by_id.clear()
            self._by_number.clear()
        numbers: dict[str, set[str]] = {}
        for values in said:
            kind = values.get("type") or self.taking.kind or ""
            numbers.setdefault(kind.lower(), set()).add(values.get("number", ""))
        found = list(records.by_ids(tx, {each["id"] for each in said if "id" in each}).values())
        for kind, each in numbers.items():
            found += records.by_numbers(tx, kind, each).values()
        for record in found:
            if record.id not in self._by_id:
                self._remember(record)

    def _store(self, tx: Writing, values: Mapping[str, str]) -> None:
        was = self._by_id.get(values.get("id", ""))
        kind = self._kind(tx, values, was)
        number = values.get("number", "")
        if was is None and not number:
            raise BadUsage("the row has no number")
        twin = self._by_number.get((kind.name, number_key(number)))
        was = was or twin
        if was is None:
            blank = Record(
                RecordId(self.services.new_id("rec")), kind.name, "", source=self.taking.source
            )
            record = changed_record(blank, kind, self._changes(kind, values, None))
            records.add(tx, record, at=self.services.now())
            self.report.created += 1
        else:
            if twin is not None and twin.id != was.id:
                raise BadUsage(f"{kind.name}:{number} is another record ({twin.id})")
            record = changed_record(was, kind, self._changes(kind, values, was))
            if record == was:
                self.report.unchanged += 1
                return
            records.update(tx, record, at=self.services.now())
            self.report.updated += 1
            self._by_number.pop((was.type, was.key), None)
        self._remember(record)

    def _kind(self, tx: Writing, values: Mapping[str, str], was: Record | None) -> RecordType:
        name = values.get("type") or (was.type if was is not None else self.taking.kind)
        if not name:
            raise BadUsage("the row says no type")
        name = name.lower()
        if was is not None and name != was.type:
            raise BadUsage(f"{was.id} is of the type {was.type}")
        if name not in self._kinds:
            self._kinds[name] = type_named(tx, name)
        return self._kinds[name]

    def _changes(
        self, kind: RecordType, values: Mapping[str, str], was: Record | None
    ) -> Iterator[Change]:
        for key, text in values.items():
            if key == "tags":
                yield Change(key, "+=", text)
            elif key == "number":
                if was is None or number_key(text) != was.key:
                    yield Change(key, "=", fit_number(text, kind))
            elif key in _OWN or key in kind.fields:
                yield Change(key, "=", text)
            elif key not in _SILENT and len(self.report.ignored) < _MOST_IGNORED:
                self.report.ignored.setdefault(key[:_LONGEST_NAME])

    def _values(self, row: Row) -> dict[str, str]:
        """Return what a row says as text by our names, without what is empty. Raises BadUsage."""
        if row.trouble is not None:
            raise BadUsage(row.trouble)
        found: dict[str, str] = {}
        for column, value in row.values.items():
            key = field_key(self.taking.columns.get(column, column))
            key = "tags" if key == "tag" else key
            if key == "fields" and isinstance(value, dict):
                found |= {field_key(str(k)): t for k, v in value.items() if (t := _as_text(v))}
            elif text := _as_text(value):
                found[key] = text
        for key in found.keys() & {"id", "type", "number"}:  # what is looked for is compared
            found[key] = " ".join(fit(found[key], f"the {key}", LONGEST_NUMBER).split())
        return found

    def _remember(self, record: Record) -> None:
        self._by_id[record.id] = record
        self._by_number[record.type, record.key] = record


def _as_text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value.strip()
        case list() if all(isinstance(each, str) for each in value):
            return ";".join(value)
        case _:
            return json.dumps(value, ensure_ascii=False)
