"""schema: what scripts may rely on."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailctl.app import App
from mailctl.cli.commands import results_of, single
from mailctl.domain.near_names import meant
from mailctl.errors import NotFound
from mailctl.output.views.schemas import SCHEMAS

if TYPE_CHECKING:
    from mailctl.output.contract.documents import CommandSchema


def schema(
    ctx: typer.Context,
    command: Annotated[
        list[str] | None,
        typer.Argument(
            help="Whose schema: account list; error; files (of apply). Without it, all are listed."
        ),
    ] = None,
    line: Annotated[bool, typer.Option("--line", help="Of a line with -o ndjson.")] = False,
) -> None:
    """Print the JSON Schema (draft 2020-12) of what a command writes with -o json.

    Fields are added, and never renamed or removed: further keys are no violation.
    """
    from mailctl.output.contract.documents import error_schema

    app: App = ctx.obj
    every = dict(every_schema(ctx.find_root().command))
    name = " ".join(command or ())
    if not name:
        app.printer.list(SCHEMAS, every.values())
    elif name == "error":
        app.printer.document(error_schema())
    elif name == "files":
        from mailctl.output.contract.documents import VERSION
        from mailctl.output.contract.files import files_schema

        app.printer.document(files_schema(VERSION))
    elif name in every:
        app.printer.document(every[name].line() if line else every[name].document())
    else:
        raise NotFound(f"no command {name} writes JSON", hint=f"{meant(name, every)}mailctl schema")


def every_schema(root: Any) -> Iterator[tuple[str, "CommandSchema"]]:
    """Yield the words of each command that writes JSON, and what it writes."""
    from mailctl.output.contract.documents import CommandSchema

    for words, command in _commands_of(root):
        results = results_of(command)
        if results.one or results.many:
            name = " ".join(words)
            yield name, CommandSchema(name, results)


def _commands_of(group: Any, words: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name in group.list_commands(None):
        found = group.get_command(None, name)
        if hasattr(found, "list_commands"):
            yield from _commands_of(found, (*words, name))
        else:
            yield (*words, name), found


commands = single(
    schema,
    "mailctl schema account list",
    "mailctl schema -o json",
    "mailctl schema error",
    "mailctl schema files > mailctl-files.json    # for editors and checks of what apply reads",
    lists=SCHEMAS,
)
