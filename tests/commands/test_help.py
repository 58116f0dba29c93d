"""Help, completion and version: what a newcomer sees first."""

import json
import subprocess
from pathlib import Path

import pytest
from typer.main import get_command

from mailctl import __version__
from mailctl.cli.main import Nouns, commands
from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn
from tests.packaging.everything import every_command

COMMANDS = list(every_command(get_command(commands)))


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_that_calls_it(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "--help")
    assert ran.code == ExitCode.OK
    _, _, examples = ran.out.partition("Example")
    called = f"mailctl {' '.join(words)}"
    assert called in examples


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_takes_the_common_options(run: Run, words: tuple[str, ...]) -> None:
    said = run(*words, "--help").out
    for option in ("--output", "--fields", "--jq", "--quiet", "--no-input", "--color", "--debug"):
        assert option in said


def test_the_help_lists_every_noun(run: Run) -> None:
    said = run("--help").out
    for noun in Nouns.nouns:
        assert f"\n  {noun} " in said


def test_a_slip_of_the_finger_is_answered_with_a_guess(run: Run) -> None:
    ran = run("providr", "list")
    assert ran.code == ExitCode.USAGE
    assert ran.err == (
        "mailctl: no such command 'providr'\nhint: did you mean 'provider'? See mailctl --help\n"
    )


def test_an_unknown_option_is_answered_with_those_that_are_near(run: Run) -> None:
    ran = run("account", "list", "--outpt", "json")
    assert ran.code == ExitCode.USAGE
    assert ran.err == (
        "mailctl: no such option: --outpt\n"
        "hint: did you mean --output? See mailctl account list --help\n"
    )


@pytest.mark.parametrize("words", [("diff",), ("account", "show"), ("account", "show", "a", "b")])
def test_what_is_missing_or_too_much_is_said_as_any_other_mistake(
    run: Run, words: tuple[str, ...]
) -> None:
    said, hint = run(*words).err.splitlines()
    assert said.startswith("mailctl: ")
    assert not said.endswith(".")
    assert hint == f"hint: mailctl {' '.join(words[:2])} --help"


def test_the_version_is_one_line(run: Run) -> None:
    ran = run("--version")
    assert (ran.code, ran.out) == (ExitCode.OK, f"mailctl {__version__}\n")


@pytest.mark.parametrize("words", [(), ("account",), ("account", "add"), ("version",)], ids=str)
def test_help_is_asked_for_by_one_letter_too(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words, "-h").out == run(*words, "--help").out != ""


@pytest.mark.parametrize("words", [("--help",), ("account", "-h"), ("--version",)], ids=str)
def test_help_that_nobody_reads_is_no_crash(spawn: Spawn, words: tuple[str, ...]) -> None:
    with subprocess.Popen(
        spawn.words(*words), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == ExitCode.BROKEN_PIPE


@pytest.mark.parametrize("words", [("--help",), ("account", "-h"), ("--version",)], ids=str)
def test_help_for_which_a_disk_has_no_room_is_a_failure(
    spawn: Spawn, words: tuple[str, ...]
) -> None:
    with Path("/dev/full").open("w", encoding="ascii") as full:
        done = subprocess.run(
            spawn.words(*words), stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == ExitCode.UNEXPECTED
    assert done.stderr.startswith("mailctl: the output cannot be written: No space left")


def test_no_words_at_all_show_the_help(run: Run) -> None:
    assert "Usage: mailctl" in run().err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_completion_script_of_a_shell_is_printed(run: Run, shell: str) -> None:
    ran = run("completion", shell)
    assert ran.code == ExitCode.OK
    assert "_MAILCTL_COMPLETE" in ran.out


@pytest.mark.parametrize(
    ("typed", "offered"),
    [("mailctl acc", "account"), ("mailctl account a", "add"), ("mailctl sync run --acc", "--acc")],
)
def test_bash_completes_nouns_verbs_and_options(spawn: Spawn, typed: str, offered: str) -> None:
    ran = spawn(
        environment={
            "_MAILCTL_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split()) - 1),
        }
    )
    assert offered in ran.out


def test_the_bash_script_is_sound(run: Run, tmp_path: Path) -> None:
    script = tmp_path / "completion.bash"
    script.write_text(run("completion", "bash").out)
    assert subprocess.run(["bash", "-n", script], check=False).returncode == 0


def test_the_version_is_one_object(run: Run) -> None:
    said = json.loads(run("version", "-o", "json").out)
    assert {"mailctl", "schema", "python", "sqlite", "libraries"} <= set(said)
