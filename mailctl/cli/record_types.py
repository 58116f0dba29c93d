"""record type: which kinds of things mail can be about."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.output.views.records import RECORD_TYPES

commands = Noun("Say which kinds of things mail can be about.")
Name = Annotated[
    str,
    typer.Argument(
        metavar="TYPE", help="Name of a type, e.g. invoice.", autocompletion=offering.record_types
    ),
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Also where records lose something.")]


@commands.verb(
    "add",
    "mailctl record type add invoice --mask 'INV-####+' --field amount --field due_date",
    "mailctl record type add deal",
    view=RECORD_TYPES,
)
def add(
    ctx: typer.Context,
    name: Name,
    mask: Annotated[
        str,
        typer.Option(
            "--mask",
            help="How numbers look: # is a digit, @ a letter, ? either, + behind one more of it.",
        ),
    ] = "",
    field: Annotated[
        list[str] | None, typer.Option("--field", help="What else is kept of each, e.g. amount.")
    ] = None,
) -> None:
    """Define a type of records. Exit 9 where there is one of that name."""
    from mailctl.core.records.changes import Change
    from mailctl.core.records.types import add_type

    app: App = ctx.obj
    changes = [Change("mask", "=", mask), *(Change("fields", "+=", each) for each in field or ())]
    app.printer.one(RECORD_TYPES, add_type(app.services, name, changes))


@commands.verb("list", "mailctl record type list -o json", lists=RECORD_TYPES)
def list_(ctx: typer.Context) -> None:
    """List the types, and how many records each has."""
    from mailctl.store import record_types

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.list(RECORD_TYPES, record_types.all_(tx))


@commands.verb("show", "mailctl record type show invoice", view=RECORD_TYPES)
def show(ctx: typer.Context, name: Name) -> None:
    """Show one type."""
    from mailctl.core.records.types import type_named

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.one(RECORD_TYPES, type_named(tx, name))


@commands.verb(
    "set",
    "mailctl record type set invoice fields+=currency",
    "mailctl record type set invoice name=bill mask= fields-=amount --yes",
    view=RECORD_TYPES,
)
def set_(
    ctx: typer.Context,
    name: Name,
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY=VALUE...", help="name=NAME, mask=MASK, fields=A,B, fields+=A, fields-=A."
        ),
    ],
    yes: Yes = False,
) -> None:
    """Change a type: its name, its mask, its fields.

    Numbers that are there stay. Exit 8 where records have values in a field that would go.
    """
    from mailctl.core.records.changes import parsed
    from mailctl.core.records.types import set_type

    app: App = ctx.obj
    app.printer.one(RECORD_TYPES, set_type(app.services, name, parsed(changes), is_sure=yes))


@commands.verb("remove", "mailctl record type remove deal --yes", view=RECORD_TYPES)
def remove(ctx: typer.Context, name: Name, yes: Yes = False) -> None:
    """Forget a type, and its records. Exit 8 where there are some, and nobody is sure."""
    from mailctl.core.records.types import remove_type

    app: App = ctx.obj
    app.printer.one(RECORD_TYPES, remove_type(app.services, name, is_sure=yes))
