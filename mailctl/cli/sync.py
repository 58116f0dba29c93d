"""sync: bring the mail of accounts into the store."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.output.views.sync import SYNC_REPORT

commands = Noun("Bring the mail of accounts into the store.")


@commands.verb(
    "run",
    "mailctl sync run",
    "mailctl sync run ada@example.org --since 30d -o json",
    view=SYNC_REPORT,
)
def run(
    ctx: typer.Context,
    addresses: Annotated[
        list[str] | None, typer.Argument(metavar="[ADDRESS]...", help="Accounts; all if none.")
    ] = None,
    account: Annotated[
        list[str] | None, typer.Option("--account", help="An account, by address or id.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", help="From this day on, or back this long: 30d, all.")
    ] = None,
    allow_delete: Annotated[
        bool,
        typer.Option("--allow-delete", help="Believe it when many messages vanish at once."),
    ] = False,
) -> None:
    """Store what is new in the mailboxes; nothing in them is changed."""
    from mailctl.core.sync import SyncRequest, run_sync
    from mailctl.domain.periods import parse_since
    from mailctl.output.complaints import error_document
    from mailctl.output.progress import failure_text, folder_line

    app: App = ctx.obj
    request = SyncRequest(
        accounts=(*(addresses or ()), *(account or ())),
        since=None if since is None else parse_since(since, app.services.now()),
        allow_delete=allow_delete,
    )
    result = run_sync(
        app.services,
        request,
        watch=lambda event: app.detail(folder_line(event)),
        describe=error_document,
    )
    app.printer.one(SYNC_REPORT, result.report)
    for failed in result.report.unhealthy:
        app.tell(failure_text(failed, app.format))
    raise typer.Exit(result.exit_code)
