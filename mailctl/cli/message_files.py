"""message raw, attachments: what a message is made of."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.errors import BadUsage
from mailctl.output.views.message_files import ATTACHMENTS, SAVED_FILES

commands = Noun("")
attachment_commands = Noun("The files in messages.")
commands.add_typer(attachment_commands, name="attachments")

Named = Annotated[
    str, typer.Argument(metavar="ID", help="Its id, the beginning of it, or its Message-ID.")
]
NamedMany = Annotated[
    list[str],
    typer.Argument(metavar="ID...", help="Messages; - reads ids, or NDJSON, from standard input."),
]


@commands.verb(
    "raw",
    "mailctl message raw msg_0123456789ab > mail.eml",
    "mailctl message raw msg_0123456789ab --account ada@example.org | sha256sum",
)
def raw(
    ctx: typer.Context,
    message: Named,
    account: Annotated[
        str | None,
        typer.Option(
            "--account",
            help="The copy in this account, by address or id.",
            autocompletion=offering.accounts,
        ),
    ] = None,
    folder: Annotated[
        str | None,
        typer.Option("--folder", help="The copy in this folder.", autocompletion=offering.folders),
    ] = None,
    uid: Annotated[
        int | None, typer.Option("--uid", min=1, help="The copy of this UID, of several there.")
    ] = None,
) -> None:
    """Write the bytes of a message as its server gave them.

    Copies may differ in what servers add on the way; the one stored first is taken unless
    another is named. A terminal gets them with its control characters made harmless.
    """
    from mailctl.core.messages.files import raw_source

    app: App = ctx.obj
    source = raw_source(app.store, message, account=account, folder=folder, uid=uid)
    app.printer.octets(source)


@attachment_commands.verb(
    "list",
    "mailctl message attachments list msg_0123456789ab",
    lists=ATTACHMENTS,
)
def list_(ctx: typer.Context, messages: NamedMany) -> None:
    """List the files in messages."""
    from mailctl.core.messages.files import attachments

    app: App = ctx.obj
    app.printer.list(ATTACHMENTS, attachments(app.store, messages, app.stdin.buffer))


@attachment_commands.verb(
    "save",
    "mailctl message attachments save msg_0123456789ab --dir ~/Downloads",
    "mailctl message attachments save msg_0123456789ab --number 2 --stdout | pdftotext - -",
    "mailctl message list --limit 50 -o ndjson | mailctl message attachments save - --dir files",
    lists=SAVED_FILES,
)
def save(
    ctx: typer.Context,
    messages: NamedMany,
    number: Annotated[
        list[int] | None, typer.Option("--number", min=1, help="This one alone; may be repeated.")
    ] = None,
    directory: Annotated[
        str | None, typer.Option("--dir", help="Where to; the current directory if none.")
    ] = None,
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Replace what is there; else names get numbers.")
    ] = False,
    stdout: Annotated[
        bool, typer.Option("--stdout", help="Write the bytes of one attachment there.")
    ] = False,
) -> None:
    """Write the files in messages to the disk, under names that are made safe.

    Nothing is written outside the directory, and what is there stays. Files have mode 0600.
    """
    from mailctl.core.messages.files import attachment_bytes, save_attachments
    from mailctl.core.targets import target

    app: App = ctx.obj
    if stdout:
        if len(messages) > 1 or messages == ["-"] or directory is not None or overwrite:
            raise BadUsage(
                "--stdout takes one message, and no --dir or --overwrite", hint="leave one out"
            )
        app.printer.octets(attachment_bytes(app.store, messages[0], number or ()))
        return
    saved = save_attachments(
        app.store,
        messages,
        app.stdin.buffer,
        numbers=number or (),
        target=target("." if directory is None else directory),
        overwrites=overwrite,
    )
    app.printer.list(SAVED_FILES, saved)
