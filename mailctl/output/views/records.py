"""Records and their types as results."""

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.import_reports import ImportReport
    from mailctl.domain.records import Record, RecordType

RECORDS: "View[Record]" = View(
    {
        "id": lambda r: r.id,
        "type": lambda r: r.type,
        "number": lambda r: r.number,
        "title": lambda r: r.title,
        "fields": lambda r: r.fields,
        "owner": lambda r: r.owner,
        "source": lambda r: r.source,
        "tags": lambda r: r.tags,
        "created_at": lambda r: r.created_at,
        "changed_at": lambda r: r.changed_at,
    },
    table=("id", "type", "number", "title", "fields"),
    whole=frozenset({"id", "type", "number"}),
    nothing="no records found",
)

RECORD_TYPES: "View[RecordType]" = View(
    {
        "name": lambda t: t.name,
        "mask": lambda t: t.mask,
        "fields": lambda t: t.fields,
        "records": lambda t: t.records,
        "created_at": lambda t: t.created_at,
        "changed_at": lambda t: t.changed_at,
    },
    table=("name", "mask", "fields", "records"),
    nothing="there is no type of records: mailctl record type add invoice --field amount",
)

RECORDS_IMPORTED: "View[ImportReport]" = View(
    {
        "created": lambda r: r.created,
        "updated": lambda r: r.updated,
        "unchanged": lambda r: r.unchanged,
        "failed": lambda r: r.failed,
        "errors": lambda r: [{"line": e.line, "message": e.message} for e in r.errors],
        "ignored": lambda r: list(r.ignored),
        "is_dry_run": lambda r: r.is_dry,
    }
)

# What an import would take for an apostrophe of the escaping.
_APOSTROPHE = re.compile("'+[=+\\-@\t\r\n＝＋－＠]")


def sheet(fields: Sequence[str]) -> "View[Record]":
    """Return records as rows of a spreadsheet, a column for each of these fields of theirs."""
    columns: dict[str, Callable[[Record], object]] = {
        "id": lambda r: r.id,
        "type": lambda r: r.type,
        "number": lambda r: _meant(r.number),
        "title": lambda r: _meant(r.title),
        "owner": lambda r: _meant(r.owner or ""),
        "tags": lambda r: _meant("; ".join(r.tags)),
    }
    for name in fields:
        columns[name] = lambda r, name=name: _meant(r.fields.get(name, ""))  # type: ignore[misc]
    return View(columns)


def _meant(text: str) -> str:
    return f"'{text}" if _APOSTROPHE.match(text) else text
