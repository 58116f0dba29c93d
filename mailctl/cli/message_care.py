"""message flag, process, purge: what is changed of mail, and what is forgotten."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.output.views.message_care import FLAGGED, PURGED
from mailctl.output.views.messages import MESSAGES

commands = Noun("")
Messages = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Messages; - reads ids, or NDJSON, from standard input."),
]


@commands.verb(
    "flag",
    "mailctl message flag msg_0123456789ab --seen --star",
    "mailctl message flag msg_0123456789ab --add work --remove flagged",
    "mailctl message search invoice -o ndjson | mailctl message flag - --add seen",
    lists=FLAGGED,
)
def flag(
    ctx: typer.Context,
    messages: Messages,
    add: Annotated[
        list[str] | None,
        typer.Option(
            "--add", help="seen, flagged, answered, forwarded, draft, deleted, or a keyword."
        ),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", help="The same, to be taken away.")
    ] = None,
    seen: Annotated[
        bool | None, typer.Option("--seen/--unseen", help="Read, or not read yet.")
    ] = None,
    star: Annotated[bool | None, typer.Option("--star/--unstar", help="Flagged, or not.")] = None,
) -> None:
    """Change flags of messages, at their servers too, in every folder where they lie.

    Flags that are not named stay as they are. Exit 3 if some copies failed; 9 if a server has the
    message no more or numbered its folder anew, 13 if it refuses.
    """
    from mailctl.core.messages.flagging import exit_code, flag_messages
    from mailctl.domain.flags import flag_change

    app: App = ctx.obj
    words = {"seen": seen, "flagged": star}
    change = flag_change(
        [*(add or ()), *(word for word, wanted in words.items() if wanted)],
        [*(remove or ()), *(word for word, wanted in words.items() if wanted is False)],
    )
    found = flag_messages(app.services, messages, app.stdin.buffer, change)
    app.printer.list(FLAGGED, found)
    for error in {each.error.sentence: each.error for each in found if each.error}.values():
        app.complain(error)
    raise typer.Exit(int(exit_code(found)))


@commands.verb(
    "process",
    "mailctl message process msg_0123456789ab",
    "mailctl message list --unprocessed --before 30d -o ndjson | mailctl message process -",
    lists=MESSAGES,
)
def process(ctx: typer.Context, messages: Messages) -> None:
    """Say that messages have been dealt with; `message list --unprocessed` leaves them out.

    Without a word it is so where a message is linked to a contact or a company and to a record.
    """
    _mark(ctx.obj, messages, is_processed=True)


@commands.verb("unprocess", "mailctl message unprocess msg_0123456789ab", lists=MESSAGES)
def unprocess(ctx: typer.Context, messages: Messages) -> None:
    """Say that messages are still to be dealt with, whatever they are linked to."""
    _mark(ctx.obj, messages, is_processed=False)


def _mark(app: App, messages: list[str], *, is_processed: bool) -> None:
    from mailctl.core.messages.processing import process

    found = process(app.services, messages, app.stdin.buffer, is_processed=is_processed)
    app.printer.list(MESSAGES, found)


@commands.verb(
    "purge",
    "mailctl message purge msg_0123456789ab",
    "mailctl message purge --gone --dry-run",
    "mailctl message purge --older-than 90d --yes    # from cron: what vanished that long ago",
    lists=PURGED,
)
def purge(
    ctx: typer.Context,
    messages: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...", help="Messages; - reads ids, or NDJSON, from standard input."
        ),
    ] = None,
    gone: Annotated[
        bool, typer.Option("--gone", help="All that vanished from their servers.")
    ] = False,
    older_than: Annotated[
        str | None,
        typer.Option("--older-than", help="All that vanished so long ago, or before: 90d, DATE."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="List what would be forgotten, and keep it.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget messages for good, with their bytes and words; no server is touched.

    What a server has is kept: the next sync would bring it back. Exit 3 if some are kept, 8 if
    all are.
    """
    from mailctl.cli.asking import confirmed
    from mailctl.core.messages import purging
    from mailctl.domain.periods import parse_since

    app: App = ctx.obj
    request = purging.PurgeRequest(
        names=messages or (),
        lines=app.stdin.buffer,
        is_gone=gone,
        gone_before=None if older_than is None else parse_since(older_than, app.services.now()),
    )
    plan = purging.plan_purge(app.store, request)
    if plan.going and not dry_run:
        confirmed(app, f"Messages to be forgotten for good: {len(plan.going)}. Go on?", is_sure=yes)
    app.printer.list(PURGED, purging.purge(app.store, plan, is_dry=dry_run))
    if plan.refusal is not None:
        app.complain(plan.refusal)
    raise typer.Exit(int(plan.exit_code))
