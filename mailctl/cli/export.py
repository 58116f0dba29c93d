"""export: everything that files can declare, as one that apply finds nothing to do for."""

from dataclasses import replace

import typer

from mailctl.app import App
from mailctl.cli.commands import single
from mailctl.errors import BadUsage
from mailctl.output.render import Format
from mailctl.output.views.applied import EXPORTED


def export(ctx: typer.Context) -> None:
    """Write providers, domains, accounts and the rest as YAML (or JSON) for apply; no secrets."""
    from mailctl.core.apply.apply import exported

    app: App = ctx.obj
    if app.format is Format.CSV:
        raise BadUsage("this is no table", hint="write -o yaml or -o json")
    printer = app.printer
    if app.format is Format.TABLE:
        printer = replace(printer, format=Format.YAML)
    with app.store.reading() as tx:
        printer.one(EXPORTED, exported(tx))


commands = single(
    export,
    "mailctl export > mailctl.yaml",
    "mailctl export -o json | jq '.accounts[].address'",
    "mailctl export --fields accounts,domains",
    view=EXPORTED,
)
