"""Failures said to people and to programs."""

import json

import pytest

from mailctl.domain.ids import ProviderName
from mailctl.domain.resolution import Candidate
from mailctl.errors import BadQuery, BadUsage, ProviderNotRecognised, ServerBusy
from mailctl.output.complaints import complaint, error_document
from mailctl.output.render import Format

CANDIDATES = [Candidate(ProviderName("gmail"), "mx"), Candidate(ProviderName("zoho"), "hosts mail")]
UNKNOWN = ProviderNotRecognised(
    "no provider is known for x.example",
    hint="mailctl provider map-domain x.example PROVIDER",
    details={"candidates": CANDIDATES, "domain": "x.example"},
)
TEXT_FORMATS = [Format.TABLE, Format.YAML, Format.CSV]


@pytest.mark.parametrize("format_", TEXT_FORMATS)
def test_a_person_reads_what_happened_the_candidates_and_the_way_out(format_: Format) -> None:
    assert complaint(UNKNOWN, format_, colored=False).splitlines() == [
        "mailctl: no provider is known for x.example",
        "  gmail: mx",
        "  zoho: hosts mail",
        "hint: mailctl provider map-domain x.example PROVIDER",
    ]


@pytest.mark.parametrize("format_", [Format.JSON, Format.NDJSON])
def test_a_program_reads_one_object_on_one_line(format_: Format) -> None:
    text = complaint(UNKNOWN, format_, colored=True)
    assert text.count("\n") == 1
    assert json.loads(text) == {
        "error": {
            "code": "provider-not-recognised",
            "message": "no provider is known for x.example",
            "hint": "mailctl provider map-domain x.example PROVIDER",
            "retryable": False,
            "retry_after": None,
            "exit_code": 6,
            "candidates": [
                {"provider": "gmail", "reason": "mx"},
                {"provider": "zoho", "reason": "hosts mail"},
            ],
            "domain": "x.example",
        }
    }


def test_a_program_learns_when_to_come_again() -> None:
    document = error_document(ServerBusy("too many connections", retry_after_s=30.0))
    assert (document["retryable"], document["retry_after"]) == (True, 30.0)


def test_without_a_hint_there_is_no_hint_line() -> None:
    assert complaint(BadUsage("no"), Format.TABLE, colored=False) == "mailctl: no\n"


def test_only_our_name_is_coloured() -> None:
    assert complaint(BadUsage("no"), Format.TABLE, colored=True) == "\x1b[1;31mmailctl:\x1b[0m no\n"


@pytest.mark.parametrize("format_", list(Format))
def test_what_a_server_said_commands_no_terminal(format_: Format) -> None:
    hostile = "\x1b]0;owned\x07 \u202e\x9b31m\r\nmailctl: all is well"
    error = BadUsage(hostile, hint=hostile, details={"candidates": [hostile], "said": hostile})
    text = complaint(error, format_, colored=False)
    assert not set("\x1b\x07\x9b\u202e\r") & set(text)
    assert not any(line.startswith("mailctl: all is well") for line in text.splitlines())


@pytest.mark.parametrize(
    ("query", "column", "shown"),
    [
        ("a form:ann", 3, ["  a form:ann", "    ^"]),
        ("\u8acb\u6c42\u66f8 from:", 10, ["  \u8acb\u6c42\u66f8 from:", "              ^"]),
        ("\x1b[2J\u202e from:", 11, ["  \\u001b[2J\\u202e from:", f"{' ' * 22}^"]),
        ("x" * 200 + " from:", 207, [f"  {'x' * 44} from:", f"{' ' * 52}^"]),
        (" ", 1, []),
    ],
)
def test_a_person_sees_the_column_that_is_meant(query: str, column: int, shown: list[str]) -> None:
    error = BadQuery("there is a mistake", query=query, column=column)
    assert complaint(error, Format.TABLE, colored=False).splitlines()[1:] == shown


def test_a_program_reads_the_column_and_the_query() -> None:
    document = error_document(BadQuery("there is a mistake", query="a (", column=3))
    assert (document["code"], document["query"], document["column"]) == ("bad-query", "a (", 3)
    assert document["exit_code"] == 2
