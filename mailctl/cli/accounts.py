"""account: connect mailboxes and list them."""

from pathlib import Path
from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.output.views.accounts import ACCOUNTS, ADDED_ACCOUNT

commands = Noun("Connect mailboxes and list them.")

FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
FromFile = Annotated[
    Path | None, typer.Option("--password-file", help="Read it from a file of mode 0600.")
]
FromCommand = Annotated[
    str | None, typer.Option("--password-command", help="Read what this command prints.")
]


@commands.verb(
    "add",
    "mailctl account add ada@example.org",
    'echo "$PW" | mailctl account add ada@example.org --password-stdin --no-input -o json',
    "mailctl account add ada@example.org --provider fastmail --secret env:ADA_PW",
    view=ADDED_ACCOUNT,
)
def add(
    ctx: typer.Context,
    address: Annotated[str, typer.Argument(help="Mail address, e.g. ada@example.org.")],
    provider: Annotated[
        str | None, typer.Option("--provider", help="The provider, where it is not recognised.")
    ] = None,
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    password_command: FromCommand = None,
    secret: Annotated[
        str | None,
        typer.Option(
            "--secret",
            help="Where it is kept: keyring, vault, env:NAME, file:PATH or command:CMD.",
        ),
    ] = None,
    username: Annotated[
        str | None, typer.Option("--username", help="User name, where it is not the address.")
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", help="Whose mailbox it is, in your own words.")
    ] = None,
    period: Annotated[
        str, typer.Option("--period", help="How far back mail is loaded: 7d, 2w, all.")
    ] = "7d",
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Sign in before anything is stored.")
    ] = True,
    trust_discovered: Annotated[
        bool,
        typer.Option(
            "--trust-discovered", help="Also sign in at servers that nothing vouches for."
        ),
    ] = False,
    no_send: Annotated[bool, typer.Option("--no-send", help="Only receive.")] = False,
    no_receive: Annotated[bool, typer.Option("--no-receive", help="Only send.")] = False,
) -> None:
    """Connect a mailbox: recognise its provider, sign in, then store the account."""
    from mailctl.cli.asking import PasswordOptions, asking, tell_place
    from mailctl.core.accounts import NewAccount, add_account
    from mailctl.domain.periods import parse_period

    app: App = ctx.obj
    password = PasswordOptions(password_stdin, password_file, password_command, secret)
    password.check()
    new = NewAccount(
        address=address,
        provider=provider,
        owner=owner,
        username=username,
        period=parse_period(period),
        can_receive=not no_receive,
        can_send=not no_send,
        verify=verify,
        trusts_discovered=trust_discovered,
    )
    added = add_account(app.services, new, asking(app, password))
    tell_place(app, password, added.account.secret)
    app.printer.one(ADDED_ACCOUNT, added)


@commands.verb(
    "reauth",
    "mailctl account reauth ada@example.org",
    'echo "$PW" | mailctl account reauth ada@example.org --password-stdin --no-input',
    view=ACCOUNTS,
)
def reauth(
    ctx: typer.Context,
    account: Annotated[str, typer.Argument(help="An account, by address or id.")],
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    password_command: FromCommand = None,
) -> None:
    """Give a new password where the old one is refused or lost."""
    from mailctl.cli.asking import PasswordOptions, handing_over
    from mailctl.core.reauth import renew_secret

    app: App = ctx.obj
    password = PasswordOptions(password_stdin, password_file, password_command)
    password.check()
    renewed = renew_secret(
        app.services,
        account,
        ask=handing_over(app, password),
        is_handed_over=password.is_given,
    )
    app.printer.one(ACCOUNTS, renewed)


@commands.verb(
    "list",
    "mailctl account list",
    "mailctl account list -o json | jq '.[].address'",
    view=ACCOUNTS,
)
def list_(ctx: typer.Context) -> None:
    """List the connected mailboxes."""
    from mailctl.store import accounts

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.list(ACCOUNTS, accounts.all_(tx))
