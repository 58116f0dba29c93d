"""account: connect mailboxes, look after them, let them go."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import account_moves, account_signing_in, offering
from mailctl.cli.account_options import Name
from mailctl.cli.commands import Noun
from mailctl.output.render import Format
from mailctl.output.views.accounts import (
    ACCOUNT,
    ACCOUNTS,
    REMOVED,
    STATUSES,
    TRIED,
    profile_text,
)

commands = Noun("Connect mailboxes, look after them, let them go.")
commands.include(account_signing_in.commands)


@commands.verb(
    "list",
    "mailctl account list",
    "mailctl account list -o json | jq '.[].address'",
    lists=ACCOUNTS,
)
def list_(ctx: typer.Context) -> None:
    """List the connected mailboxes."""
    from mailctl.store import accounts

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.list(ACCOUNTS, accounts.all_(tx))


@commands.verb("show", "mailctl account show ada@example.org", view=ACCOUNT)
def show(ctx: typer.Context, account: Name) -> None:
    """Show one account, its settings and which of them were chosen."""
    from mailctl.core.naming import account_named

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.one(ACCOUNT, account_named(tx, account))


@commands.verb(
    "set",
    "mailctl account set ada@example.org period=30d aliases+=a.lovelace@example.org",
    "mailctl account set ada@example.org signature-text=@sig.txt folders=INBOX,Sent",
    "mailctl account set ada@example.org period=    # back to the default",
    view=ACCOUNT,
)
def set_(
    ctx: typer.Context,
    account: Name,
    changes: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="KEY=VALUE...",
            help="KEY=VALUE; of lists KEY+=VALUE, KEY-=VALUE.",
            autocompletion=offering.settings,
        ),
    ] = None,
) -> None:
    """Change settings; KEY= takes one back to its default (mailctl help settings)."""
    from mailctl.core.accounts.settings import set_account

    app: App = ctx.obj
    changed = set_account(app.services, account, changes or (), read_file=app.text_of)
    app.printer.one(ACCOUNT, changed)


@commands.verb(
    "test",
    "mailctl account test ada@example.org",
    "mailctl account test ada@example.org --send-test ben@example.net",
    "mailctl account test ada@example.org --verbose    # and how its server is talked to",
    view=TRIED,
)
def try_(
    ctx: typer.Context,
    account: Name,
    receive: Annotated[bool, typer.Option("--receive", help="Try reading alone.")] = False,
    send_test: Annotated[
        str | None, typer.Option("--send-test", metavar="TO", help="Send a mail there.")
    ] = None,
) -> None:
    """Sign in and tell what works; the account's state follows."""
    from mailctl.core.accounts.trial import try_account

    app: App = ctx.obj
    tried = try_account(app.services, account, receives_only=receive, send_test_to=send_test)
    app.printer.one(TRIED, tried)
    if app.options.verbose and app.format is Format.TABLE:
        app.printer.text(f"\n{profile_text(tried)}")
    for check in tried.checks:
        if check.error is not None:
            app.complain(check.error)
    raise typer.Exit(int(tried.exit_code))


@commands.verb(
    "status",
    "mailctl account status --max-age 1h",
    "mailctl account status -o json | jq '.[] | select(.health != \"good\")'",
    lists=STATUSES,
)
def status(
    ctx: typer.Context,
    accounts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ACCOUNT]...", help="Accounts; all if none.", autocompletion=offering.accounts
        ),
    ] = None,
    max_age: Annotated[
        str | None, typer.Option("--max-age", help="Mail older than that is stale: 1h, 2d.")
    ] = None,
) -> None:
    """Tell a monitor how accounts do: exit 4 to sign in again, 3 if failing or stale."""
    from mailctl.core.accounts.care import status as all_statuses
    from mailctl.domain.periods import parse_period

    app: App = ctx.obj
    age = None if max_age is None else parse_period(max_age)
    found, code = all_statuses(app.services, accounts or (), max_age=age)
    app.printer.list(STATUSES, found)
    raise typer.Exit(int(code))


@commands.verb("default", "mailctl account default ada@example.org", view=ACCOUNTS)
def default(ctx: typer.Context, account: Name) -> None:
    """Make an account the one that its owner sends from."""
    from mailctl.core.accounts.care import make_default

    app: App = ctx.obj
    app.printer.one(ACCOUNTS, make_default(app.services, account))


@commands.verb("disable", "mailctl account disable ada@example.org", view=ACCOUNTS)
def disable(ctx: typer.Context, account: Name) -> None:
    """Let an account rest: no mail is loaded and none is sent."""
    from mailctl.core.accounts.care import disable as let_rest

    app: App = ctx.obj
    app.printer.one(ACCOUNTS, let_rest(app.services, account))


@commands.verb("enable", "mailctl account enable ada@example.org", view=ACCOUNTS)
def enable(ctx: typer.Context, account: Name) -> None:
    """End the rest of an account."""
    from mailctl.core.accounts.care import enable as wake

    app: App = ctx.obj
    app.printer.one(ACCOUNTS, wake(app.services, account))


@commands.verb(
    "remove",
    "mailctl account remove ada@example.org",
    "mailctl account remove ada@example.org --purge-mail --yes",
    view=REMOVED,
)
def remove(
    ctx: typer.Context,
    account: Name,
    purge_mail: Annotated[
        bool, typer.Option("--purge-mail", help="Its messages too, unless others have them.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget an account and its secret; its messages stay unless you say otherwise."""
    from mailctl.cli.asking import confirmed
    from mailctl.core.accounts.care import remove_account
    from mailctl.core.naming import account_named

    app: App = ctx.obj
    with app.store.reading() as tx:
        address = account_named(tx, account).address
    what = "and all of its mail that no other account has" if purge_mail else "but not its mail"
    confirmed(app, f"Remove {address}, {what}?", is_sure=yes)
    app.printer.one(REMOVED, remove_account(app.services, account, purges_mail=purge_mail))


commands.include(account_moves.commands)
