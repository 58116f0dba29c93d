"""Help, completion and version: what a newcomer sees first."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from mailctl.cli.main import Nouns, commands
from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn


def every_command() -> Iterator[tuple[str, ...]]:
    """Yield the words of every command."""
    root = get_command(commands)
    assert isinstance(root, Nouns)
    for noun in root.list_commands(None):
        yield from below((noun,), root.get_command(None, noun))


def below(words: tuple[str, ...], command: object) -> Iterator[tuple[str, ...]]:
    """Yield the words of the commands below a noun, or of the command itself."""
    verbs = getattr(command, "commands", None)
    if verbs is None:
        yield words
        return
    for verb, deeper in verbs.items():
        yield from below((*words, verb), deeper)


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
def test_every_command_has_an_example_that_calls_it(run: Run, words: tuple[str, ...]) -> None:
    ran = run(*words, "--help")
    assert ran.code == ExitCode.OK
    _, _, examples = ran.out.partition("Example")
    called = f"mailctl {' '.join(words)}"
    assert called in examples


@pytest.mark.parametrize("words", list(every_command()), ids=" ".join)
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
    assert "Did you mean 'provider'?" in ran.err


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
