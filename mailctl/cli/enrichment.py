"""enrich: what the signatures of mail say of people."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import contact_options as o
from mailctl.cli.commands import Noun
from mailctl.errors import BadUsage
from mailctl.output.views.enrichment import TRIED

commands = Noun("See what the signatures of mail say of who sent it.")


@commands.verb(
    "test",
    "mailctl enrich test --message msg_0123456789ab",
    "mailctl enrich test --file letter.eml -o json | jq '.facts[].value'",
    "mailctl message raw msg_0123456789ab | mailctl enrich test --file -",
    view=TRIED,
)
def try_(
    ctx: typer.Context,
    message: Annotated[
        str | None, typer.Option("--message", help="A stored one: id, beginning, or Message-ID.")
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", help="A mail in a file; - for standard input.")
    ] = None,
    region: o.Region = None,
) -> None:
    """Show what is found in a mail's signature, and why; nothing is kept.

    Only the sender's own, latest signature counts: no quoted or forwarded mail, no footers.
    """
    from mailctl.core import enriching

    app: App = ctx.obj
    country = o.region_of(app, region)
    if (message is None) == (file is None):
        raise BadUsage("say which mail", hint="--message ID, or --file letter.eml")
    if message is not None:
        tried = enriching.signature_of_message(app.store, message, region=country)
    else:
        source = app.octets_of(file or "-", most=enriching.SOURCE_MAX)
        tried = enriching.signature_in(source, region=country)
    app.printer.one(TRIED, tried)
    if not tried.findings.facts:
        app.notice(f"nothing was found: {tried.findings.reason or 'it says nothing'}")
