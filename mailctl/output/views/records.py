"""Records and their types as results."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
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
)
