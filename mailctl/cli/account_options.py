"""Options by which several commands are told which account, and how it signs in."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.cli import offering
from mailctl.domain.oauth import Flow
from mailctl.errors import BadUsage

if TYPE_CHECKING:
    from mailctl.cli.asking import PasswordOptions
    from mailctl.core.access.credentials import Wish

Name = Annotated[
    str,
    typer.Argument(
        metavar="ACCOUNT", help="An account, by address or id.", autocompletion=offering.accounts
    ),
]
OAuth = Annotated[
    bool | None,
    typer.Option(
        "--oauth/--no-oauth",
        help="Sign in by OAuth; what a --password option hands over is a refresh token then.",
    ),
]
OAuthAppName = Annotated[
    str | None,
    typer.Option(
        "--app", help="The OAuth app, where there are several.", autocompletion=offering.oauth_apps
    ),
]
AFlow = Annotated[
    Flow | None, typer.Option("--flow", help="How you agree: here, by a code, or by pasting.")
]
SecretPlace = Annotated[
    str | None,
    typer.Option(
        "--secret",
        help="Where the secret is: keyring, vault, env:NAME, file:PATH or command:CMD.",
    ),
]
Login = Annotated[
    str | None,
    typer.Option("--login", "--username", help="User name, where it is not the address."),
]
NoSend = Annotated[bool, typer.Option("--no-send", help="Only receive.")]


def wish_of(oauth: bool | None, oauth_app: str | None, password: "PasswordOptions") -> "Wish":
    """Return how an account is to sign in, as the options say it."""
    from mailctl.core.access.credentials import Wish

    if oauth_app is not None and not oauth and (oauth is False or password.is_given):
        raise BadUsage(
            "--app is for OAuth, and the account would sign in with a password",
            hint="leave --app out, or say --oauth",
        )
    return Wish(oauth, oauth_app, is_password_handed_over=password.is_given and not oauth)
