"""account migrate: a mailbox goes to another provider."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.account_options import (
    AFlow,
    Login,
    Name,
    NoSend,
    OAuth,
    OAuthAppName,
    SecretPlace,
    wish_of,
)
from mailctl.cli.commands import Noun
from mailctl.cli.passwords import FromCommand, FromFile, FromStdin
from mailctl.output.views.accounts import MIGRATED

commands = Noun("")


@commands.verb(
    "migrate",
    "mailctl account migrate ada@example.org --to corp-imap --dry-run",
    "mailctl account migrate ada@example.org --to corp-imap --login ada",
    'echo "$PW" | mailctl account migrate ada@example.org --to corp --password-stdin',
    view=MIGRATED,
)
def migrate(
    ctx: typer.Context,
    account: Name,
    to: Annotated[
        str,
        typer.Option(
            "--to",
            metavar="PROVIDER",
            help="The provider that has it now.",
            autocompletion=offering.providers,
        ),
    ],
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    password_command: FromCommand = None,
    oauth: OAuth = None,
    oauth_app: OAuthAppName = None,
    flow: AFlow = None,
    secret: SecretPlace = None,
    username: Login = None,
    no_send: NoSend = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Sign in there and tell, but change nothing.")
    ] = False,
) -> None:
    """Move a mailbox to another provider or protocol; its mail is kept and recognised there.

    It signs in there with the secret it has, unless you hand over another one.
    """
    from mailctl.cli.asking import PasswordOptions, asking
    from mailctl.core.accounts.migrating import Migration, migrate_account

    app: App = ctx.obj
    password = PasswordOptions(password_stdin, password_file, password_command, secret)
    password.check()
    migration = Migration(
        provider=to,
        username=username,
        wish=wish_of(oauth, oauth_app, password),
        is_handed_over=password.is_given or secret is not None,
        no_send=no_send,
        is_dry=dry_run,
    )
    migrated = migrate_account(app.services, account, migration, asking(app, password, flow))
    app.printer.one(MIGRATED, migrated)
