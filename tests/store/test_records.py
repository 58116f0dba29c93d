"""Records and their types in the database."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailctl.domain.records import Record, RecordId, RecordType
from mailctl.store import record_types, records
from mailctl.store.connection import Store

NOW = datetime(2026, 11, 25, 10, tzinfo=UTC)
INVOICE = RecordType("invoice", mask="INV-#+", fields=("amount", "city"))
PRINTER = Record(
    RecordId("rec_1"),
    "invoice",
    "INV-4711",
    title="Printer",
    fields={"amount": "398", "city": "ÜBERLINGEN"},
    owner="ada",
    tags=("paid",),
)
DEAL = Record(RecordId("rec_2"), "deal", "INV-4711", title="Another type")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "mailctl.db")
    with store.writing() as tx:
        record_types.add(tx, INVOICE, at=NOW)
        record_types.add(tx, RecordType("deal"), at=NOW)
        for record in (PRINTER, DEAL):
            records.add(tx, record, at=NOW)
    return store


def test_a_record_comes_back_as_it_was_stored(store: Store) -> None:
    with store.reading() as tx:
        found = records.by_ids(tx, ["rec_1", "rec_9"])
    assert found == {"rec_1": replace(PRINTER, created_at=NOW, changed_at=NOW)}


def test_a_record_is_found_by_its_number_within_its_type_whatever_the_case(store: Store) -> None:
    with store.reading() as tx:
        found = records.by_numbers(tx, "invoice", ["inv-4711", "INV-1"])
    assert {number: record.id for number, record in found.items()} == {"inv-4711": "rec_1"}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ({}, ["rec_2", "rec_1"]),
        ({"kind": "invoice"}, ["rec_1"]),
        ({"words": "überlingen"}, ["rec_1"]),
        ({"words": "PRINT"}, ["rec_1"]),
        ({"words": "inv-47"}, ["rec_2", "rec_1"]),
        ({"owner": "ada"}, ["rec_1"]),
        ({"tag": "paid"}, ["rec_1"]),
        ({"tag": "pai"}, []),
    ],
)
def test_records_are_listed_by_type_and_number(
    store: Store, question: dict[str, str], expected: list[str]
) -> None:
    with store.reading() as tx:
        assert [each.id for each in records.all_(tx, **question)] == expected


def test_many_records_are_listed_each_once(store: Store) -> None:
    with store.writing() as tx:
        for number in range(1100):
            records.add(tx, Record(RecordId(f"rec_x{number}"), "deal", str(number)), at=NOW)
    with store.reading() as tx:
        found = [each.id for each in records.all_(tx)]
    assert len(found) == len(set(found)) == 1102


def test_what_is_changed_replaces_what_was_there(store: Store) -> None:
    with store.writing() as tx:
        records.update(tx, replace(PRINTER, number="INV-1", fields={"amount": "1"}), at=NOW)
    with store.reading() as tx:
        assert records.by_numbers(tx, "invoice", ["INV-4711"]) == {}
        assert records.by_ids(tx, ["rec_1"])["rec_1"].fields == {"amount": "1"}
        assert [*records.all_(tx, words="überlingen")] == []
        assert records.having(tx, "invoice", ["amount"]) == 1
        assert records.having(tx, "invoice", ["city"]) == 0


def test_a_type_is_counted_renamed_and_takes_its_records_with_it(store: Store) -> None:
    with store.writing() as tx:
        record_types.update(tx, "invoice", replace(INVOICE, name="bill"), at=NOW)
        assert [(each.name, each.records) for each in record_types.all_(tx)] == [
            ("bill", 1),
            ("deal", 1),
        ]
        record_types.remove(tx, "bill")
        records.remove(tx, DEAL.id)
    with store.reading() as tx:
        assert record_types.by_name(tx, "bill") is None
        assert [*records.all_(tx)] == []
