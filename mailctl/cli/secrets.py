"""secrets: see where secrets are kept, and move them."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.output.views.secrets import KEPT, MOVED

commands = Noun("See where secrets are kept; move them.")


@commands.verb("list", "mailctl secrets list", lists=KEPT)
def list_(ctx: typer.Context) -> None:
    """List where each secret is and whether it can be read; none is shown."""
    from mailctl.core.accounts.secret_keeping import kept_secrets

    app: App = ctx.obj
    app.printer.list(KEPT, kept_secrets(app.services))


@commands.verb(
    "move",
    "mailctl secrets move --to keyring",
    "mailctl secrets move --to vault ada@example.org",
    lists=MOVED,
)
def move(
    ctx: typer.Context,
    to: Annotated[str, typer.Option("--to", metavar="PLACE", help="keyring or vault.")],
    accounts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ACCOUNT]...",
            help="Accounts; all, and the apps, if none.",
            autocompletion=offering.accounts,
        ),
    ] = None,
) -> None:
    """Move secrets to the keyring or the vault."""
    from mailctl.core.accounts.secret_keeping import move_secrets

    app: App = ctx.obj
    moved, code = move_secrets(app.services, accounts or (), to)
    app.printer.list(MOVED, moved)
    raise typer.Exit(int(code))
