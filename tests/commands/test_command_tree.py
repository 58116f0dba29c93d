"""Every command there is, as a script calls it: no terminal, nothing to read, no patience."""

import ast
import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from typer.main import get_command

from mailctl.cli.main import commands
from mailctl.errors import ExitCode
from tests.commands.test_help import COMMANDS
from tests.commands.test_schema import WITHOUT_JSON
from tests.conftest import Ran, Run
from tests.test_shape import MODULES

TOLD = re.compile(r"(?:^|[:;,`|] ?|then )mailctl (?P<noun>[a-z]+)(?: (?P<verb>[a-z][a-z-]+))?")
"""A command as hints and examples write it."""
PROSE = {"connects", "has", "is", "refused", "test", "was"}
"""What is said of mailctl itself; `mailctl test` is the subject of a mail."""
LIMIT_S = 20
EVERY = [pytest.param(words, id=" ".join(words)) for words in COMMANDS]
DOCUMENTED = set(ExitCode) - {ExitCode.UNEXPECTED, ExitCode.INTERRUPTED}
"""A question that nobody answers ends as if it were interrupted."""


@contextmanager
def limit() -> Iterator[None]:
    def too_long(*_: object) -> None:
        raise AssertionError(f"it went on for {LIMIT_S} s")

    before = signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LIMIT_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def made_up(words: tuple[str, ...]) -> list[str]:
    """Return a word for each argument that the command cannot be without."""
    command: Any = get_command(commands)
    for word in words:
        command = command.get_command(None, word)
    return [
        next(iter(parameter.type.choices)) if hasattr(parameter.type, "choices") else "made-up"
        for parameter in command.params
        if parameter.param_type_name == "argument" and parameter.required
    ]


def told() -> set[tuple[str, str | None]]:
    """Return the noun and verb of every command that some text of the program names."""
    return {
        (found["noun"], found["verb"])
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        for found in TOLD.finditer(node.value)
        if found["noun"] not in PROSE
    }


def test_a_command_that_a_hint_names_is_there() -> None:
    there = {words[0]: set[str]() for words in COMMANDS}
    for noun, *verbs in COMMANDS:
        there[noun] |= set(verbs[:1])
    named = told()
    assert len(named) > 50
    assert [(noun, verb) for noun, verb in sorted(named, key=str) if noun not in there] == []
    assert [
        (noun, verb)
        for noun, verb in sorted(named, key=str)
        if verb and there[noun] and verb not in there[noun]
    ] == []


def look(ran: Ran, words: tuple[str, ...]) -> None:
    """Demand an end that scripts understand: a result, or one failure as JSON."""
    assert ran.code in DOCUMENTED, ran.err
    if ran.code != ExitCode.OK:
        assert "code" in json.loads(ran.err.splitlines()[-1])["error"]
    elif " ".join(words) not in WITHOUT_JSON | {"message export"}:  # mails, without --to
        json.loads(ran.out)


@pytest.mark.parametrize("words", EVERY)
def test_a_command_without_arguments_asks_nothing(run: Run, words: tuple[str, ...]) -> None:
    with limit():
        ran = run(*words, "-o", "json", typed="")
    look(ran, words)


@pytest.mark.parametrize("words", EVERY)
def test_a_command_with_made_up_arguments_asks_nothing(run: Run, words: tuple[str, ...]) -> None:
    with limit():
        ran = run(*words, *made_up(words), "-o", "json", typed="")
    look(ran, words)


@pytest.mark.parametrize("words", EVERY)
def test_a_command_takes_no_input(run: Run, words: tuple[str, ...]) -> None:
    with limit():
        ran = run(*words, *made_up(words), "--no-input", "-o", "json", typed="y\ny\ny\n")
    look(ran, words)
