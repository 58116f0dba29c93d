"""The options by which an administrator describes a provider."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Annotated, Any

import typer

from mailctl.core.providers.describing import Description
from mailctl.domain.providers import AuthMethod
from mailctl.domain.servers import Security

Title = Annotated[str | None, typer.Option("--title", help="What people call it.")]
Incoming = Annotated[str | None, typer.Option("--incoming", help="IMAP server, HOST or HOST:PORT.")]
IncomingSecurity = Annotated[
    Security | None,
    typer.Option("--incoming-security", help="How IMAP is encrypted; tls if nobody says."),
]
Submission = Annotated[
    str | None, typer.Option("--submission", help="SMTP server, HOST or HOST:PORT.")
]
SubmissionSecurity = Annotated[
    Security | None,
    typer.Option("--submission-security", help="How SMTP is encrypted; starttls if nobody says."),
]
EwsUrl = Annotated[str | None, typer.Option("--ews-url", help="Address of Exchange's web service.")]
Login = Annotated[
    str | None,
    typer.Option(
        "--login",
        metavar="FORM",
        help="User name at the server: address (if nobody says), local-part, manual, or a "
        "template of {address}, {local-part} and {domain}.",
    ),
]
SubmissionLogin = Annotated[
    str | None,
    typer.Option("--submission-login", metavar="FORM", help="The same for sending, if other."),
]
Auth = Annotated[
    list[AuthMethod] | None, typer.Option("--auth", help="Ways to sign in, best first.")
]
OAuthIssuerName = Annotated[
    str | None,
    typer.Option(
        "--oauth", metavar="ISSUER", help="Whose OAuth tokens it takes: google, or an app's issuer."
    ),
]
Mx = Annotated[
    list[str] | None,
    typer.Option(
        "--mx", metavar="NAME", help="It serves the domains whose mail exchangers end in this name."
    ),
]
CaFile = Annotated[
    str | None, typer.Option("--ca-file", help="Also trust the authorities in this file.")
]
HelpText = Annotated[
    str | None, typer.Option("--help-text", help="What a person has to know to sign in.")
]
HelpUrl = Annotated[
    str | None, typer.Option("--help-url", help="The page where a person prepares to sign in.")
]
FilesSent = Annotated[
    bool | None,
    typer.Option(
        "--files-sent/--no-files-sent",
        help="Whether it puts a copy of what it sends into Sent by itself.",
        show_default=False,
    ),
]


def describing(command: Callable[..., None]) -> Callable[..., None]:
    """Give the command these options, and what they say as its argument `description`."""
    options = signature(_description).parameters

    @wraps(command)
    def described(ctx: typer.Context, **given: Any) -> None:
        said = {name: given.pop(name) for name in options}
        command(ctx=ctx, description=_description(**said), **given)

    own = signature(command).parameters.values()
    parameters = [each for each in own if each.name != "description"] + [*options.values()]
    # both are what Typer makes the command line of
    described.__dict__["__signature__"] = signature(command).replace(parameters=parameters)
    described.__annotations__ = {each.name: each.annotation for each in parameters}
    return described


def _description(
    title: Title = None,
    incoming: Incoming = None,
    incoming_security: IncomingSecurity = None,
    submission: Submission = None,
    submission_security: SubmissionSecurity = None,
    ews_url: EwsUrl = None,
    login: Login = None,
    submission_login: SubmissionLogin = None,
    auth: Auth = None,
    oauth: OAuthIssuerName = None,
    mx: Mx = None,
    ca_file: CaFile = None,
    help_text: HelpText = None,
    help_url: HelpUrl = None,
    files_sent: FilesSent = None,
) -> Description:
    return Description(
        title=title,
        incoming=incoming,
        incoming_security=incoming_security,
        submission=submission,
        submission_security=submission_security,
        ews_url=ews_url,
        login=login,
        submission_login=submission_login,
        auth=tuple(auth) if auth else None,
        oauth=oauth,
        mx=tuple(mx) if mx else None,
        ca_file=ca_file,
        sign_in_help=help_text,
        sign_in_url=help_url,
        files_sent=files_sent,
    )
