"""Every field of a header, whatever state it is in."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.mail.header_list import FIELDS_MAX, header_list

PIECES = st.sampled_from([b"A: b", b"\r\n", b"\n", b"\r", b" ", b"\t", b":", b"\xff", b"=?", b"x"])


def fields(source: bytes) -> list[tuple[str, str]]:
    return [(field.name, field.value) for field in header_list(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (b"", []),
        (b"no field", []),
        (b"A: b\r\nC: d\r\n\r\nE: f\r\n", [("A", "b"), ("C", "d")]),
        (b"A: b\nA: c\n\n", [("A", "b"), ("A", "c")]),
        (b"A: b\r\n c\r\n\td\r\nE:f\r\n\r\n", [("A", "b c\td"), ("E", "f")]),
        (b"A: =?utf-8?q?gr=C3=BCn?=\r\n\r\n", [("A", "grün")]),
        (b"A: gr\xc3\xbcn\r\n\r\n", [("A", "grün")]),
        (b"A: b: c\r\n\r\n", [("A", "b: c")]),
        (b"From x\r\nA: b\r\n\r\n", [("A", "b")]),
    ],
)
def test_fields_are_given_in_order_and_decoded(
    source: bytes, expected: list[tuple[str, str]]
) -> None:
    assert fields(source) == expected


@given(st.lists(PIECES).map(b"".join))
def test_nothing_raises_and_no_value_has_a_line_break(source: bytes) -> None:
    assert all("\n" not in value and "\r" not in value for _, value in fields(source))


def test_very_many_fields_are_cut_off() -> None:
    assert len(header_list(b"A: b\r\n" * 20_000 + b"\r\n")) == FIELDS_MAX


def test_a_field_of_a_megabyte_takes_no_time() -> None:
    began = time.process_time()
    header_list(b"A:" + b" b\r\n " * 200_000 + b"\r\n\r\n")
    assert time.process_time() - began < 5
