"""What leaves the program: formats, fields, pipes, colour, quiet."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mailctl.errors import ExitCode
from tests.commands.terminals import on_a_terminal
from tests.conftest import Ran, Run, Spawn


@pytest.fixture
def account(run: Run, monkeypatch: pytest.MonkeyPatch) -> str:
    """An account that has never been signed in to."""
    monkeypatch.setenv("PW", "pw")
    address = "ada@gmail.com"
    assert run("account", "add", address, "--no-verify", "--secret", "env:PW").code == 0
    return address


def test_json_is_an_array_of_objects(run: Run, account: str) -> None:
    (listed,) = json.loads(run("account", "list", "-o", "json").out)
    assert listed["address"] == account


def test_ndjson_is_an_object_a_line(run: Run, account: str) -> None:
    (line,) = run("account", "list", "-o", "ndjson").out.splitlines()
    assert json.loads(line)["address"] == account


def test_yaml_says_the_same(run: Run, account: str) -> None:
    assert yaml.safe_load(run("account", "list", "-o", "yaml").out) == json.loads(
        run("account", "list", "-o", "json").out
    ), account


def test_csv_has_a_header_and_a_line_a_row(run: Run, account: str) -> None:
    (row,) = csv.DictReader(io.StringIO(run("account", "list", "-o", "csv").out))
    assert row["address"] == account
    assert row["default"] == "true"


@pytest.mark.usefixtures("account")
def test_fields_are_chosen_and_ordered(run: Run) -> None:
    ran = run("account", "list", "-o", "csv", "--fields", "provider,address")
    assert ran.out == "provider,address\ngmail,ada@gmail.com\n"


def test_a_field_that_does_not_exist_is_refused_with_those_that_do(run: Run) -> None:
    ran = run("account", "list", "--fields", "nope")
    assert ran.code == ExitCode.USAGE
    assert "address" in ran.err


@pytest.mark.usefixtures("account")
def test_the_format_comes_from_the_environment_too(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILCTL_OUTPUT", "ndjson")
    assert json.loads(run("account", "list").out)["provider"] == "gmail"
    assert run("account", "list", "-o", "csv").out.startswith("id,")


def test_a_format_that_does_not_exist_is_wrong_usage(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("account", "list", "-o", "xml").code == ExitCode.USAGE
    monkeypatch.setenv("MAILCTL_OUTPUT", "xml")
    assert run("account", "list").code == ExitCode.USAGE


@pytest.mark.usefixtures("account")
def test_a_pipe_gets_aligned_text_without_rules_or_colour(run: Run) -> None:
    said = run("account", "list").out
    assert said.startswith("ADDRESS        PROVIDER")
    assert "---" not in said
    assert "\x1b" not in said


@pytest.mark.usefixtures("account")
def test_a_terminal_gets_a_ruled_table(spawn: Spawn) -> None:
    assert "-------------  --------  -----" in on_a_terminal(spawn, "account", "list")


def test_errors_are_coloured_on_a_terminal_only_if_wanted(spawn: Spawn) -> None:
    words = ("provider", "show", "nope")
    assert "\x1b[" in on_a_terminal(spawn, *words)
    assert "\x1b[" not in on_a_terminal(spawn, *words, NO_COLOR="1")
    assert "\x1b[" not in on_a_terminal(spawn, *words, TERM="dumb")
    assert "\x1b[" not in on_a_terminal(spawn, *words, "--color", "never")


def test_data_goes_to_standard_output_and_words_to_standard_error(run: Run) -> None:
    words = ("account", "add", "ada@gmail.com", "--no-verify", "--password-stdin", "-o", "json")
    ran = run(*words, typed="pw\n")
    assert json.loads(ran.out)["settings"]["secret"].startswith("vault:")
    assert "vault" in ran.err


def test_quiet_leaves_results_alone(run: Run) -> None:
    words = ("account", "add", "ada@gmail.com", "--no-verify", "--password-stdin", "--quiet")
    ran = run(*words, typed="pw\n")
    assert ran.err == ""
    assert ran.out


def test_no_input_never_asks_even_at_a_terminal(spawn: Spawn) -> None:
    said = on_a_terminal(spawn, "account", "add", "ada@gmail.com", MAILCTL_NO_INPUT="1")
    assert "no password was given" in said


def in_bash(line: str) -> subprocess.CompletedProcess[str]:
    """Run a line as a person types it, `mailctl` being this one."""
    program = f'mailctl() {{ {sys.executable} -m mailctl "$@"; }}; set -o pipefail; {line}'
    return subprocess.run(["bash", "-c", program], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("format_", ["json", "ndjson", "yaml", "csv", "table"])
def test_a_reader_that_goes_away_is_no_noise(format_: str) -> None:
    assert in_bash(f"mailctl provider list -o {format_} | head -1").stderr == ""


@pytest.mark.usefixtures("account")
def test_the_first_line_is_enough_for_head() -> None:
    done = in_bash("mailctl account list -o ndjson | head -1")
    assert json.loads(done.stdout)["address"] == "ada@gmail.com"


@pytest.mark.usefixtures("account")
def test_jq_reads_what_we_write() -> None:
    done = in_bash("mailctl account list -o json | jq -r '.[].address'")
    assert (done.returncode, done.stdout) == (0, "ada@gmail.com\n")


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-"])
def test_a_closed_stream_is_no_crash(closed: str) -> None:
    done = in_bash(f"mailctl account list {closed}")
    assert (done.returncode, done.stderr) == (0, "")


def error_of(ran: Ran) -> dict[str, object]:
    """Return the failure that was said to a program."""
    return dict(json.loads(ran.err)["error"])


@pytest.mark.parametrize(
    "words",
    [
        ("provider", "add", "acme", "--incoming", "imap.acme.example", "--title", "\udcff"),
        ("account", "add", "ada@gmail.com", "--no-verify", "--owner", "\udcff"),
        ("provider", "map-domain", "corp.example", "gmail", "--by", "\udcff"),
        ("message", "list", "--folder", "\udcff"),
        ("message", "list", "--account", "\udcff"),
        ("message", "show", "\udcff"),
    ],
    ids=" ".join,
)
def test_words_that_are_not_utf_8_are_refused_whatever_the_command(
    run: Run, words: tuple[str, ...]
) -> None:
    ran = run(*words, "-o", "json")
    assert ran.code == ExitCode.USAGE
    assert error_of(ran)["code"] == "bad-usage"
    assert run(*words).err.startswith("mailctl: ")


def test_a_process_is_given_bytes_and_refuses_what_is_not_utf_8(spawn: Spawn) -> None:
    done = subprocess.run(
        [*spawn.words("message", "show"), b"msg_\xff"], capture_output=True, check=False
    )
    assert done.returncode == ExitCode.USAGE
    assert b"Traceback" not in done.stderr


def test_a_limit_that_no_database_can_count_to_is_wrong_usage(run: Run) -> None:
    assert run("message", "list", "--limit", "1000000000").code == ExitCode.OK
    assert run("message", "list", "--limit", "9" * 20).code == ExitCode.USAGE


@pytest.mark.parametrize("words", [("account", "list", "--nope"), ("account", "lst"), ("nope",)])
def test_wrong_usage_is_said_in_the_format_of_the_settings(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    home.mkdir()
    (home / "config.yaml").write_text("output: json\n")
    assert error_of(run(*words))["code"] == "bad-usage"
    monkeypatch.setenv("MAILCTL_OUTPUT", "ndjson")
    assert error_of(run(*words))["code"] == "bad-usage"
    assert run(*words, "-o", "table").err.startswith("mailctl: no such ")
    (home / "config.yaml").write_text("[")
    monkeypatch.delenv("MAILCTL_OUTPUT")
    assert run(*words).err.startswith("mailctl: no such ")


def test_the_help_is_prose_whatever_the_settings_say(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MAILCTL_OUTPUT", "json")
    assert "Usage: mailctl" in run().err
    assert "Usage: mailctl account" in run("account").err


def test_a_format_of_the_settings_that_is_none_is_refused_before_anything_is_stored(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PW", "pw")
    monkeypatch.setenv("MAILCTL_OUTPUT", "xml")
    words = ("account", "add", "ada@gmail.com", "--no-verify", "--secret", "env:PW")
    assert run(*words).code == ExitCode.USAGE
    assert json.loads(run("account", "list", "-o", "json").out) == []


def test_a_backup_with_a_field_that_does_not_exist_is_not_made(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    assert run("db", "backup", str(target), "--fields", "nope").code == ExitCode.USAGE
    assert not target.exists()


def test_a_backup_into_a_directory_that_is_none_is_told_to_go_elsewhere(
    run: Run, tmp_path: Path
) -> None:
    ran = run("db", "backup", str(tmp_path / "none" / "copy.db"), "-o", "json")
    assert ran.code == ExitCode.STORE
    assert "mailctl db backup PATH" in str(error_of(ran)["hint"])
    assert "MAILCTL_HOME" not in ran.err
