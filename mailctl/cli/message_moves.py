"""message export, import: mail to files and from files."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.domain.mail_files import FileFormat, GivenFormat
from mailctl.output.views.message_files import EXPORTED, IMPORTED

if TYPE_CHECKING:
    from mailctl.core.mail_files.exporting import Find

commands = Noun("")


@commands.verb(
    "export",
    "mailctl message export --format maildir --to backup    # again and again: what is there stays",
    "mailctl message export --account ada@example.org --folder INBOX --format mbox --to inbox.mbox",
    "mailctl message export --query 'from:acme after:2w' --format eml --to acme",
    "mailctl message list --limit 9 -o ndjson | mailctl message export - | formail -s wc -c",
    view=EXPORTED,
)
def export(
    ctx: typer.Context,
    messages: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID]...",
            help="Messages; - reads ids, or NDJSON, from standard input. All if none.",
        ),
    ] = None,
    format_: Annotated[
        FileFormat, typer.Option("--format", help="One file each, one for all, or Maildirs.")
    ] = FileFormat.MBOX,
    to: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="PATH",
            help="A directory, or a file of mbox; - or none is standard output.",
        ),
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", help="All that message search finds by this.")
    ] = None,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            help="All of this account, by address or id.",
            autocompletion=offering.accounts,
        ),
    ] = None,
    folder: Annotated[
        str | None,
        typer.Option("--folder", help="All of this folder.", autocompletion=offering.folders),
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace the file of mbox that is there.")
    ] = False,
) -> None:
    """Write messages as files that other programs read, byte for byte.

    eml and Maildir are added to: a message that is there is not written again, and its flags
    follow ours. Maildir keeps folders and flags; a directory for each account is above them
    unless --account says one.
    """
    from mailctl.core.mail_files.exporting import ExportRequest
    from mailctl.core.mail_files.exporting import export as write_messages
    from mailctl.core.targets import target

    app: App = ctx.obj
    request = ExportRequest(
        format=format_,
        target=None if to in {None, "-"} else target(to),
        names=messages or (),
        lines=app.stdin.buffer,
        find=None if query is None else _finding(app, query, account),
        account=account,
        folder=folder,
        overwrites=overwrite,
    )
    output = app.printer.output
    write = None if output.is_terminal else output.write_octets
    report = write_messages(app.store, request, write=write)
    if request.target is None:
        app.notice(f"messages written: {report.written}")
    else:
        app.printer.one(EXPORTED, report)
    raise typer.Exit(int(report.exit_code))


@commands.verb(
    "import",
    "mailctl message import backup    # what message export --format maildir wrote",
    "mailctl message import ~/Mail/sent.mbox ~/Downloads/*.eml",
    "curl -s https://example.org/list.mbox | mailctl message import - --folder list",
    view=IMPORTED,
)
def import_(
    ctx: typer.Context,
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH...", help="Files, mboxes, Maildirs, directories of these; - for stdin."
        ),
    ],
    format_: Annotated[
        GivenFormat, typer.Option("--format", help="What they are, where they do not say.")
    ] = GivenFormat.AUTO,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            help="Into this account's folders; its server is not touched.",
            autocompletion=offering.accounts,
        ),
    ] = None,
    folder: Annotated[
        str | None,
        typer.Option(
            "--folder",
            help="Into this folder, whatever the files say.",
            autocompletion=offering.folders,
        ),
    ] = None,
    no_index: Annotated[
        bool, typer.Option("--no-index", help="Leave it to a later run to make mail searchable.")
    ] = False,
) -> None:
    """Take mail over from files, byte for byte; nothing is stored twice.

    Folders and flags are kept where the files say them. Without --account it goes to the
    account `local`, or `local/ADDRESS` from a directory that is called so, which no server has.
    What is no mail is told and left: exit 3.
    """
    from mailctl.core.mail_files.importing import ImportRequest, import_mail

    app: App = ctx.obj
    request = ImportRequest(
        paths=paths, format=format_.chosen, account=account, folder=folder, indexes=not no_index
    )
    report = import_mail(app.services, request, stdin=app.stdin.buffer)
    app.printer.one(IMPORTED, report)
    if report.index_failure is not None:
        raise report.index_failure
    raise typer.Exit(int(report.exit_code))


def _finding(app: App, query: str, account: str | None) -> "Find":
    from mailctl.core.messages import search
    from mailctl.domain.query_language import Asker

    asker, wanted = Asker(app.now()), search.Wanted(account=account)
    return lambda tx: search.find(tx, query, asker, wanted)
