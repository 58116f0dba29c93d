"""contact, company and record timeline: all mail with them, or about it."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.cli.paging import NoPager, tell_of_more, tell_of_unlinked
from mailctl.output.views.messages import MESSAGES

if TYPE_CHECKING:
    from mailctl.core.messages.listings import Listing

contact_commands = Noun("")
company_commands = Noun("")
record_commands = Noun("")
Limit = Annotated[
    int | None, typer.Option("--limit", min=1, max=1_000_000_000, help="At most so many.")
]
After = Annotated[
    str | None,
    typer.Option(
        "--after", metavar="ID", help="Those that follow this message, the last of a page."
    ),
]


@contact_commands.verb(
    "timeline", "mailctl contact timeline ada@acme.example --limit 20", lists=MESSAGES
)
def contact_timeline(
    ctx: typer.Context,
    contact: Annotated[str, typer.Argument(help="Its id, an e-mail, or its name.")],
    limit: Limit = None,
    after: After = None,
    no_pager: NoPager = False,
) -> None:
    """List all mail with a contact, newest first: to and from its addresses, or linked to it."""
    from mailctl.core.messages import timelines

    app: App = ctx.obj
    with app.store.reading() as tx:
        wanted = timelines.PageWanted(limit=limit, after=after)
        _show(app, timelines.contact_timeline(tx, contact, wanted), no_pager=no_pager)
        tell_of_unlinked(app, tx)


@company_commands.verb("timeline", "mailctl company timeline acme.example", lists=MESSAGES)
def company_timeline(
    ctx: typer.Context,
    company: Annotated[str, typer.Argument(help="Its id, a domain, or its name.")],
    limit: Limit = None,
    after: After = None,
    no_pager: NoPager = False,
) -> None:
    """List all mail with a company, newest first: its domains, addresses, people and links."""
    from mailctl.core.messages import timelines

    app: App = ctx.obj
    with app.store.reading() as tx:
        wanted = timelines.PageWanted(limit=limit, after=after)
        _show(app, timelines.company_timeline(tx, company, wanted), no_pager=no_pager)
        tell_of_unlinked(app, tx)


@record_commands.verb(
    "timeline", "mailctl record timeline invoice:INV-4711 -o ndjson", lists=MESSAGES
)
def record_timeline(
    ctx: typer.Context,
    record: Annotated[str, typer.Argument(help="Its id, or TYPE:NUMBER.")],
    limit: Limit = None,
    after: After = None,
    no_pager: NoPager = False,
) -> None:
    """List all mail that is about a record, newest first: whatever is linked to it."""
    from mailctl.core.messages import timelines

    app: App = ctx.obj
    with app.store.reading() as tx:
        wanted = timelines.PageWanted(limit=limit, after=after)
        _show(app, timelines.record_timeline(tx, record, wanted), no_pager=no_pager)
        tell_of_unlinked(app, tx)


def _show(app: App, found: "Listing", *, no_pager: bool) -> None:
    with app.paged(wanted=not no_pager) as printer:
        printer.list(MESSAGES, found)
    tell_of_more(app, found.last)
