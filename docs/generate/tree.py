"""The commands as they are, in words that pages can be made of."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from typer import Context
from typer.main import get_command

from mailctl.cli.commands import common_parameters, results_of
from mailctl.cli.main import commands
from mailctl.cli.value_names import usage_words
from mailctl.output.contract.documents import CommandSchema

_EXTRA = re.compile(r"(?P<text>.*?)\s*\[(?P<extra>(?:default|required|x|\d)[^\]]*)\]", re.DOTALL)
_RANGES = ((r"x>=(\d+)", r"\1 or more"), (r"(\d+)<=x<=1(?:000)+", r"\1 or more"))
"""How limits are told; one of a thousand million is none."""
_BETWEEN = (r"([\d.]+)<=x<=([\d.]+)", r"\1 to \2")


@dataclass(frozen=True)
class Parameter:
    """An option or an argument."""

    names: str
    """As it is written: `-o, --output <table|json>`."""
    text: str
    notes: tuple[str, ...]
    """What else is true of it: `default: 1`, `required`."""


@dataclass(frozen=True)
class Command:
    """What can be done, with all that its help says."""

    words: tuple[str, ...]
    usage: str
    """What stands behind the words."""
    paragraphs: tuple[str, ...]
    arguments: tuple[Parameter, ...]
    options: tuple[Parameter, ...]
    examples: tuple[str, ...]
    schema: CommandSchema | None

    @property
    def name(self) -> str:
        """The words as one."""
        return " ".join(self.words)


@dataclass(frozen=True)
class Noun:
    """A noun and its commands; or a single command, which is its own."""

    name: str
    summary: str
    commands: tuple[Command, ...]

    @property
    def is_single(self) -> bool:
        """Whether the noun is itself the command."""
        return self.commands[0].words == (self.name,)


def every_noun() -> Iterator[Noun]:
    """Yield the nouns in the order of the help."""
    root: Any = get_command(commands)
    for name, (_, summary) in root.nouns.items():
        command = root.get_command(None, name)
        yield Noun(name, summary, tuple(_below(command, (name,))))


def common_options() -> tuple[Parameter, ...]:
    """Return the options that every command takes."""
    return _told(common_parameters(), Context(get_command(commands)))


def _below(command: Any, words: tuple[str, ...]) -> Iterator[Command]:
    verbs = getattr(command, "commands", None)
    if verbs is None:
        yield _command(command, words)
        return
    for verb, deeper in verbs.items():
        yield from _below(deeper, (*words, verb))


def _command(command: Any, words: tuple[str, ...]) -> Command:
    place = Context(command, info_name=" ".join(words))
    own = command.own_parameters
    results = results_of(command)
    name = " ".join(words)
    return Command(
        words,
        " ".join(usage_words(own)),
        tuple(" ".join(part.split()) for part in command.help.split("\n\n")),
        tuple(replace(p, notes=()) for p in _told(_kind(own, "argument"), place)),
        _told(_kind(own, "option"), place),
        tuple(line.strip() for line in command.epilog.splitlines()[1:]),
        CommandSchema(name, results) if results.one or results.many else None,
    )


def _kind(parameters: Any, kind: str) -> list[Any]:
    return [parameter for parameter in parameters if parameter.param_type_name == kind]


def _told(parameters: Any, place: Context) -> tuple[Parameter, ...]:
    records = [parameter.get_help_record(place) for parameter in parameters]
    return tuple(_parameter(*record) for record in records if record)


def _parameter(names: str, text: str) -> Parameter:
    found = _EXTRA.fullmatch(text)
    if not found:
        return Parameter(names, text, ())
    return Parameter(names, found["text"], tuple(map(_note, found["extra"].split("; "))))


def _note(note: str) -> str:
    for pattern, words in (*_RANGES, _BETWEEN):
        if re.fullmatch(pattern, note):
            return re.sub(pattern, words, note)
    return note
