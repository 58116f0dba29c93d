"""Man pages: mailctl(1), one for each noun in section 1, one for each topic in section 7."""

from collections.abc import Iterator

from docs.generate.roff import bold, escaped, listed, paragraphs, prose, shown
from docs.generate.shapes import names_of_fields
from docs.generate.topics import blocks, topics
from docs.generate.tree import Command, Noun, Parameter, common_options, every_noun
from mailctl import __version__
from mailctl.output.topics.pages import Page

RELEASED = "2026-12-01"
"""The day of the release that the pages tell of: the day they are made would differ each time."""

_FIRST = (
    "mailctl account add ada@example.org",
    "mailctl sync run",
    "mailctl message list --unread -o ndjson --jq .subject",
)


def manual() -> Iterator[tuple[str, str]]:
    """Yield the name of each page's file, and its text."""
    nouns, pages = list(every_noun()), topics()
    yield "man1/mailctl.1", _text(_overview(nouns, pages))
    for noun in nouns:
        yield f"man1/mailctl-{noun.name}.1", _text(_noun(noun, pages))
    for page in pages:
        yield f"man7/mailctl-{page.topic}.7", _text(_topic(page))


def _text(lines: Iterator[str]) -> str:
    return "\n".join(lines) + "\n"


def _head(name: str, section: int, summary: str) -> Iterator[str]:
    title = f'.TH {name.upper()} {section} {RELEASED} "mailctl {__version__}" "mailctl manual"'
    yield from ('.\\" Made by `make docs` from the program: changes belong there.', title)
    yield from (".SH NAME", rf"{escaped(name)} \- {prose(_low(summary))}")


def _low(summary: str) -> str:
    text = summary.rstrip(".")
    return text if text[:2].isupper() else text[0].lower() + text[1:]


def _overview(nouns: list[Noun], pages: list[Page]) -> Iterator[str]:
    yield from _head(
        "mailctl", 1, "Connect any mailbox, keep it in sync and turn its mail into data."
    )
    yield from (".SH SYNOPSIS", f"{bold('mailctl')} NOUN VERB [OPTIONS] [WORDS]")
    yield ".SH DESCRIPTION"
    yield prose(
        "Each noun has a page of its own, such as `mailctl-account`(1). `mailctl NOUN VERB --help` "
        "tells of one command, and `mailctl help TOPIC` explains what belongs to no one command."
    )
    yield ".SH NOUNS"
    for noun in nouns:
        yield from listed(bold(noun.name), noun.summary)
    yield ".SH COMMON OPTIONS"
    yield "Every command takes these, wherever they stand after it."
    yield from _parameters(common_options())
    for title, topic in (("ENVIRONMENT AND FILES", "environment"), ("EXIT STATUS", "exit-codes")):
        yield f".SH {title}"
        yield from _blocks(next(page for page in pages if page.topic == topic))
    yield ".SH EXAMPLES"
    yield from shown(_FIRST)[1:]
    names = [(f"mailctl-{noun.name}", 1) for noun in nouns]
    yield from _see_also([*names, *((f"mailctl-{page.topic}", 7) for page in pages)])


def _noun(noun: Noun, pages: list[Page]) -> Iterator[str]:
    yield from _head(f"mailctl-{noun.name}", 1, noun.summary)
    yield ".SH SYNOPSIS"
    for number, command in enumerate(noun.commands):
        yield from [".br"] if number else []
        yield _usage(command)
    yield ".SH DESCRIPTION"
    if noun.is_single:
        yield from _described(noun.commands[0])
    else:
        yield prose(noun.summary)
        yield ".SH COMMANDS"
        for command in noun.commands:
            yield f".SS {escaped('mailctl ' + command.name)}"
            yield from _described(command)
    yield ".SH COMMON OPTIONS"
    names = ", ".join(f"`{option.names.partition(' <')[0]}`" for option in common_options())
    yield prose(f"{names}: see `mailctl`(1).")
    yield ".SH EXIT STATUS"
    yield prose(
        "The numbers are the same for every command; more of them: `mailctl-exit-codes`(7)."
    )
    codes = next(page for page in pages if page.topic == "exit-codes")
    yield from shown(next(lines for is_shown, lines in blocks(codes) if is_shown))
    yield from _see_also([("mailctl", 1), ("mailctl-exit-codes", 7), ("mailctl-output", 7)])


def _usage(command: Command) -> str:
    return " ".join([bold(f"mailctl {command.name}"), "[OPTIONS]", escaped(command.usage)]).strip()


def _described(command: Command) -> Iterator[str]:
    first, *others = command.paragraphs
    yield prose(first)
    yield from paragraphs(others)
    yield from _parameters((*command.arguments, *command.options))
    if command.schema:
        yield from paragraphs([_result(command)])
    yield from shown(command.examples)


def _result(command: Command) -> str:
    fields = names_of_fields(command)
    told = f", with the fields {', '.join(fields)}" if fields else ""
    kinds = command.schema.writes if command.schema else ""
    article = "an " if kinds.startswith(("array", "object")) else ""
    return f"With `-o json` it writes {article}{kinds}{told}."


def _parameters(parameters: tuple[Parameter, ...]) -> Iterator[str]:
    for parameter in parameters:
        notes = f" [{'; '.join(parameter.notes)}]" if parameter.notes else ""
        yield from listed(bold(parameter.names), f"{parameter.text}{notes}")


def _topic(page: Page) -> Iterator[str]:
    yield from _head(f"mailctl-{page.topic}", 7, page.title)
    yield ".SH DESCRIPTION"
    yield from _blocks(page)
    yield from _see_also([("mailctl", 1)])


def _blocks(page: Page) -> Iterator[str]:
    is_first = True
    for is_shown, lines in blocks(page):
        text = shown(lines) if is_shown else paragraphs([" ".join(lines)])
        yield from text[1:] if is_first else text
        is_first = False


def _see_also(pages: list[tuple[str, int]]) -> Iterator[str]:
    yield ".SH SEE ALSO"
    last = len(pages) - 1
    for place, (name, section) in enumerate(pages):
        yield f".BR {escaped(name)} ({section}){'' if place == last else ','}"
