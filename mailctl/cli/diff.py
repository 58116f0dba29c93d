"""diff: how what files declare differs from what is there."""

import typer

from mailctl.app import App
from mailctl.cli.applying import Files, Prune, Region, declared, manner_of
from mailctl.cli.commands import single
from mailctl.output.render import Format
from mailctl.output.views.applied import DIFFERENCE, summary

_SAME, _DIFFERS = 0, 1
"""As of diff(1), which scripts know: 1 is no failure here."""


def diff(ctx: typer.Context, files: Files, prune: Prune = False, region: Region = None) -> None:
    """Show what apply would change: exit 0 where nothing is, 1 where something is."""
    from mailctl.core.apply.apply import compare

    app: App = ctx.obj
    manner = manner_of(app, region=region, prunes=prune)
    compared = compare(app.services, declared(app, files), manner)
    app.printer.one(DIFFERENCE, compared)
    if app.format is Format.TABLE:
        app.notice(summary(compared))
    raise typer.Exit(_DIFFERS if compared.differs else _SAME)


commands = single(
    diff,
    "mailctl diff -f provision.yaml",
    "mailctl diff -f provision.yaml -o json | jq '.objects[] | select(.result != \"unchanged\")'",
    view=DIFFERENCE,
)
