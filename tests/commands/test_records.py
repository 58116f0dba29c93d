"""The record commands."""

import json
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run


@pytest.fixture(autouse=True)
def _invoices(run: Run) -> None:
    ran = run(
        *("record", "type", "add", "invoice", "--mask", "INV-###+"),
        *("--field", "amount", "--field", "Due-Date"),
    )
    assert ran.code == ExitCode.OK, ran.err


def done(run: Run, *words: str) -> Any:
    ran = run(*words, "-o", "json")
    assert ran.code == ExitCode.OK, ran.err
    return json.loads(ran.out)


def printer(run: Run, *words: str) -> Any:
    return done(run, "record", "add", "invoice:INV-4711", "--title", "Printer", *words)


def test_a_record_is_added_and_shown_by_its_id_and_by_its_number(run: Run) -> None:
    made = printer(run, "--field", "due-date=2026-12-01", "--tag", "a,b", "--owner", "ada")
    assert made["id"].startswith("rec_")
    assert (made["type"], made["number"], made["source"]) == ("invoice", "INV-4711", "manual")
    assert made["fields"] == {"due_date": "2026-12-01"}
    assert (made["tags"], made["owner"]) == (["a", "b"], "ada")
    assert done(run, "record", "show", made["id"]) == made
    assert done(run, "record", "show", "Invoice:inv-4711") == made
    assert done(run, "record", "list", "print") == [made]


def test_a_number_that_is_taken_is_a_conflict_that_names_the_record(run: Run) -> None:
    made = printer(run)
    ran = run("record", "add", "invoice:inv-4711", "-o", "json")
    assert ran.code == ExitCode.CONFLICT
    assert json.loads(ran.err)["error"]["id"] == made["id"]


def test_a_record_that_is_there_is_left_as_it_is_where_that_is_asked_for(run: Run) -> None:
    made = printer(run)
    again = done(run, "record", "add", "invoice:INV-4711", "--title", "x", "--if-missing")
    assert again == made


def test_a_record_is_changed_field_by_field(run: Run) -> None:
    made = printer(run, "--tag", "old", "--owner", "ada")
    changed = done(
        *(run, "record", "set", made["id"], "number=INV-4712", "title=Two  printers"),
        *("amount=398.00", "Due-Date=soon", "tags+=paid", "tags-=old", "owner="),
    )
    assert changed["number"] == "INV-4712"
    assert changed["fields"] == {"amount": "398.00", "due_date": "soon"}
    assert (changed["tags"], changed["owner"]) == (["paid"], None)
    assert done(run, "record", "set", made["id"], "amount=")["fields"] == {"due_date": "soon"}


def test_a_number_can_be_written_otherwise_but_not_be_anothers(run: Run) -> None:
    printer(run)
    done(run, "record", "add", "invoice:INV-4712")
    assert done(run, "record", "set", "invoice:INV-4712", "number=inv-4712")["number"] == "inv-4712"
    ran = run("record", "set", "invoice:INV-4712", "number=inv-4711")
    assert ran.code == ExitCode.CONFLICT


@pytest.mark.parametrize(
    "words",
    [
        ("add", "invoice"),
        ("add", "invoice:"),
        ("add", "invoice:4711"),
        ("add", "invoice:INV-12"),
        ("add", "invoice:INV-4711", "--field", "colour=red"),
        ("add", "invoice:INV-4711", "--field", "amount"),
        ("add", "invoice:INV-4711", "--title", "bell \a"),
        ("add", "invoice:INV-4711", "--title", "x" * 501),
        ("type", "add", "In voice"),
        ("type", "add", "deal", "--field", "number"),
        ("type", "add", "deal", "--field", "9"),
        ("type", "add", "deal", "--mask", "#+#"),
        ("type", "set", "invoice", "colour=red"),
    ],
)
def test_what_cannot_be_is_refused(run: Run, words: tuple[str, ...]) -> None:
    ran = run("record", *words)
    assert ran.code == ExitCode.USAGE
    assert "hint" in ran.err or "control" in ran.err or "longer" in ran.err
    assert ran.out == ""


@pytest.mark.parametrize(
    "words",
    [
        ("add", "case:1"),
        ("show", "invoice:INV-1"),
        ("show", "rec_0000000000"),
        ("set", "invoice:INV-1", "title=x"),
        ("remove", "invoice:INV-1", "--yes"),
        ("list", "--type", "case"),
        ("type", "show", "case"),
        ("type", "set", "case", "mask="),
        ("type", "remove", "case", "--yes"),
    ],
)
def test_what_is_not_there_is_not_found(run: Run, words: tuple[str, ...]) -> None:
    assert run("record", *words).code == ExitCode.NOT_FOUND


def test_what_nobody_sees_is_no_part_of_a_value(run: Run) -> None:
    made = printer(run, "--field", "amount=\u202e398\u200b")
    assert made["fields"] == {"amount": "398"}


def test_records_go_all_or_none_and_only_when_somebody_is_sure(run: Run) -> None:
    made = printer(run)
    assert run("record", "remove", made["id"], "--no-input").code == ExitCode.GUARD
    ran = run("record", "remove", made["id"], "invoice:INV-1", "--yes")
    assert ran.code == ExitCode.NOT_FOUND
    assert done(run, "record", "list") == [made]
    assert done(run, "record", "remove", made["id"], "invoice:INV-4711", "--yes") == [made]
    assert done(run, "record", "list") == []


def test_a_type_takes_nothing_away_from_records_unless_somebody_is_sure(run: Run) -> None:
    printer(run, "--field", "amount=1")
    ran = run("record", "type", "set", "invoice", "fields-=amount")
    assert ran.code == ExitCode.GUARD
    kind = done(run, "record", "type", "set", "invoice", "fields-=amount", "--yes")
    assert (kind["fields"], kind["records"]) == (["due_date"], 1)
    assert done(run, "record", "show", "invoice:INV-4711")["fields"] == {}
    assert run("record", "type", "remove", "invoice").code == ExitCode.GUARD
    assert done(run, "record", "type", "remove", "invoice", "--yes")["name"] == "invoice"
    assert done(run, "record", "list") == done(run, "record", "type", "list") == []


def test_a_type_is_called_otherwise_and_its_old_numbers_stay(run: Run) -> None:
    printer(run)
    kind = done(run, "record", "type", "set", "invoice", "name=bill", "mask=B-#+")
    assert (kind["name"], kind["mask"]) == ("bill", "B-#+")
    assert done(run, "record", "set", "bill:INV-4711", "title=x")["title"] == "x"
    assert run("record", "add", "bill:INV-4712").code == ExitCode.USAGE
    assert run("record", "type", "add", "bill").code == ExitCode.CONFLICT


def test_every_format_shows_records(run: Run) -> None:
    printer(run, "--field", "amount=1")
    assert "INV-4711" in run("record", "list").out
    assert run("record", "list", "-o", "csv", "--fields", "number,fields").out == (
        'number,fields\nINV-4711,"{""amount"": ""1""}"\n'
    )
    assert "amount: '1'" in run("record", "show", "invoice:INV-4711", "-o", "yaml").out
