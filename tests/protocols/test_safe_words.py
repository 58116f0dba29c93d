"""What a trace takes is made in one place, of what is known."""

import ast
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from mailctl.protocols import safe_words

ROOM = Path(safe_words.__file__).parent


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Yield every call of that function in the protocols, with the file it stands in."""
    for file in sorted(ROOM.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            called = node.func
            said = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if said == name:
                yield file.name, node


def test_nobody_else_makes_safe_words() -> None:
    assert {file for file, _ in calls("Safe")} == {"safe_words.py"}


def test_words_of_ones_own_stand_in_the_program_as_they_are() -> None:
    given = [(file, call.args) for file, call in calls("own")]
    assert len(given) > 20
    others = [file for file, (word,) in given if not isinstance(word, ast.Constant)]
    assert others == []


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://a.example/x/y.asmx?token=s3cret#frag", "https://a.example/x/y.asmx?…"),
        ("https://ada:s3cret@a.example:8443/", "https://a.example:8443/"),
        ("https://a.example/v1.0/ada@corp.example", "https://a.example/v1.0/…"),
        ("https://a.example/v1.0/ada%40corp.example", "https://a.example/v1.0/…"),
        ("ftp://a.example/x", "…://a.example/x"),
        ("https://[", "…"),
    ],
)
def test_an_address_of_the_web_is_told_without_who_asks(address: str, told: str) -> None:
    assert safe_words.url(address) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1:*", "1:*"),
        ("5,7:9", "5,7:9"),
        ("{123}", "{123}"),
        ("7-Dec-2026", "7-Dec-2026"),
        ("s3cret", "…"),
        ("", "…"),
    ],
)
def test_numbers_are_told_and_nothing_else(text: str, told: str) -> None:
    assert safe_words.numbers(text) == told


@pytest.mark.parametrize("text", ["1" * 200, "1" * 20 + "x", "1," * 99 + "x", "1:" * 60 + "{"])
def test_what_is_no_number_is_known_at_once(text: str) -> None:
    begun = time.perf_counter()
    assert safe_words.numbers(text) == "…"
    assert time.perf_counter() - begun < 0.1


def test_of_many_numbers_the_first_are_told() -> None:
    assert safe_words.numbers("1," * 500) == "1," * 100 + "…"


def test_of_an_address_the_domain_is_told() -> None:
    assert safe_words.domain("ada@corp.example") == "…@corp.example"
    assert safe_words.domain("ada") == "…"
