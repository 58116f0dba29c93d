"""The contract with scripts, held against whatever any test makes mailctl write."""

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from typer.main import get_command

from mailctl.cli.main import commands
from mailctl.cli.schema import every_schema
from mailctl.output.contract.documents import CommandSchema, error_schema

_MOST = 200
"""Of so many things in a list each is looked at; of more, the first and the last of them."""


def keep(words: Sequence[str], environment: Mapping[str, str], out: str, err: str) -> None:
    """Fail where JSON is not what `mailctl schema` says, or has a key of which it says nothing."""
    for line in err.splitlines():
        if line.startswith('{"error"'):
            _demand(_of_errors(), json.loads(line), f"the failure of {' '.join(words)}")
    name = _command(words)
    format_ = _format(words, environment)
    if name is None or not out or format_ is None or {"--help", "--jq"} & set(words):
        return
    is_partial = any(word.startswith("--fields") for word in words)
    whole, line_of = _of_command(name, is_partial)
    if format_ == "ndjson":
        for each in _some(out.splitlines()):
            _demand(line_of, json.loads(each), f"a line of {' '.join(words)}")
        return
    for document in _documents(out):
        if isinstance(document, list):
            document[:] = _some(document)
        _demand(whole, document, " ".join(words))


@cache
def _schemas() -> dict[str, CommandSchema]:
    return dict(every_schema(get_command(commands)))


@cache
def _of_command(name: str, is_partial: bool) -> tuple[Draft202012Validator, Draft202012Validator]:
    schema = _schemas()[name]
    found = (schema.document(is_strict=True), schema.line(is_strict=True))
    for each in found:
        Draft202012Validator.check_schema(each)
        if is_partial:  # --fields leaves the rest out
            for shape in each["$defs"].values():
                shape.pop("required", None)
    return Draft202012Validator(found[0]), Draft202012Validator(found[1])


@cache
def _of_errors() -> Draft202012Validator:
    return Draft202012Validator(error_schema(is_strict=True))


def _command(words: Sequence[str]) -> str | None:
    """Return the command whose words come first, None where it writes no JSON of its own."""
    for length in (3, 2, 1):
        name = " ".join(words[:length])
        if name in _schemas():
            is_document = name == "schema" and len(words) > 1 and not words[1].startswith("-")
            return None if is_document else name
    return None


def _format(words: Sequence[str], environment: Mapping[str, str]) -> str | None:
    """Return the format of JSON that was asked for; None where it was another."""
    found = environment.get("MAILCTL_OUTPUT")
    for place, word in enumerate(words):
        option, _, value = word.partition("=")
        if option in {"-o", "--output"} or (option == "--format" and "export" in words[:3]):
            found = value or words[place + 1 : place + 2][0]
    return found if found in {"json", "ndjson"} else None


def _documents(text: str) -> Iterator[Any]:
    """Yield each JSON document in the text; `sync watch` writes one after the other."""
    decoder, place = json.JSONDecoder(), 0
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        document, place = decoder.raw_decode(text, place)
        yield document


def _some(things: list[Any]) -> list[Any]:
    return things if len(things) <= _MOST else [*things[: _MOST // 2], *things[-_MOST // 2 :]]


def _demand(validator: Draft202012Validator, document: object, what: str) -> None:
    worst = best_match(validator.iter_errors(document))
    if worst is not None:
        pytest.fail(f"{what[:200]} breaks its schema:\n{worst.json_path}: {worst.message[:400]}")
