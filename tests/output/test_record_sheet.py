"""Records written as a spreadsheet, and read back."""

import io
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from mailctl.core.fitting import fit
from mailctl.core.records.changes import Change, changed_record
from mailctl.core.row_files import rows
from mailctl.domain.records import Record, RecordId, RecordType, RowFormat
from mailctl.errors import BadUsage
from mailctl.output.render import Format, Printer
from mailctl.output.streams import Output
from mailctl.output.views.records import sheet

KIND = RecordType("invoice", fields=("note",))
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def record_of(number: str, title: str, note: str) -> Record | None:
    blank = Record(RecordId("rec_1"), "invoice", "")
    said = {"number": number, "title": title, "note": note}
    try:
        return changed_record(blank, KIND, [Change(k, "=", v) for k, v in said.items()])
    except BadUsage:
        return None


@given(*[st.text(max_size=20) | st.text("'=+-@ \n\t\r,;\"x", max_size=9)] * 3)
@settings(max_examples=300, deadline=None)
def test_what_may_stand_in_a_record_comes_back_from_a_sheet(
    number: str, title: str, note: str
) -> None:
    record = record_of(number, title, note)
    if record is None:
        return
    with TemporaryDirectory() as directory:
        path = Path(directory, "sheet.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            Printer(Output(file), Format.CSV).list(sheet(KIND.fields), [record])
        with rows(str(path), io.BytesIO(), form=RowFormat.CSV, encoding=None) as found:
            (row,) = found
    assert row.trouble is None
    said = {key: str(row.values[key]).strip() for key in ("number", "title", "note")}
    assert said == {
        "number": record.number,
        "title": record.title,
        "note": record.fields.get("note", ""),
    }


@given(st.text(max_size=50))
def test_text_that_is_fit_stays_as_it_is(text: str) -> None:
    try:
        once = fit(text, "it", 100)
    except BadUsage:
        return
    assert fit(once, "it", 100) == once
