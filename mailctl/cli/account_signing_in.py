"""account add, reauth: a mailbox is connected, or signs in anew."""

from typing import TYPE_CHECKING, Annotated

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
from mailctl.output.views.accounts import ACCOUNTS, ADDED_ACCOUNT

if TYPE_CHECKING:
    from mailctl.core.accounts.new_accounts import AddedAccount

commands = Noun("")


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
        str | None,
        typer.Option(
            "--provider",
            help="The provider, where it is not recognised.",
            autocompletion=offering.providers,
        ),
    ] = None,
    password_stdin: FromStdin = False,
    password_file: FromFile = None,
    password_command: FromCommand = None,
    oauth: OAuth = None,
    oauth_app: OAuthAppName = None,
    flow: AFlow = None,
    secret: SecretPlace = None,
    username: Login = None,
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
        bool, typer.Option("--force", help="Remember a shared domain's provider, too.")
    ] = False,
    no_send: NoSend = False,
    no_receive: Annotated[bool, typer.Option("--no-receive", help="Only send.")] = False,
) -> None:
    """Connect a mailbox: recognise its provider, sign in, then store the account.

    Nothing is stored unless it signed in, for reading and for sending. Exit 4 where the sign-in is
    refused, 6 where the provider is not recognised (choose one by --provider), 8 where nothing
    vouches for the servers that were found, 9 where the mailbox is connected already.
    """
    from mailctl.cli.asking import PasswordOptions, asked_address, asking, tell_place
    from mailctl.core.accounts.accounts import add_account
    from mailctl.core.accounts.new_accounts import NewAccount
    from mailctl.core.accounts.settings import chosen_settings

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
        wish=wish_of(oauth, oauth_app, password),
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
    from mailctl.core.sync.sync import SyncRequest, run_sync
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
    from mailctl.core.accounts.reauth import renew_secret

    app: App = ctx.obj
    password = PasswordOptions(password_stdin, password_file, password_command)
    password.check()
    renewed = renew_secret(
        app.services,
        account,
        wish=wish_of(oauth, oauth_app, password),
        ask=handing_over(app, password),
        consent=consenting(app, password, flow),
    )
    app.printer.one(ACCOUNTS, renewed)
