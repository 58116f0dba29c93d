"""version: which mailctl this is, and what it runs on."""

import typer

from mailctl.app import App
from mailctl.cli.commands import single
from mailctl.core.versions import versions
from mailctl.output.views.versions import VERSIONS


def version(ctx: typer.Context) -> None:
    """Print the versions of mailctl and what it runs on."""
    app: App = ctx.obj
    app.printer.one(VERSIONS, versions(app.store.path))


commands = single(version, "mailctl version -o json", view=VERSIONS)
