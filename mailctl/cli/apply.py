"""apply: make providers, domains, accounts and the rest as files declare them."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli.applying import Files, Prune, Region, declared, manner_of
from mailctl.cli.commands import single
from mailctl.output.render import Format
from mailctl.output.views.applied import APPLIED, summary, whereabouts

if TYPE_CHECKING:
    from mailctl.core.apply.applied import Applied


def apply(
    ctx: typer.Context,
    files: Files,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only tell what would be done.")
    ] = False,
    verify: Annotated[
        bool,
        typer.Option("--verify/--no-verify", help="Sign in before an account is stored."),
    ] = True,
    prune: Prune = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Let things go that a guard would keep.")
    ] = False,
    with_data: Annotated[
        bool,
        typer.Option("--with-data", help="Beside --yes: also let data go that no file holds."),
    ] = False,
    trust_discovered: Annotated[
        bool,
        typer.Option(
            "--trust-discovered", help="Also sign in at servers that nothing vouches for."
        ),
    ] = False,
    region: Region = None,
) -> None:
    """Make everything as files declare it; what is so already stays untouched."""
    from mailctl.core.apply.apply import apply as make

    app: App = ctx.obj
    manner = manner_of(
        app,
        region=region,
        prunes=prune,
        verify=verify,
        is_sure=yes,
        lets_data_go=with_data,
        is_rehearsal=dry_run,
        trusts_discovered=trust_discovered,
    )
    applied = make(app.services, declared(app, files), manner)
    app.printer.one(APPLIED, applied)
    if app.format in {Format.TABLE, Format.CSV}:
        _complain(app, applied)
        said = "dry run, nothing was done: " if dry_run else ""
        said = "stopped: " if applied.stopped else said
        app.notice(f"{said}{summary(applied)}")
    if applied.stopped is not None:
        raise applied.stopped
    raise typer.Exit(int(applied.exit_code))


def _complain(app: App, applied: "Applied") -> None:
    """Say what failed, and each hint once: a server that is down is behind many failures."""
    hints: set[str | None] = set()
    for each in applied.objects:
        if each.error is not None:
            hint = each.error.hint
            app.complain(each.error, about=whereabouts(each), has_hint=hint not in hints)
            hints.add(hint)


commands = single(
    apply,
    "mailctl apply -f provision.yaml",
    "mailctl apply -f teams/ -f shared.yaml --dry-run",
    "mailctl export | mailctl apply -f -",
    "mailctl apply -f accounts.yaml --prune --yes",
    view=APPLIED,
)
