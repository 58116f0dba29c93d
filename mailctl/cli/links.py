"""link: what mail is about, and why."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import link_rules
from mailctl.cli.commands import Noun
from mailctl.domain.links import Step
from mailctl.output.views.links import EXPLANATION, LINK_RUN, LINKS

commands = Noun("See and say what mail is about: contacts, companies, records.")
commands.add_typer(link_rules.commands, name="rule")

Messages = Annotated[
    list[str],
    typer.Argument(
        metavar="MESSAGE...", help="Messages; - reads ids, or NDJSON, from standard input."
    ),
]
To = Annotated[
    str,
    typer.Option(
        "--to", metavar="OBJECT", help="contact:NAME, company:NAME, TYPE:NUMBER of a record, an id."
    ),
]
Conversation = Annotated[
    bool, typer.Option("--thread", help="Also every other message of their conversations.")
]


@commands.verb(
    "run",
    "mailctl link run",
    "mailctl link run --since 30d --dry-run -o json",
    view=LINK_RUN,
)
def run(
    ctx: typer.Context,
    since: Annotated[
        str | None, typer.Option("--since", help="Only mail from then on: 2026-03-31, 2w (ago).")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")
    ] = False,
) -> None:
    """Link all stored mail anew, as contacts, companies, records and rules are now.

    Every sync links what it brings, and every change what it touches, so this is seldom needed.
    What was said by hand stays.
    """
    from mailctl.core.links.links import run_links
    from mailctl.domain.days import beginning

    app: App = ctx.obj
    after = None if since is None else beginning(since, app.now())
    app.printer.one(LINK_RUN, run_links(app.services, since=after, is_dry=dry_run))


@commands.verb(
    "add",
    "mailctl link add msg_0123456789ab --to contact:ada@acme.example",
    "mailctl link add msg_0123456789ab --to invoice:INV-4711 --thread",
    lists=LINKS,
)
def add(ctx: typer.Context, messages: Messages, to: To, thread: Conversation = False) -> None:
    """Link messages to a contact, a company or a record by hand.

    What is said by hand is never overwritten. Where several contacts may be meant, this chooses.
    """
    from mailctl.core.links.links import Which, add_links

    app: App = ctx.obj
    made = add_links(app.services, Which(messages, app.stdin.buffer, thread), to)
    app.printer.list(LINKS, made)


@commands.verb(
    "remove", "mailctl link remove msg_0123456789ab --to company:acme.example", lists=LINKS
)
def remove(ctx: typer.Context, messages: Messages, to: To, thread: Conversation = False) -> None:
    """Take links of messages away; they do not come back by themselves.

    Exit 7 where none of the messages is linked to that.
    """
    from mailctl.core.links.links import Which, remove_links

    app: App = ctx.obj
    gone = remove_links(app.services, Which(messages, app.stdin.buffer, thread), to)
    app.printer.list(LINKS, gone)


@commands.verb(
    "list",
    "mailctl link list --to invoice:INV-4711",
    "mailctl link list --candidates    # what waits for a person's choice",
    lists=LINKS,
)
def list_(
    ctx: typer.Context,
    message: Annotated[
        str | None, typer.Option("--message", help="Only those of this message.")
    ] = None,
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="OBJECT", help="Only those to this contact, company, record."),
    ] = None,
    rule: Annotated[str | None, typer.Option("--rule", help="Only those by this rule.")] = None,
    step: Annotated[Step | None, typer.Option("--step", help="Only those made so.")] = None,
    candidates: Annotated[
        bool, typer.Option("--candidates", help="Only those among which a person must choose.")
    ] = False,
) -> None:
    """List links, those of the newest mail first."""
    from mailctl.core.links.links import LinksWanted, listed_links

    app: App = ctx.obj
    wanted = LinksWanted(message, to, rule, step, candidates)
    with app.store.reading() as tx:
        app.printer.list(LINKS, listed_links(tx, wanted))


@commands.verb("explain", "mailctl link explain msg_0123456789ab", view=EXPLANATION)
def explain(
    ctx: typer.Context,
    message: Annotated[str, typer.Argument(help="Id or Message-ID of a message.")],
) -> None:
    """Tell why a message is linked as it is: each step, what it compared, chose and left."""
    from mailctl.core.links.explaining import explained

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.one(EXPLANATION, explained(tx, message))
