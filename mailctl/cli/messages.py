"""message: list, search and read stored messages."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.output.views.messages import MESSAGE, MESSAGE_WITH_HEADER, MESSAGES

_LIMIT_MAX = 1_000_000_000
NoPager = Annotated[bool, typer.Option("--no-pager", help="Write straight to the terminal.")]

commands = Noun("List, search and read stored messages.")


@commands.verb(
    "list",
    "mailctl message list",
    "mailctl message list -o ndjson | jq -r .subject",
    view=MESSAGES,
)
def list_(
    ctx: typer.Context,
    account: Annotated[
        str | None, typer.Option("--account", help="Only of this account, by address or id.")
    ] = None,
    folder: Annotated[str | None, typer.Option("--folder", help="Only of this folder.")] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, max=_LIMIT_MAX, help="At most so many, the newest."),
    ] = None,
    no_pager: NoPager = False,
) -> None:
    """List messages, newest first."""
    from mailctl.core.messages import list_messages

    app: App = ctx.obj
    with app.store.reading() as tx:
        found = list_messages(tx, account=account, folder=folder, limit=limit)
        with app.paged(wanted=not no_pager) as printer:
            printer.list(MESSAGES, found)


@commands.verb(
    "search",
    "mailctl message search invoice acme.example",
    """mailctl message search '"new address"' 'contract*' --limit 20""",
    view=MESSAGES,
)
def search(
    ctx: typer.Context,
    words: Annotated[
        list[str],
        typer.Argument(help='Words that all occur; "a phrase" in quotes, a beginning as word*.'),
    ],
    account: Annotated[
        str | None, typer.Option("--account", help="Only of this account, by address or id.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", min=1, max=_LIMIT_MAX, help="At most so many, the newest."),
    ] = None,
) -> None:
    """Find messages by words in subject, people, text and names of attachments, newest first."""
    from mailctl.core.messages import search_messages

    app: App = ctx.obj
    with app.store.reading() as tx:
        found = search_messages(tx, words, account=account, limit=limit)
        app.printer.list(MESSAGES, found)


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
    from mailctl.core.messages import show_message

    app: App = ctx.obj
    shown = show_message(app.store, message)
    with app.paged(wanted=not no_pager) as printer:
        printer.one(MESSAGE_WITH_HEADER if headers else MESSAGE, shown)
