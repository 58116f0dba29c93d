"""--jq: what a person selects of the JSON, after any command."""

import json

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn
from tests.test_start_up import loaded_by


@pytest.fixture(autouse=True)
def contacts(run: Run) -> None:
    for name, address in (("Ada", "ada@acme.example"), ("Ben", "ben@beta.example")):
        assert run("contact", "add", "--name", name, "--email", address).code == ExitCode.OK


def test_text_is_written_as_it_is_a_line_each(run: Run) -> None:
    assert run("contact", "list", "--jq", ".[].name").out == "Ada\nBen\n"


def test_everything_else_is_json_a_line_each(run: Run) -> None:
    out = run("contact", "list", "--jq", "length, map(.email), .[0].owner").out
    assert [json.loads(line) for line in out.splitlines()] == [
        2,
        ["ada@acme.example", "ben@beta.example"],
        None,
    ]


def test_with_ndjson_each_thing_is_selected_from_by_itself(run: Run) -> None:
    wanted = 'select(.name == "Ben") | .email'
    assert run("contact", "list", "-o", "ndjson", "--jq", wanted).out == "ben@beta.example\n"


@pytest.mark.parametrize("wanted", [".facts", ".facts[].evidence", ".facts[0]", ".signature"])
def test_lists_within_a_thing_are_the_same_whether_it_is_a_line_or_not(
    run: Run, wanted: str
) -> None:
    letter = "From: Ada Lovelace <ada@acme.example>\n\nHello\n\n-- \nAda Lovelace\nCTO\n"
    words = ("enrich", "test", "--file", "-", "--jq", wanted)
    whole, line = (run(*words, "-o", format_, typed=letter).out for format_ in ("json", "ndjson"))
    assert whole == line
    assert all(json.loads(each) for each in line.splitlines())


def test_one_thing_is_selected_from(run: Run) -> None:
    assert run("contact", "show", "ada@acme.example", "--jq", ".emails[].value").out == (
        "ada@acme.example\n"
    )


def test_fields_are_chosen_first(run: Run) -> None:
    out = run("contact", "list", "--fields", "name", "--jq", ".[0] | keys").out
    assert json.loads(out) == ["name"]


def test_no_result_is_no_output(run: Run) -> None:
    ran = run("contact", "list", "--jq", "empty")
    assert (ran.code, ran.out) == (ExitCode.OK, "")


def test_what_jq_does_not_understand_is_refused_before_anything_is_done(run: Run) -> None:
    ran = run("contact", "add", "--name", "Eve", "--jq", ".name[")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    failure = json.loads(ran.err)["error"]
    assert "syntax error" in failure["message"]
    assert ".name[" in failure["jq"]
    assert run("contact", "list", "--jq", "length").out == "2\n"


def test_an_expression_that_does_not_fit_is_told_by_jqs_words(run: Run) -> None:
    ran = run("contact", "list", "--jq", ".name")
    assert ran.code == ExitCode.USAGE
    assert "Cannot index array" in json.loads(ran.err)["error"]["message"]


@pytest.mark.parametrize("form", ["table", "yaml", "csv"])
def test_another_format_is_a_contradiction(run: Run, form: str) -> None:
    ran = run("contact", "list", "-o", form, "--jq", ".")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "--jq selects from JSON" in ran.err


@pytest.mark.parametrize(
    "words", [("completion", "bash"), ("contact", "export", "--format", "vcard")], ids=" ".join
)
def test_what_is_no_json_has_nothing_to_select_from(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "--jq", ".")
    assert (ran.code, ran.out) == (ExitCode.USAGE, "")
    assert "--jq selects from JSON" in ran.err


def test_the_format_of_the_environment_gives_way(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAILCTL_OUTPUT", "yaml")
    assert run("contact", "list", "--jq", "length").out == "2\n"


def test_text_of_strangers_cannot_command_a_terminal(run: Run) -> None:
    run("contact", "add", "--name", "a\x1b[2Jb")
    assert "\x1b" not in run("contact", "list", "--jq", ".[].name").out


def test_a_sync_that_is_quiet_is_selected_from_all_the_same(run: Run) -> None:
    assert run("sync", "run", "--index-only", "--quiet", "--jq", ".failed").out == "0\n"


def test_the_library_is_loaded_for_those_who_ask(spawn: Spawn) -> None:
    assert "jq" not in loaded_by("contact", "list", "-o", "json")
    assert "jq" in loaded_by("contact", "list", "--jq", ".")
