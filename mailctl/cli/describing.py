"""The options by which an administrator describes a provider."""

from typing import Annotated

import typer

from mailctl.domain.providers import AuthMethod
from mailctl.domain.servers import Security

Title = Annotated[str | None, typer.Option("--title", help="What people call it.")]
Incoming = Annotated[str | None, typer.Option("--incoming", help="IMAP server, HOST or HOST:PORT.")]
IncomingSecurity = Annotated[
    Security | None,
    typer.Option("--incoming-security", help="How it is encrypted; tls if nobody says."),
]
Submission = Annotated[
    str | None, typer.Option("--submission", help="SMTP server, HOST or HOST:PORT.")
]
SubmissionSecurity = Annotated[
    Security | None,
    typer.Option("--submission-security", help="How it is encrypted; starttls if nobody says."),
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
Mx = Annotated[list[str] | None, typer.Option("--mx", help="Its mail exchangers end in this name.")]
CaFile = Annotated[
    str | None, typer.Option("--ca-file", help="Also trust the authorities in this file.")
]
HelpText = Annotated[
    str | None, typer.Option("--help-text", help="What a person has to know to sign in.")
]
HelpUrl = Annotated[
    str | None, typer.Option("--help-url", help="The page where a person prepares to sign in.")
]
