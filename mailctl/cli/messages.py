"""message: list, search and read stored messages."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import message_care, message_files, message_moves, message_search, offering
from mailctl.cli.commands import Noun
from mailctl.cli.paging import NoPager, tell_of_more
from mailctl.domain.statistics import By
from mailctl.output.views.messages import MESSAGE, MESSAGE_WITH_HEADER, MESSAGES
from mailctl.output.views.statistics import SUMS

_LIMIT_MAX = 1_000_000_000
Since = Annotated[
    str | None,
    typer.Option("--since", help="From then on: 2026-03-31, 2026-03, yesterday, 2w (ago)."),
]
Before = Annotated[str | None, typer.Option("--before", help="What was before then.")]

commands = Noun("List, search and read stored messages.")


@commands.verb(
    "list",
    "mailctl message list --account ada@example.org --unread --since 7d",
    "mailctl message list --limit 50 --after msg_0123456789ab    # the next page",
    "mailctl message list --unprocessed -o ndjson | jq -r .subject",
    lists=MESSAGES,
)
def list_(
    ctx: typer.Context,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            help="Only of this account, by address or id.",
            autocompletion=offering.accounts,
        ),
    ] = None,
    folder: Annotated[
        str | None,
        typer.Option("--folder", help="Only of this folder.", autocompletion=offering.folders),
    ] = None,
    unread: Annotated[bool, typer.Option("--unread", help="Only what is not read yet.")] = False,
    unprocessed: Annotated[
        bool, typer.Option("--unprocessed", help="Only what nobody has dealt with yet.")
    ] = False,
    since: Since = None,
    before: Before = None,
    sort: Annotated[
        str,
        typer.Option("--sort", help="By date, size, from, subject; -date: the greatest first."),
    ] = "-date",
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, max=_LIMIT_MAX, help="At most so many.")
    ] = None,
    after: Annotated[
        str | None,
        typer.Option("--after", help="Those that follow this message, the last of a page."),
    ] = None,
    no_pager: NoPager = False,
) -> None:
    """List messages, newest first.

    Mail has been dealt with where it is linked to a contact or a company and to a record, or
    where a person said so (message process, unprocess).
    """
    from mailctl.core.messages.messages import ListRequest, list_messages
    from mailctl.domain.days import beginning
    from mailctl.domain.listing import parse_order

    app: App = ctx.obj
    now = app.now()
    request = ListRequest(
        account=account,
        folder=folder,
        is_unread=unread,
        is_unprocessed=unprocessed,
        since=None if since is None else beginning(since, now),
        before=None if before is None else beginning(before, now),
        order=parse_order(sort),
        after=after,
        limit=limit,
    )
    with app.store.reading() as tx:
        found = list_messages(tx, request)
        with app.paged(wanted=not no_pager) as printer:
            printer.list(MESSAGES, found)
    tell_of_more(app, found.last)


@commands.verb("show", "mailctl message show msg_0123456789ab", view=MESSAGE)
def show(
    ctx: typer.Context,
    message: Annotated[str, typer.Argument(help="Its id, the beginning of it, or its Message-ID.")],
    headers: Annotated[
        bool, typer.Option("--headers", help="Every field of the header, as it was sent.")
    ] = False,
    no_pager: NoPager = False,
) -> None:
    """Show one message: its header, text, attachments and links.

    Nothing is loaded from the network.
    """
    from mailctl.core.messages.messages import show_message

    app: App = ctx.obj
    shown = show_message(app.store, message)
    with app.paged(wanted=not no_pager) as printer:
        printer.one(MESSAGE_WITH_HEADER if headers else MESSAGE, shown)


@commands.verb(
    "stats",
    "mailctl message stats --by month --since 365d",
    "mailctl message stats --by domain --limit 10",
    "mailctl message stats --by sender -o json | jq -r '.[0].value'",
    lists=SUMS,
)
def stats(
    ctx: typer.Context,
    by: Annotated[By, typer.Option("--by", help="What is counted.")] = By.MONTH,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            help="Only of this account, by address or id.",
            autocompletion=offering.accounts,
        ),
    ] = None,
    since: Since = None,
    before: Before = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, max=_LIMIT_MAX, help="At most so many lines."),
    ] = None,
    no_pager: NoPager = False,
) -> None:
    """Count messages, with bars at a terminal.

    Times are in their order, and --limit leaves the last; of anything else the most comes first.
    Days begin as in --since: in the zone of this machine (TZ).
    """
    from mailctl.core.messages.statistics import count_messages
    from mailctl.domain.days import beginning

    app: App = ctx.obj
    now = app.now()
    with app.store.reading() as tx:
        sums = count_messages(
            tx,
            by,
            account=account,
            since=None if since is None else beginning(since, now),
            before=None if before is None else beginning(before, now),
            limit=limit,
        )
    with app.paged(wanted=not no_pager) as printer:
        printer.list(SUMS, sums)


commands.include(message_search.commands)
commands.include(message_files.commands)
commands.include(message_moves.commands)
commands.include(message_care.commands)
