"""oauth: register the apps that sign in for people, and see their tokens."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.domain.oauth import AppGrant
from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage
from mailctl.output.views.oauth import APPS, TOKENS

if TYPE_CHECKING:
    from mailctl.cli.asking import PasswordOptions

commands = Noun("Register OAuth apps; see what their tokens are good for.")
app_commands = Noun("The apps that you registered at issuers.")
commands.add_typer(app_commands, name="app")

Name = Annotated[
    str, typer.Argument(help="Name of an app, e.g. google.", autocompletion=offering.oauth_apps)
]


@app_commands.verb(
    "add",
    'echo "$SECRET" | mailctl oauth app add google --client-id ID --client-secret-stdin',
    "mailctl oauth app add microsoft --client-id ID --tenant example.onmicrosoft.com",
    "mailctl oauth app add google --client-id ID --service-account key.json",
    view=APPS,
)
def add(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(help="The issuer: google, microsoft, yahoo …, or a name of your own.")
    ],
    client_id: Annotated[str, typer.Option("--client-id", help="What the issuer calls the app.")],
    client_secret_stdin: Annotated[
        bool, typer.Option("--client-secret-stdin", help="Read its secret from standard input.")
    ] = False,
    client_secret_file: Annotated[
        Path | None, typer.Option("--client-secret-file", help="Read it from a file of mode 0600.")
    ] = None,
    client_secret_command: Annotated[
        str | None, typer.Option("--client-secret-command", help="Read what this command prints.")
    ] = None,
    service_account: Annotated[
        Path | None,
        typer.Option("--service-account", help="The key file of a Google service account."),
    ] = None,
    grant: Annotated[
        AppGrant, typer.Option("--grant", help="Who agrees: each person, or an administrator.")
    ] = AppGrant.PERSON,
    tenant: Annotated[
        str | None, typer.Option("--tenant", help="The directory at Microsoft; common if none.")
    ] = None,
    issuer: Annotated[
        str | None, typer.Option("--issuer", help="The issuer, where the name is your own.")
    ] = None,
    authorization_url: Annotated[
        str | None,
        typer.Option("--authorization-url", help="Where people agree, at an issuer of your own."),
    ] = None,
    token_url: Annotated[
        str | None,
        typer.Option("--token-url", help="Where its tokens come from, at an issuer of your own."),
    ] = None,
    device_url: Annotated[
        str | None, typer.Option("--device-url", help="Where its device codes come from.")
    ] = None,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="What to ask for, if not the usual.")
    ] = None,
    secret: Annotated[
        str | None, typer.Option("--secret", help="Where its secret is kept: keyring or vault.")
    ] = None,
) -> None:
    """Register an app, so that people sign in by OAuth.

    An app is made at the issuer: a desktop app whose redirect is http://127.0.0.1. An issuer that
    mailctl does not know is named by its addresses.
    """
    from mailctl.cli.asking import PasswordOptions, placing
    from mailctl.core.access.oauth_apps import NewApp, add_app

    app: App = ctx.obj
    options = PasswordOptions(
        client_secret_stdin, client_secret_file, client_secret_command, secret
    )
    options.check()
    if service_account and grant is AppGrant.CLIENT_CREDENTIALS:
        raise BadUsage("a service account has a grant of its own", hint="leave --grant out")
    new = NewApp(
        name=name,
        client_id=client_id,
        issuer=issuer,
        tenant=tenant,
        grant=AppGrant.SERVICE_ACCOUNT if service_account else grant,
        scopes=tuple(scope or ()),
        authorization_url=authorization_url,
        token_url=token_url,
        device_url=device_url,
    )
    is_kept = not options.is_given and service_account is None and secret is not None
    added = add_app(
        app.services,
        new,
        ask=lambda: _secret(app, options, service_account),
        place=placing(app, options),
        is_kept_already=is_kept,
    )
    app.printer.one(APPS, added)


def _secret(app: App, options: "PasswordOptions", service_account: Path | None) -> Secret | None:
    """Return the client secret or the key that is handed over. Raises BadUsage for both."""
    from mailctl.cli.asking import read_handed_over
    from mailctl.secrets import files

    if service_account is None:
        return read_handed_over(app, options)
    if options.is_given:
        raise BadUsage("a service account has its key alone", hint="leave the client secret out")
    return files.read_whole(service_account, app.environment)


@app_commands.verb("list", "mailctl oauth app list", lists=APPS)
def list_(ctx: typer.Context) -> None:
    """List the apps."""
    from mailctl.core.access.oauth_apps import all_apps

    app: App = ctx.obj
    app.printer.list(APPS, all_apps(app.services))


@app_commands.verb("remove", "mailctl oauth app remove google", view=APPS)
def remove(ctx: typer.Context, name: Name) -> None:
    """Forget an app that no account signs in by, and its secret."""
    from mailctl.core.access.oauth_apps import remove_app

    app: App = ctx.obj
    app.printer.one(APPS, remove_app(app.services, name))


@commands.verb("status", "mailctl oauth status", lists=TOKENS)
def status(ctx: typer.Context) -> None:
    """Tell how the tokens of each account are; nobody is asked."""
    from mailctl.core.access.oauth_status import token_statuses

    app: App = ctx.obj
    app.printer.list(TOKENS, token_statuses(app.services))
