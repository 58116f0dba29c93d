"""The reference of the site: a page for each noun and topic, and one of all shapes of JSON."""

from collections.abc import Iterator

from docs.generate.markdown import page as page_of
from docs.generate.markdown import prose, table
from docs.generate.shapes import anchor, every_shape, kind_of, schema_of
from docs.generate.topics import blocks, is_commands, topics
from docs.generate.tree import Command, Noun, Parameter, common_options, every_noun
from mailctl.output.contract.documents import error_schema
from mailctl.output.topics.pages import Page


def reference() -> Iterator[tuple[str, str]]:
    """Yield the name of each page's file, and its text."""
    nouns = list(every_noun())
    yield "reference/index.md", _index(nouns)
    for noun in nouns:
        yield f"reference/{noun.name}.md", page_of(_noun(noun))
    yield "reference/json.md", page_of(_shapes([c for noun in nouns for c in noun.commands]))
    for page in topics():
        yield f"topics/{page.topic}.md", page_of(_topic(page))


def _index(nouns: list[Noun]) -> str:
    rows = [(f"[{noun.name}]({noun.name}.md)", noun.summary) for noun in nouns]
    return page_of(
        [
            "# Commands\n",
            "A command is a noun and a verb, `mailctl account add`; a few have no verb. What it",
            "writes is told with each, [as JSON](json.md) field by field.\n",
            *table(("noun", ""), rows),
            "## Common options\n",
            "Every command takes these, wherever they stand after it.\n",
            *table(("option", ""), _rows(common_options())),
            "```{toctree}\n:hidden:\n",
            *(noun.name for noun in nouns),
            "json",
            "presets",
            "```",
        ]
    )


def _noun(noun: Noun) -> Iterator[str]:
    yield f"# mailctl {noun.name}\n"
    if not noun.is_single:
        yield f"{prose(noun.summary)}\n"
    for command in noun.commands:
        if not noun.is_single:
            yield f"({'-'.join(command.words)})=\n## {command.name}\n"
        yield from _command(command)
    yield "Every command also takes the [common options](index.md#common-options); how it ends is"
    yield "told by its [exit code](../topics/exit-codes.md)."


def _command(command: Command) -> Iterator[str]:
    usage = " ".join(["mailctl", command.name, "[OPTIONS]", command.usage]).rstrip()
    for paragraph in command.paragraphs:
        yield f"{prose(paragraph)}\n"
    yield f"```text\n{usage}\n```\n"
    if command.arguments:
        yield from table(("argument", ""), _rows(command.arguments))
    if command.options:
        yield from table(("option", ""), _rows(command.options))
    yield "\n".join(["```sh", *command.examples, "```\n"])
    if command.schema:
        yield f"With `-o json`: {kind_of(schema_of(command))}.\n"


def _shapes(commands: list[Command]) -> Iterator[str]:
    yield "# JSON\n"
    yield "What commands write with `-o json`; with `-o ndjson` each element of an array is a line."
    yield "`mailctl schema COMMAND` prints it as JSON Schema. Fields are added, never renamed or"
    yield "removed. A *time* is RFC 3339 in UTC, a *period* a number and its unit, such as `7d`.\n"
    yield "A failure is a [Complaint](#shape-complaint) on standard error.\n"
    shapes = every_shape(commands)
    shapes.update(error_schema()["$defs"])
    for name, shape in sorted(shapes.items()):
        yield f"({anchor(name)})=\n## {name}\n"
        yield f"{prose(shape['description'])}\n"
        required = set(shape["required"])
        rows = [
            (
                f"`{field}`" + ("" if field in required else " (if any)"),
                kind_of(schema),
                prose(schema.get("description", "")),
            )
            for field, schema in shape["properties"].items()
        ]
        yield from table(("field", "value", ""), rows)


def _topic(page: Page) -> Iterator[str]:
    yield f"# {prose(page.title)}\n"
    for is_shown, lines in blocks(page):
        if is_shown:
            yield "\n".join([f"```{'sh' if is_commands(lines) else 'text'}", *lines, "```\n"])
        else:
            yield "\n".join([*map(prose, lines), ""])
    yield f"At a terminal: `mailctl help {page.topic}`, or `man mailctl-{page.topic}`."


def _rows(parameters: tuple[Parameter, ...]) -> list[tuple[str, str]]:
    return [
        (f"`{parameter.names}`", " ".join([prose(parameter.text), *_notes(parameter)]))
        for parameter in parameters
    ]


def _notes(parameter: Parameter) -> Iterator[str]:
    if parameter.notes:
        yield f"*({prose('; '.join(parameter.notes))})*"
