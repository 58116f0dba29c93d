"""Rows in every format."""

import csv
import io
import json
from collections.abc import Iterator

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mailctl.errors import BadUsage
from mailctl.output.render import Format, Printer
from mailctl.output.streams import Output
from mailctl.output.view import Rows, View
from tests.output.streams import Terminal
from tests.output.test_terminal import harmful

Thing = dict[str, object]
VIEW = View[Thing](
    {
        "id": lambda t: t["id"],
        "last_error": lambda t: t.get("error"),
        "is_good": lambda t: t.get("good", True),
        "parts": lambda t: t.get("parts", []),
    },
    table=("id", "last_error"),
)
WHOLE = View[list[Thing]]({"count": len, "things": list}, rows=Rows(lambda t: t, VIEW))
PROSE = View[Thing]({"id": lambda t: t["id"]}, prose=lambda t: f"this is {t['id']}\n\n")
MANY: list[Thing] = [{"id": f"thing-{number}", "error": "a\n\x1b[31mb"} for number in range(300)]


def listed(
    format_: Format, rows: list[Thing], *fields: str, stream: io.StringIO | None = None
) -> str:
    stream = io.StringIO() if stream is None else stream
    Printer(Output(stream), format_, fields).list(VIEW, rows)
    return stream.getvalue()


def shown(view: View[Thing], format_: Format, row: Thing, *fields: str) -> str:
    stream = io.StringIO()
    Printer(Output(stream), format_, fields).one(view, row)
    return stream.getvalue()


def documents(rows: list[Thing]) -> list[Thing]:
    return [
        {"id": row["id"], "last_error": row.get("error"), "is_good": True, "parts": []}
        for row in rows
    ]


@pytest.mark.parametrize("count", [0, 1, 300])
class TestLists:
    def test_json_is_one_array(self, count: int) -> None:
        assert json.loads(listed(Format.JSON, MANY[:count])) == documents(MANY[:count])

    def test_ndjson_is_an_object_a_line(self, count: int) -> None:
        lines = listed(Format.NDJSON, MANY[:count]).splitlines()
        assert [json.loads(line) for line in lines] == documents(MANY[:count])

    def test_yaml_is_one_list(self, count: int) -> None:
        assert yaml.safe_load(listed(Format.YAML, MANY[:count])) == documents(MANY[:count])

    def test_csv_has_a_header_and_a_record_a_row(self, count: int) -> None:
        header, *records = csv.reader(io.StringIO(listed(Format.CSV, MANY[:count])))
        assert header == ["id", "last_error", "is_good", "parts"]
        assert [record[0] for record in records] == [row["id"] for row in MANY[:count]]
        assert {tuple(record[2:]) for record in records} <= {("true", "[]")}

    def test_a_table_has_a_line_a_row_and_no_surprises(self, count: int) -> None:
        lines = listed(Format.TABLE, MANY[:count]).splitlines()
        assert [line.split()[0] for line in lines[1:]] == [row["id"] for row in MANY[:count]]
        assert not harmful("".join(lines))

    def test_a_table_on_a_terminal_is_ruled(self, count: int) -> None:
        lines = listed(Format.TABLE, MANY[:count], stream=Terminal()).splitlines()
        assert [line for line in lines if set(line) == {"-", " "}] == lines[1:2]
        assert len(lines) == (count + 2 if count else 0)


def test_an_empty_table_says_nothing() -> None:
    assert listed(Format.TABLE, []) == ""


def test_a_table_names_its_columns_in_words() -> None:
    assert listed(Format.TABLE, MANY[:1]).splitlines()[0] == "ID       LAST ERROR"


def test_wide_characters_keep_the_columns_straight() -> None:
    lines = listed(
        Format.TABLE, [{"id": "日本", "error": "x"}, {"id": "abcd", "error": "x"}]
    ).splitlines()
    assert lines[1:] == ["日本  x", "abcd  x"]


def test_a_column_that_is_empty_throughout_does_no_harm() -> None:
    for stream in (io.StringIO(), Terminal()):
        assert "thing" in listed(Format.TABLE, [{"id": "thing"}], stream=stream)


def test_json_is_written_as_the_rows_come() -> None:
    stream = io.StringIO()

    def rows() -> Iterator[Thing]:
        yield MANY[0]
        assert "thing-0" in stream.getvalue()
        yield MANY[1]

    Printer(Output(stream), Format.NDJSON).list(VIEW, rows())
    assert len(stream.getvalue().splitlines()) == 2


@pytest.mark.parametrize("format_", [Format.JSON, Format.YAML])
def test_fields_choose_and_order_keys(format_: Format) -> None:
    (document,) = yaml.safe_load(listed(format_, MANY[:1], "is_good", "id"))
    assert list(document) == ["is_good", "id"]


def test_fields_choose_and_order_columns() -> None:
    assert listed(Format.CSV, MANY[:1], "is_good", "id") == "is_good,id\ntrue,thing-0\n"
    assert listed(Format.TABLE, MANY[:1], "is_good", "id").split() == [
        "IS",
        "GOOD",
        "ID",
        "yes",
        "thing-0",
    ]


@pytest.mark.parametrize("format_", list(Format))
def test_an_unknown_field_is_refused_before_anything_is_written(format_: Format) -> None:
    stream = io.StringIO()
    with pytest.raises(BadUsage) as refused:
        Printer(Output(stream), format_, ("id", "nope")).list(VIEW, MANY)
    assert "nope" in refused.value.sentence
    assert "id,last_error,is_good,parts" in (refused.value.hint or "")
    assert stream.getvalue() == ""


def test_one_thing_is_an_object_in_json() -> None:
    assert json.loads(shown(VIEW, Format.JSON, MANY[0])) == documents(MANY[:1])[0]
    assert len(shown(VIEW, Format.NDJSON, MANY[0]).splitlines()) == 1


def test_one_thing_is_a_mapping_in_yaml() -> None:
    assert yaml.safe_load(shown(VIEW, Format.YAML, MANY[0])) == documents(MANY[:1])[0]


def test_one_thing_is_a_header_and_a_record_in_csv() -> None:
    assert shown(VIEW, Format.CSV, {"id": "a"}) == "id,last_error,is_good,parts\na,,true,[]\n"


def test_one_thing_is_a_line_a_field_for_a_person() -> None:
    thing: Thing = {
        "id": "a",
        "error": {"host": {"x": 1}},
        "parts": [{"name": "", "address": "a@x"}],
    }
    assert shown(VIEW, Format.TABLE, thing).splitlines() == [
        "id:         a",
        "last error:",
        "  host: x: 1",
        "is good:    yes",
        "parts:",
        "  a@x",
    ]


def test_a_person_is_told_in_prose_where_there_is_some() -> None:
    assert shown(PROSE, Format.TABLE, {"id": "a\x1b"}) == "this is a\\u001b\n"


def test_who_asks_for_fields_gets_fields_instead_of_prose() -> None:
    assert shown(PROSE, Format.TABLE, {"id": "a"}, "id") == "id: a\n"


@pytest.mark.parametrize("format_", [Format.CSV, Format.TABLE])
def test_a_thing_of_parts_is_the_table_of_its_parts(format_: Format) -> None:
    stream = io.StringIO()
    Printer(Output(stream), format_).one(WHOLE, MANY[:3])
    assert stream.getvalue() == listed(format_, MANY[:3])


def test_a_thing_of_parts_is_one_object_in_json() -> None:
    stream = io.StringIO()
    Printer(Output(stream), Format.JSON).one(WHOLE, MANY[:3])
    assert json.loads(stream.getvalue())["count"] == 3


TEXTS = st.text()


@given(TEXTS, TEXTS)
def test_yaml_reads_back_equal_and_commands_no_terminal(one: str, other: str) -> None:
    written = listed(Format.YAML, [{"id": one, "error": other, "parts": [one, {other: one}]}])
    (document,) = yaml.safe_load(written)
    assert (document["id"], document["last_error"]) == (one, other)
    assert document["parts"] == [one, {other: one}]
    assert harmful(written) <= {"\n", "\t"}


@given(TEXTS)
def test_every_row_of_a_table_keeps_to_its_line(text: str) -> None:
    for stream in (io.StringIO(), Terminal()):
        written = listed(Format.TABLE, [{"id": "a", "error": text}] * 2, stream=stream)
        assert len(written.split("\n")) == (5 if stream.isatty() else 4)


@pytest.mark.parametrize("text", ["", "\n", "\n\n"])
def test_text_that_says_nothing_is_at_most_a_line(text: str) -> None:
    stream = io.StringIO()
    Printer(Output(stream), Format.TABLE).text(text)
    assert stream.getvalue() in {"", "\n"}


@pytest.mark.parametrize(
    ("format_", "field"), [(Format.TABLE, "last_error"), (Format.CSV, "id"), (Format.JSON, "count")]
)
def test_fields_can_be_checked_before_there_is_anything_to_show(
    format_: Format, field: str
) -> None:
    Printer(Output(io.StringIO()), format_, (field,)).check(WHOLE)
    with pytest.raises(BadUsage):
        Printer(Output(io.StringIO()), format_, (field, "nope")).check(WHOLE)
    others = "count" if format_ is not Format.JSON else "id"
    with pytest.raises(BadUsage):
        Printer(Output(io.StringIO()), format_, (others,)).check(WHOLE)
