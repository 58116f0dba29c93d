"""Options by which several commands are told which account, and how it agrees by OAuth."""

from typing import Annotated

import typer

from mailctl.domain.oauth import Flow

Name = Annotated[str, typer.Argument(metavar="ACCOUNT", help="An account, by address or id.")]
OAuth = Annotated[
    bool | None,
    typer.Option(
        "--oauth/--no-oauth",
        help="Sign in by OAuth; what a --password option hands over is a refresh token then.",
    ),
]
OAuthAppName = Annotated[
    str | None, typer.Option("--app", help="The OAuth app, where there are several.")
]
AFlow = Annotated[
    Flow | None, typer.Option("--flow", help="How you agree: here, by a code, or by pasting.")
]
