"""help: pages that belong to no one command, and the help of each command."""

from typing import Annotated

import typer
from typer.core import TyperGroup

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import single
from mailctl.domain.near_names import meant
from mailctl.errors import NotFound
from mailctl.output.views.topics import PAGE, PAGES


def help_(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[TOPIC]",
            help="A topic, or the words of a command.",
            autocompletion=offering.topics,
        ),
    ] = None,
) -> None:
    """Explain a topic, or a command; without either, list the topics."""
    from mailctl.output.topics.pages import Page, every_page

    app: App = ctx.obj
    pages = every_page()
    name = " ".join(words or ())
    if not name:
        app.printer.list(PAGES, pages.values())
        return
    page = pages.get(name) or Page(name, _help_of(ctx, words or []))
    with app.paged() as printer:
        printer.one(PAGE, page)


def _help_of(ctx: typer.Context, words: list[str]) -> str:
    """Return what `--help` prints. Raises NotFound."""
    from mailctl.output.topics.pages import every_page

    root = ctx.find_root()
    command, place = root.command, root
    for word in words:
        known = command.list_commands(place) if isinstance(command, TyperGroup) else []
        found = command.get_command(place, word) if isinstance(command, TyperGroup) else None
        if found is None:
            raise NotFound(
                f"there is no help on {' '.join(words)}",
                hint=f"{meant(word, [*known, *every_page()])}mailctl help",
            )
        command, place = found, type(root)(found, info_name=word, parent=place)
    return command.get_help(place)


commands = single(
    help_, "mailctl help exit-codes", "mailctl help account add", view=PAGE, lists=PAGES
)
