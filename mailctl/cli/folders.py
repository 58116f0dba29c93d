"""folder: which folders mailboxes have, and which of them are synced."""

from collections.abc import Sequence
from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.account_options import Name
from mailctl.cli.commands import Noun
from mailctl.output.views.sync_states import MAIL_FOLDERS

commands = Noun("See the folders of mailboxes; choose what is synced.")

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="FOLDER...",
        help="A path, a pattern (Archive/*), or a use (\\Junk).",
        autocompletion=offering.folders,
    ),
]


@commands.verb(
    "list",
    "mailctl folder list ada@example.org",
    "mailctl folder list ada@example.org -o json --jq '.[] | select(.synced) | .path'",
    lists=MAIL_FOLDERS,
)
def list_(
    ctx: typer.Context,
    account: Name,
    offline: Annotated[
        bool, typer.Option("--offline", help="What is known of it, without asking the server.")
    ] = False,
) -> None:
    """List the folders of a mailbox, and which of them are synced."""
    from mailctl.core.accounts.folders import mail_folders

    app: App = ctx.obj
    app.printer.list(MAIL_FOLDERS, mail_folders(app.services, account, is_offline=offline))


@commands.verb(
    "include",
    "mailctl folder include ada@example.org 'Archive/*' '\\Junk'",
    lists=MAIL_FOLDERS,
)
def include(ctx: typer.Context, account: Name, folders: Words) -> None:
    """Sync folders too from now on; prints what is synced then."""
    _choose(ctx, account, folders, wanted=True)


@commands.verb("exclude", "mailctl folder exclude ada@example.org Newsletters", lists=MAIL_FOLDERS)
def exclude(ctx: typer.Context, account: Name, folders: Words) -> None:
    """Sync folders no longer; what is stored of them stays."""
    _choose(ctx, account, folders, wanted=False)


def _choose(ctx: typer.Context, account: str, words: Sequence[str], *, wanted: bool) -> None:
    from mailctl.core.accounts.folders import choose_folders

    app: App = ctx.obj
    found = choose_folders(app.services, account, words, wanted=wanted)
    app.printer.list(MAIL_FOLDERS, found)
