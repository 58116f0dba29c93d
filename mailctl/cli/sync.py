"""sync: bring the mail of accounts into the store."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.errors import BadUsage
from mailctl.output.render import Format
from mailctl.output.views.sync import HAPPENINGS, RUNS, SYNC_REPORT
from mailctl.output.views.sync_states import FOLDER_STATES, SYNC_STATES, UNREAD, VERIFICATION

commands = Noun("Bring the mail of accounts into the store.")

_OF_A_SYNC = (
    *("addresses", "account", "owner", "folder", "due", "jitter", "since", "full", "dry_run"),
    *("max_bytes", "allow_delete"),
)
"""The parameters of a run that say which servers are asked, when, and for what."""

Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[ADDRESS]...", help="Accounts; all if none.", autocompletion=offering.accounts
    ),
]


@commands.verb(
    "run",
    "mailctl sync run",
    "mailctl sync run ada@example.org --since 30d -o json",
    "mailctl sync run --due --jobs 4 --quiet    # from cron: silent unless something fails",
    "mailctl sync run --due --jitter 60s --quiet    # and on many machines, spread over a minute",
    view=SYNC_REPORT,
)
def run(
    ctx: typer.Context,
    addresses: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ADDRESS]...", help="Accounts; all if none.", autocompletion=offering.accounts
        ),
    ] = None,
    account: Annotated[
        list[str] | None,
        typer.Option(
            "--account", help="An account, by address or id.", autocompletion=offering.accounts
        ),
    ] = None,
    owner: Annotated[
        list[str] | None, typer.Option("--owner", help="All accounts of this owner.")
    ] = None,
    folder: Annotated[
        list[str] | None,
        typer.Option(
            "--folder", help="This folder alone, of each account.", autocompletion=offering.folders
        ),
    ] = None,
    due: Annotated[
        bool, typer.Option("--due", help="Only accounts whose time has come (sync-interval).")
    ] = False,
    jitter: Annotated[
        str | None,
        typer.Option(
            "--jitter", help="Begin up to this much later, so that not all machines do at once."
        ),
    ] = None,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, max=256, help="How many accounts at once.")
    ] = 1,
    since: Annotated[
        str | None,
        typer.Option("--since", help="Mail from this day on, or back this long: 30d, all."),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help="Compare everything, whatever the server's counts say.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would change, and store nothing.")
    ] = False,
    max_duration: Annotated[
        str | None, typer.Option("--max-duration", help="End after this long: 90s, 10m, 2h.")
    ] = None,
    max_bytes: Annotated[
        str | None, typer.Option("--max-bytes", help="End after so much mail: 500k, 100M, 2G.")
    ] = None,
    allow_delete: Annotated[
        bool,
        typer.Option("--allow-delete", help="Believe it when many messages vanish at once."),
    ] = False,
    no_index: Annotated[
        bool, typer.Option("--no-index", help="Leave it to a later run to make mail searchable.")
    ] = False,
    index_only: Annotated[
        bool, typer.Option("--index-only", help="Make searchable what is stored; ask no server.")
    ] = False,
) -> None:
    """Store what is new in the mailboxes.

    Nothing in them is changed. At the end mail is made searchable. Exit 3 where some accounts
    failed; where all did, the worst of their codes. 11 where another run has all of them.
    """
    from mailctl.cli.sync_telling import Telling
    from mailctl.core.sync.sync import Limits, SyncRequest, run_index, run_sync
    from mailctl.domain.periods import parse_duration, parse_since
    from mailctl.domain.sizes import parse_size
    from mailctl.output.complaints import error_document

    app: App = ctx.obj
    telling = Telling(app)
    if no_index and index_only:
        raise BadUsage("--no-index and --index-only leave nothing to do", hint="leave one out")
    if index_only:
        _refuse_of_a_sync(ctx)
    limits = Limits(
        duration_s=None if max_duration is None else parse_duration(max_duration),
        bytes=None if max_bytes is None else parse_size(max_bytes),
    )
    jitter_s = 0.0 if jitter is None else parse_duration(jitter)
    if limits.duration_s is not None and jitter_s >= limits.duration_s:
        raise BadUsage(
            "--jitter may take all of --max-duration", hint="choose less for it: --jitter 60s"
        )
    if index_only:
        with telling:
            indexed = run_index(app.services, limits=limits, watch=telling.hear)
        raise typer.Exit(telling.conclude(indexed))
    request = SyncRequest(
        accounts=(*(addresses or ()), *(account or ())),
        owners=owner or (),
        folders=folder or (),
        is_due=due,
        jobs=jobs,
        since=None if since is None else parse_since(since, app.services.now()),
        allow_delete=allow_delete,
        is_full=full,
        is_dry=dry_run,
        indexes=not no_index,
        limits=limits,
        jitter_s=jitter_s,
    )
    with telling:
        result = run_sync(app.services, request, watch=telling.hear, describe=error_document)
    raise typer.Exit(telling.conclude(result))


def _refuse_of_a_sync(ctx: typer.Context) -> None:
    """Raise BadUsage where an option speaks of servers: it would be passed over without a word."""
    names = {each.name: each.opts[0] for each in ctx.command.params}
    for name in _OF_A_SYNC:
        if ctx.params.get(name):
            said = names[name] if names[name].startswith("--") else "the name of an account"
            raise BadUsage(
                f"--index-only asks no server, and {said} says how to ask one",
                hint="for all that waits: mailctl sync run --index-only",
            )


@commands.verb(
    "status",
    "mailctl sync status -v",
    "mailctl sync status --max-age 1h    # for a monitor: exit 5 if mail is older",
    lists=SYNC_STATES,
)
def status(
    ctx: typer.Context,
    addresses: Names = None,
    max_age: Annotated[
        str | None, typer.Option("--max-age", help="How old the last complete sync may be: 1h.")
    ] = None,
) -> None:
    """Tell how far accounts and folders are.

    Folders with -v, and in every format but tables. No server is asked.
    """
    from mailctl.core.sync.status import sync_states
    from mailctl.domain.periods import parse_period

    app: App = ctx.obj
    age = None if max_age is None else parse_period(max_age)
    found, stale = sync_states(app.services, addresses or (), max_age=age)
    app.printer.list(SYNC_STATES, found)
    if found and app.options.verbose and app.format is Format.TABLE and not app.printer.fields:
        app.printer.text("\n")
        app.printer.list(FOLDER_STATES, [each for state in found for each in state.folders])
    if stale is not None:
        raise stale


@commands.verb(
    "history",
    "mailctl sync history ada@example.org --limit 5",
    "mailctl sync history --failed -o ndjson | jq -r '[.started_at, .error.message] | @tsv'",
    lists=RUNS,
)
def history(
    ctx: typer.Context,
    addresses: Names = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=1_000_000, help="At most so many, the newest.")
    ] = 20,
    failed: Annotated[
        bool, typer.Option("--failed", help="Only runs that failed or lack messages.")
    ] = False,
) -> None:
    """List the runs that were made, newest first.

    Runs are remembered for 90 days, and the last 20 of an account in any case.
    """
    from mailctl.core.naming import account_named
    from mailctl.store import runs

    app: App = ctx.obj
    with app.store.reading() as tx:
        accounts = [account_named(tx, name).id for name in addresses or ()]
        app.printer.list(RUNS, runs.latest(tx, accounts, limit=limit, failed=failed))


@commands.verb(
    "errors",
    "mailctl sync errors ada@example.org",
    "mailctl sync errors --retry    # exit 3 if some still cannot be read",
    lists=UNREAD,
)
def errors(
    ctx: typer.Context,
    addresses: Names = None,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try all of them now, and list what is left.")
    ] = False,
) -> None:
    """List the messages that could not be read.

    Why, how often they were tried, and when they are tried again.
    """
    from mailctl.cli.sync_telling import Telling
    from mailctl.core.sync import errors
    from mailctl.output.complaints import error_document

    app: App = ctx.obj
    if not retry:
        app.printer.list(UNREAD, errors.unread_messages(app.store, addresses or ()))
        return
    telling = Telling(app, is_result=False)
    with telling:
        retried = errors.retry(
            app.services, addresses or (), watch=telling.hear, describe=error_document
        )
    app.printer.list(UNREAD, retried.left)
    if retried.sync is not None:
        telling.say_failures(retried.sync)
    raise typer.Exit(int(retried.exit_code))


@commands.verb(
    "verify",
    "mailctl sync verify ada@example.org",
    "mailctl sync verify --all -o json | jq '.accounts[].folders[] | select(.equal | not)'",
    view=VERIFICATION,
)
def verify(
    ctx: typer.Context,
    addresses: Names = None,
    folder: Annotated[
        list[str] | None,
        typer.Option(
            "--folder", help="This folder alone, of each account.", autocompletion=offering.folders
        ),
    ] = None,
    sample: Annotated[
        int, typer.Option("--sample", min=0, help="Of how many a folder the bytes are compared.")
    ] = 20,
    everything: Annotated[
        bool, typer.Option("--all", help="Compare the bytes of all messages.")
    ] = False,
) -> None:
    """Compare what is stored with the servers.

    Nothing is changed, here or there. Exit 3 if they differ. What is left on the server by
    a policy or the period is no difference.
    """
    from mailctl.cli.sync_telling import VerifyTelling
    from mailctl.core.sync.verifying import VerifyRequest
    from mailctl.core.sync.verifying import verify as compare

    app: App = ctx.obj
    request = VerifyRequest(
        accounts=addresses or (), folders=folder or (), sample=None if everything else sample
    )
    telling = VerifyTelling(app)
    found = compare(app.services, request, tell=telling.hear)
    raise typer.Exit(telling.conclude(found))


@commands.verb(
    "watch",
    "mailctl sync watch",
    "mailctl sync watch ada@example.org -o ndjson | while read -r line; do notify-send mail; done",
    "mailctl sync watch --once --interval 1h    # end with the next mail, or after an hour",
    view=HAPPENINGS,
)
def watch(
    ctx: typer.Context,
    addresses: Names = None,
    interval: Annotated[
        str | None,
        typer.Option("--interval", help="Sync in any case after this long: 60s, 10m, 1h."),
    ] = None,
    once: Annotated[
        bool, typer.Option("--once", help="End after the next change, or after the interval.")
    ] = False,
) -> None:
    """Sync accounts as soon as mail arrives, until stopped.

    A line for each sync that changed something; with -o json or ndjson an object a line.
    """
    from mailctl.cli.sync_telling import WatchTelling
    from mailctl.core.sync.watching import Ears, WatchRequest, watch_accounts
    from mailctl.domain.periods import parse_duration
    from mailctl.output.complaints import error_document

    app: App = ctx.obj
    request = WatchRequest(
        accounts=addresses or (),
        interval_s=None if interval is None else parse_duration(interval),
        is_once=once,
    )
    telling = WatchTelling(app)
    ears = Ears(telling.hear, telling.hear_progress, error_document)
    raise typer.Exit(int(watch_accounts(app.services, request, ears)))
