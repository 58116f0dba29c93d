"""account: connect mailboxes, look after them, let them go."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli import account_moves
from mailctl.cli.account_options import AFlow, Name, OAuth, OAuthAppName
from mailctl.cli.commands import Noun
from mailctl.cli.passwords import FromCommand, FromFile, FromStdin
from mailctl.output.render import Format
from mailctl.output.views.accounts import (
    ACCOUNT,
    ACCOUNTS,
    ADDED_ACCOUNT,
    REMOVED,
    STATUSES,
    TRIED,
    profile_text,
)

if TYPE_CHECKING:
    from mailctl.core.accounts import AddedAccount

commands = Noun("Connect mailboxes, look after them, let them go.")


@commands.verb(
    "add",
    "mailctl account add ada@example.org",
    'echo "$PW" | mailctl account add ada@example.org --password-stdin --no-input -o json',
    "mailctl account add ada@example.org --provider fastmail --secret env:ADA_PW",
    "mailctl account add ada@gmail.com --oauth --period 30d --set bulk=skip",
    view=ADDED_ACCOUNT,
)
def add(
    ctx: typer.Context,
    address: Annotated[
        str | None, typer.Argument(help="Mail address, e.g. ada@example.org; asked if none.")
    ] = None,
    provider: Annotated[
        str | None, typer.Option("--provider", help="The provider, where it is not recognised.")
    ] = None,
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    password_command: FromCommand = None,
    oauth: OAuth = None,
    oauth_app: OAuthAppName = None,
    flow: AFlow = None,
    secret: Annotated[
        str | None,
        typer.Option(
            "--secret",
            help="Where it is kept: keyring, vault, env:NAME, file:PATH or command:CMD.",
        ),
    ] = None,
    username: Annotated[
        str | None,
        typer.Option("--login", "--username", help="User name, where it is not the address."),
    ] = None,
    owner: Annotated[
        str | None, typer.Option("--owner", help="Whose mailbox it is, in your own words.")
    ] = None,
    display_name: Annotated[
        str | None, typer.Option("--display-name", help="The name in the mails you send.")
    ] = None,
    period: Annotated[
        str | None, typer.Option("--period", help="How far back mail is loaded: 7d, 2w, all.")
    ] = None,
    folders: Annotated[
        str | None, typer.Option("--folders", help="Which: default, all, or names: INBOX,Sent.")
    ] = None,
    settings: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="KEY=VALUE", help="Any setting, as account set takes it."),
    ] = None,
    verify: Annotated[
        bool, typer.Option("--verify/--no-verify", help="Sign in before anything is stored.")
    ] = True,
    test_send: Annotated[
        str | None, typer.Option("--test-send", metavar="TO", help="Send a mail there as a test.")
    ] = None,
    sync_now: Annotated[
        bool, typer.Option("--sync-now", help="Load mail as soon as it is connected.")
    ] = False,
    trust_discovered: Annotated[
        bool,
        typer.Option(
            "--trust-discovered", help="Also sign in at servers that nothing vouches for."
        ),
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Learn the domain though many people share it.")
    ] = False,
    no_send: Annotated[bool, typer.Option("--no-send", help="Only receive.")] = False,
    no_receive: Annotated[bool, typer.Option("--no-receive", help="Only send.")] = False,
) -> None:
    """Connect a mailbox: recognise its provider, sign in, then store the account."""
    from mailctl.cli.asking import PasswordOptions, asked_address, asking, tell_place
    from mailctl.core.account_settings import chosen_settings
    from mailctl.core.accounts import NewAccount, add_account
    from mailctl.core.credentials import Wish

    app: App = ctx.obj
    password = PasswordOptions(password_stdin, password_file, password_command, secret)
    password.check()
    flags = {
        "display-name": display_name,
        "period": period,
        "folders": folders,
        "receive": "false" if no_receive else None,
        "send": "false" if no_send else None,
    }
    new = NewAccount(
        address=asked_address(app, address),
        provider=provider,
        owner=owner,
        username=username,
        chosen=chosen_settings(flags, settings or (), read_file=app.text_of),
        wish=Wish(oauth, oauth_app, is_password_handed_over=password.is_given and not oauth),
        verify=verify,
        test_send_to=test_send,
        trusts_discovered=trust_discovered,
        forces_learning=force,
    )
    added = add_account(app.services, new, asking(app, password, flow))
    tell_place(app, password, added.account.secret)
    code = _synced(app, added) if sync_now else 0
    app.printer.one(ADDED_ACCOUNT, added)
    raise typer.Exit(code)


def _synced(app: App, added: "AddedAccount") -> int:
    from mailctl.cli.sync_telling import Telling
    from mailctl.core.sync import SyncRequest, run_sync
    from mailctl.output.complaints import error_document

    request = SyncRequest(accounts=(added.account.id,))
    telling = Telling(app, is_result=False)
    with telling:
        result = run_sync(app.services, request, watch=telling.hear, describe=error_document)
    for run in result.report.accounts:
        app.notice(f"stored {run.stored} messages of {run.folders} folders")
    telling.say_failures(result)
    return int(result.exit_code)


@commands.verb(
    "reauth",
    "mailctl account reauth ada@example.org",
    'echo "$PW" | mailctl account reauth ada@example.org --password-stdin --no-input',
    "mailctl account reauth ada@example.org --oauth",
    view=ACCOUNTS,
)
def reauth(
    ctx: typer.Context,
    account: Name,
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    password_command: FromCommand = None,
    oauth: OAuth = None,
    oauth_app: OAuthAppName = None,
    flow: AFlow = None,
) -> None:
    """Sign in anew where the old secret is refused or lost, or by OAuth from now on."""
    from mailctl.cli.asking import PasswordOptions, handing_over
    from mailctl.cli.consenting import consenting
    from mailctl.core.credentials import Wish
    from mailctl.core.reauth import renew_secret

    app: App = ctx.obj
    password = PasswordOptions(password_stdin, password_file, password_command)
    password.check()
    renewed = renew_secret(
        app.services,
        account,
        wish=Wish(oauth, oauth_app, is_password_handed_over=password.is_given and not oauth),
        ask=handing_over(app, password),
        consent=consenting(app, password, flow),
    )
    app.printer.one(ACCOUNTS, renewed)


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
        list[str] | None, typer.Argument(metavar="KEY=VALUE...", help="What should change.")
    ] = None,
) -> None:
    """Change settings; KEY= takes one back to its default."""
    from mailctl.core.account_settings import set_account

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
    from mailctl.core.account_trial import try_account

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
        list[str] | None, typer.Argument(metavar="[ACCOUNT]...", help="Accounts; all if none.")
    ] = None,
    max_age: Annotated[
        str | None, typer.Option("--max-age", help="Mail older than that is stale: 1h, 2d.")
    ] = None,
) -> None:
    """Tell a monitor how accounts do: exit 4 to sign in again, 3 if failing or stale."""
    from mailctl.core.account_care import status as all_statuses
    from mailctl.domain.periods import parse_period

    app: App = ctx.obj
    age = None if max_age is None else parse_period(max_age)
    found, code = all_statuses(app.services, accounts or (), max_age=age)
    app.printer.list(STATUSES, found)
    raise typer.Exit(int(code))


@commands.verb("default", "mailctl account default ada@example.org", view=ACCOUNTS)
def default(ctx: typer.Context, account: Name) -> None:
    """Make an account the one that its owner sends from."""
    from mailctl.core.account_care import make_default

    app: App = ctx.obj
    app.printer.one(ACCOUNTS, make_default(app.services, account))


@commands.verb("disable", "mailctl account disable ada@example.org", view=ACCOUNTS)
def disable(ctx: typer.Context, account: Name) -> None:
    """Let an account rest: no mail is loaded and none is sent."""
    from mailctl.core.account_care import disable as let_rest

    app: App = ctx.obj
    app.printer.one(ACCOUNTS, let_rest(app.services, account))


@commands.verb("enable", "mailctl account enable ada@example.org", view=ACCOUNTS)
def enable(ctx: typer.Context, account: Name) -> None:
    """End the rest of an account."""
    from mailctl.core.account_care import enable as wake

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
    from mailctl.core.account_care import remove_account
    from mailctl.core.naming import account_named

    app: App = ctx.obj
    with app.store.reading() as tx:
        address = account_named(tx, account).address
    what = "and all of its mail that no other account has" if purge_mail else "but not its mail"
    confirmed(app, f"Remove {address}, {what}?", is_sure=yes)
    app.printer.one(REMOVED, remove_account(app.services, account, purges_mail=purge_mail))


commands.include(account_moves.commands)
