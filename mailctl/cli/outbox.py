"""outbox: mail on its way out."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.domain.outgoing import OutgoingState
from mailctl.output.views.outbox import OUTGOING

if TYPE_CHECKING:
    from mailctl.domain.outgoing import OutgoingMessage

commands = Noun("See mail on its way out; send it, let it be tried again, take it back.")

Names = Annotated[
    list[str], typer.Argument(metavar="ID...", help="Ids (out_…), Message-IDs or idempotency keys.")
]


@commands.verb(
    "list",
    "mailctl outbox list",
    "mailctl outbox list --all --limit 20 -o ndjson | jq -r '[.state, .subject] | @tsv'",
    lists=OUTGOING,
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
    state: Annotated[
        list[OutgoingState] | None, typer.Option("--state", help="Only in this state.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="What was sent or taken back too.")] = False,
    limit: Annotated[
        int | None, typer.Option("--limit", min=1, max=1_000_000, help="Only the newest, so many.")
    ] = None,
) -> None:
    """List mail that is not sent, oldest first."""
    from mailctl.core.sending import outbox
    from mailctl.domain.outgoing import UNFINISHED

    app: App = ctx.obj
    states = UNFINISHED | {OutgoingState.FAILED}
    wanted = frozenset(state) if state else None if all_ else states
    app.printer.list(
        OUTGOING, outbox.listed(app.services, account=account, states=wanted, limit=limit)
    )


@commands.verb("show", "mailctl outbox show out_0123456789", view=OUTGOING)
def show(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id, Message-ID or key.")],
) -> None:
    """Show what became of a mail, for each of its recipients."""
    from mailctl.core.sending import outbox

    app: App = ctx.obj
    with app.store.reading() as tx:
        message = outbox.named(tx, name)
    app.printer.one(OUTGOING, message)


@commands.verb("raw", "mailctl outbox raw out_0123456789 > mail.eml")
def raw(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id, Message-ID or key.")],
) -> None:
    """Write the bytes of a mail as its server gets them."""
    from mailctl.core.sending import outbox

    app: App = ctx.obj
    app.printer.octets(outbox.source_of(app.services, name))


@commands.verb(
    "flush",
    "mailctl outbox flush",
    "mailctl outbox flush --now --account ada@example.org",
    lists=OUTGOING,
)
def flush(
    ctx: typer.Context,
    account: Annotated[
        list[str] | None,
        typer.Option("--account", help="Only of these accounts.", autocompletion=offering.accounts),
    ] = None,
    now: Annotated[
        bool, typer.Option("--now", help="Also what was to be tried again only later.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", "-j", min=1, max=64, help="So many accounts at once.")
    ] = 4,
) -> None:
    """Send what is due, look up what is uncertain, file what was sent.

    Prints what was tried. Exit 3 if some of it is not sent, 5 or 13 if nothing is; 11 if another
    process is at it.
    """
    from mailctl.core.naming import account_named
    from mailctl.core.sending.delivery import DeliveryRequest, deliver
    from mailctl.core.sending.failures import exit_code
    from mailctl.output.complaints import error_document

    app: App = ctx.obj
    with app.store.reading() as tx:
        chosen = [account_named(tx, name).id for name in account] if account else None
    report = deliver(
        app.services,
        DeliveryRequest(accounts=chosen, is_hasty=now, jobs=jobs),
        watch=lambda message: app.detail(f"{message.id} is {message.state}"),
        describe=error_document,
    )
    if report.held and not report.messages:
        raise report.held[0]
    for held in report.held:
        app.complain(held)
    _tell(app, report.messages)
    raise typer.Exit(int(exit_code(report.messages)))


@commands.verb(
    "retry",
    "mailctl outbox retry out_0123456789",
    "mailctl outbox retry out_0123456789 --again    # it may arrive twice",
    lists=OUTGOING,
)
def retry(
    ctx: typer.Context,
    names: Names,
    again: Annotated[
        bool, typer.Option("--again", help="Send what is uncertain again, at your risk.")
    ] = False,
) -> None:
    """Try mail again now: what failed, waits, or is not in Sent. It ends as `send` does."""
    from mailctl.core.sending import outbox
    from mailctl.core.sending.delivery import DeliveryRequest, deliver
    from mailctl.core.sending.failures import exit_code
    from mailctl.output.complaints import error_document

    app: App = ctx.obj
    ids = [each.id for each in outbox.retry(app.services, names, again=again)]
    report = deliver(
        app.services,
        DeliveryRequest(ids=ids, is_hasty=True),
        watch=lambda message: None,
        describe=error_document,
    )
    for held in report.held:
        raise held
    with app.store.reading() as tx:
        found = [outbox.named(tx, each) for each in ids]
    _tell(app, found)
    raise typer.Exit(int(exit_code(found)))


@commands.verb(
    "cancel",
    "mailctl outbox cancel out_0123456789",
    lists=OUTGOING,
)
def cancel(
    ctx: typer.Context,
    names: Names,
    as_sent: Annotated[
        bool, typer.Option("--as-sent", help="Of what is uncertain: note that it was sent.")
    ] = False,
) -> None:
    """Take mail back that is not sent; who has got it keeps it."""
    from mailctl.core.sending import outbox

    app: App = ctx.obj
    change = outbox.as_sent if as_sent else outbox.cancel
    app.printer.list(OUTGOING, change(app.services, names))


def _tell(app: App, messages: "Sequence[OutgoingMessage]") -> None:
    from mailctl.core.sending.failures import failure

    app.printer.list(OUTGOING, messages)
    for message in messages:
        why = failure(message)
        if why is not None:
            app.complain(why)
