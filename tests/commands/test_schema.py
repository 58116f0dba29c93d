"""schema: what scripts may rely on, told by the program itself."""

import json

import pytest
from jsonschema import Draft202012Validator, ValidationError
from typer.main import get_command

from mailctl.cli.main import commands
from mailctl.cli.schema import every_schema
from mailctl.errors import ExitCode
from mailctl.output.contract.shapes import SHAPES
from mailctl.output.view import View
from tests import promises
from tests.commands.test_help import COMMANDS
from tests.conftest import Run

WITHOUT_JSON = {
    "completion",  # a script for a shell
    "message raw",  # bytes
    "outbox raw",
}


def test_every_command_that_writes_json_has_a_schema() -> None:
    known = {name for name, _ in every_schema(get_command(commands))}
    assert known | WITHOUT_JSON == {" ".join(words) for words in COMMANDS}
    assert known & WITHOUT_JSON == set()


def test_every_schema_is_sound(run: Run) -> None:
    every = json.loads(run("schema", "-o", "json").out)
    assert len(every) > 80
    for each in every:
        Draft202012Validator.check_schema(each["schema"])
        Draft202012Validator.check_schema(each["line"])


def test_the_schema_of_a_command_is_printed(run: Run) -> None:
    ran = run("schema", "account", "list")
    assert ran.code == ExitCode.OK
    schema = json.loads(ran.out)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["type"] == "array"
    account = schema["$defs"]["Account"]
    assert account["properties"]["owner"] == {"type": ["string", "null"]}
    assert "last_sync_at" in account["required"]


def test_a_line_of_ndjson_has_a_schema_of_its_own(run: Run) -> None:
    schema = json.loads(run("schema", "sync", "run", "--line").out)
    kinds = [each["$ref"].rpartition("/")[2] for each in schema["anyOf"]]
    assert kinds == ["AccountLine", "SummaryLine"]


def test_further_keys_are_no_violation_for_scripts(run: Run) -> None:
    schema = json.loads(run("schema", "db", "path").out)
    Draft202012Validator(schema).validate({"path": "/x", "new": 1})
    with pytest.raises(ValidationError):
        Draft202012Validator(schema).validate({"new": 1})


def test_a_failure_is_what_its_schema_says(run: Run) -> None:
    schema = json.loads(run("schema", "error").out)
    failure = json.loads(run("account", "show", "nobody@example.org", "-o", "json").err)
    Draft202012Validator(schema).validate(failure)
    assert failure["error"]["exit_code"] == ExitCode.NOT_FOUND


def test_a_command_that_there_is_not_has_no_schema(run: Run) -> None:
    ran = run("schema", "account", "fly")
    assert ran.code == ExitCode.NOT_FOUND
    assert ran.out == ""
    assert "hint: mailctl schema" in ran.err


def test_a_command_of_bytes_has_no_schema(run: Run) -> None:
    assert run("schema", "message", "raw").code == ExitCode.NOT_FOUND


@pytest.mark.parametrize(("view", "shape"), SHAPES, ids=[shape.__name__ for _, shape in SHAPES])
def test_a_shape_has_the_fields_of_its_view(view: View[object], shape: type) -> None:
    assert set(shape.__annotations__) == set(view.fields)


def test_a_key_of_which_the_schema_says_nothing_is_noticed() -> None:
    with pytest.raises(pytest.fail.Exception, match="unheard-of"):
        promises.keep(["db", "path", "-o", "json"], {}, '{"path": "x", "unheard-of": 1}', "")


def test_a_value_of_another_type_is_noticed() -> None:
    with pytest.raises(pytest.fail.Exception, match=r"\$\.path"):
        promises.keep(["db", "path", "-o", "ndjson"], {}, '{"path": 1}\n', "")


def test_a_failure_without_its_exit_code_is_noticed() -> None:
    said = json.dumps({"error": {"code": "x", "message": "y", "hint": None, "retryable": False}})
    with pytest.raises(pytest.fail.Exception, match="required property"):
        promises.keep(["db", "path"], {}, "", said)
