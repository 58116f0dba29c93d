"""Values as JSON, as a cell for a person and as a cell of a spreadsheet."""

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.addresses import Person
from mailctl.domain.periods import parse_period
from mailctl.domain.secret import Secret, SecretRef, SecretScheme
from mailctl.domain.servers import Endpoint, Security
from mailctl.output.values import as_json, cell, csv_cell, plain
from tests.output.test_terminal import harmful

TEXT = st.text(st.characters(exclude_categories=()))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
NOON = datetime(2024, 6, 12, 12, 0, 0, 999, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1.5, 1.5),
        ("x", "x"),
        (Security.TLS, "tls"),
        (NOON, "2024-06-12T12:00:00Z"),
        (NOON.astimezone(timezone(timedelta(hours=9))), "2024-06-12T12:00:00Z"),
        (datetime(500, 1, 2, tzinfo=UTC), "0500-01-02T00:00:00Z"),
        (timedelta(days=7), "7d"),
        (timedelta(days=14), "2w"),
        (timedelta(hours=36), "36h"),
        (timedelta(minutes=90), "90m"),
        (timedelta(seconds=5), "5s"),
        (timedelta(), "0s"),
        (Path("/tmp/x"), "/tmp/x"),
        (Person("Ada", "a@x"), {"name": "Ada", "address": "a@x"}),
        (Endpoint("h", 1, Security.NONE), {"host": "h", "port": 1, "security": "none"}),
        (SecretRef(SecretScheme.ENV, "X"), "env:X"),
        (((1, [Security.TLS]), {"a": NOON}), [[1, ["tls"]], {"a": "2024-06-12T12:00:00Z"}]),
    ],
)
def test_a_value_is_said_in_the_types_of_json(value: object, expected: object) -> None:
    assert plain(value) == expected


@pytest.mark.parametrize("wrap", [lambda s: s, lambda s: [s], lambda s: {"a": (s,)}])
def test_a_secret_is_never_output(wrap: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError):
        plain(wrap(Secret("hunter2")))


@given(st.integers(1, 9999), st.sampled_from("mhdw"))
def test_a_period_is_written_so_that_it_can_be_read(number: int, unit: str) -> None:
    span = parse_period(f"{number}{unit}")
    assert parse_period(str(plain(span))) == span


@given(JSON, st.sampled_from([None, 2]))
def test_json_reads_back_as_the_same_value(value: object, indent: int | None) -> None:
    assert json.loads(as_json(value, indent=indent)) == value


@given(JSON)
def test_json_keeps_to_its_line_and_commands_no_terminal(value: object) -> None:
    assert not harmful(as_json(value))


@given(JSON)
def test_a_cell_is_one_harmless_line(value: object) -> None:
    assert not harmful(cell(value))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        (0, "0"),
        (["a", 1, True], "a, 1, yes"),
        ([], ""),
        ({"name": "Ada", "address": "a@x"}, "Ada <a@x>"),
        ({"name": "", "address": "a@x"}, "a@x"),
        ({"host": "h", "port": 993, "security": "tls"}, "h:993 (tls)"),
        ({"title": "Sync", "command": "mailctl sync run"}, "Sync: mailctl sync run"),
        ({"fact": "f", "supports": "s", "source": "mx"}, "f (s)"),
        ({"step": "mx", "outcome": "hit", "ms": 1.5, "detail": "d"}, "mx: hit (1.5 ms) d"),
        ({"provider": "p", "reason": "r"}, "p: r"),
        ({"code": "c", "message": "m", "hint": "h"}, "m (hint: h)"),
        ({"message": "m", "hint": None}, "m"),
        ({"bulk": 2, "internal": 1}, "bulk: 2, internal: 1"),
    ],
)
def test_a_cell_says_a_value_to_a_person(value: object, text: str) -> None:
    assert cell(value) == text


@pytest.mark.parametrize(
    "text",
    [
        *("=1+1", "+49 30 1", "-1", "@SUM(A1)", "\t=1", "\n=1", "＝1", "＋1", "－1", "＠x"),
        '=HYPERLINK("http://x")',
    ],
)
def test_what_a_spreadsheet_would_calculate_gets_an_apostrophe(text: str) -> None:
    assert csv_cell(text) == f"'{text}"


@pytest.mark.parametrize("start", ["\r", "\0", "\u200b", "\ufeff", "\u202e"])
def test_no_invisible_character_hides_a_formula(start: str) -> None:
    assert str(csv_cell(f"{start}=1"))[0] == "\\"


@pytest.mark.parametrize("value", [0, -1, 1.5, -2.5, None])
def test_numbers_are_left_to_the_spreadsheet(value: object) -> None:
    assert csv_cell(value) == value


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        ([1, "a"], '[1, "a"]'),
        ({"a": None}, '{"a": null}'),
        ([], "[]"),
    ],
)
def test_yes_or_no_lists_and_objects_are_json(value: object, text: str) -> None:
    assert csv_cell(value) == text


@given(st.lists(st.text(st.characters(exclude_characters="\r")), min_size=1, max_size=4))
def test_text_survives_a_round_trip_through_csv(row: list[str]) -> None:
    cells = [csv_cell(text) for text in row]
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerow(cells)
    assert next(csv.reader(io.StringIO(file.getvalue(), newline=""))) == cells
