"""db: find, check and back up the database."""

from pathlib import Path
from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.core import database
from mailctl.output.views.database import (
    DATABASE_BACKUP,
    DATABASE_CHECK,
    DATABASE_PATH,
    DATABASE_STATS,
)

commands = Noun("Find, check and back up the database.")


@commands.verb("path", 'sqlite3 -readonly "$(mailctl db path)" .tables', view=DATABASE_PATH)
def path(ctx: typer.Context) -> None:
    """Print where the database is."""
    app: App = ctx.obj
    app.printer.one(DATABASE_PATH, app.places.database)


@commands.verb("check", "mailctl db check", view=DATABASE_CHECK)
def check(ctx: typer.Context) -> None:
    """Read every page of the database and tell what is wrong with it."""
    app: App = ctx.obj
    app.printer.one(DATABASE_CHECK, database.check(app.store))


@commands.verb("backup", "mailctl db backup /var/backups/mailctl.db", view=DATABASE_BACKUP)
def backup(
    ctx: typer.Context,
    target: Annotated[
        Path | None, typer.Argument(help="A new file; beside the database if none.")
    ] = None,
) -> None:
    """Copy the database, also while it is in use."""
    app: App = ctx.obj
    app.printer.one(DATABASE_BACKUP, database.back_up(app.services, target))


@commands.verb("stats", "mailctl db stats -o json", view=DATABASE_STATS)
def stats(ctx: typer.Context) -> None:
    """Tell what the database holds and how much room it takes."""
    app: App = ctx.obj
    app.printer.one(DATABASE_STATS, database.stats(app.store))
