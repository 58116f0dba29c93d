"""send: a mail, or one for each row of a table."""

from dataclasses import replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli import mail_options as o
from mailctl.cli.commands import single
from mailctl.errors import BadUsage
from mailctl.output.views.outbox import OUTGOING, PREPARED, SENT

if TYPE_CHECKING:
    from mailctl.core.sending.sending import Manner, Prepared

_KINDS = {".csv": "csv", ".json": "json", ".ndjson": "ndjson", ".jsonl": "ndjson"}


def send(
    ctx: typer.Context,
    to: o.To = None,
    cc: o.Cc = None,
    bcc: o.Bcc = None,
    subject: o.Subject = "",
    text: o.Text = None,
    body: o.Body = None,
    html: o.Html = None,
    markdown: o.Markdown = None,
    attach: o.Attach = None,
    inline: o.Inline = None,
    from_: o.From = None,
    reply_to: o.ReplyTo = None,
    header: o.Headers = None,
    at: o.At = None,
    idempotency_key: o.Key = None,
    no_signature: o.NoSignature = False,
    eml: Annotated[
        str | None,
        typer.Option("--eml", metavar="FILE", help="A finished mail, sent as it is; - for stdin."),
    ] = None,
    template: Annotated[
        str | None,
        typer.Option(
            "--template", metavar="FILE", help="A head (To: {{ email }} …), an empty line, a text."
        ),
    ] = None,
    data: Annotated[
        str | None,
        typer.Option("--data", metavar="FILE", help="The rows: CSV, JSON, NDJSON; - for stdin."),
    ] = None,
    queue: o.Queue = False,
    dry_run: o.DryRun = False,
) -> None:
    """Send a mail, once.

    It is in the outbox before anything is tried. Exit 0: sent, or queued for later. Exit 5: not
    sent yet, and tried again by `outbox flush` and by every sync: do not send it again. Exit 13:
    refused for good; 3: for some of its recipients.
    """
    app: App = ctx.obj
    given = o.Given(
        to, cc, bcc, reply_to, subject, text, body, html, markdown, attach, inline, header,
        no_signature,
    )  # fmt: skip
    if eml is not None and (template is not None or data is not None):
        raise BadUsage("--eml and --template are two ways to send", hint="choose one of them")
    given.refuse_second_stdin(eml, template, data)
    o.check_fields(app, dry_run=dry_run)
    how = o.manner(app, at=at, key=idempotency_key)
    if template is not None or data is not None:
        mails = _of_rows(app, given, how, from_, template=template, data=data)
        o.send_and_tell(app, mails, only_queue=queue, dry_run=dry_run, is_list=True)
        return
    if eml is not None:
        mail = _of_file(app, given, how, from_, eml)
    else:
        mail = _of_words(app, given, how, from_)
    o.send_and_tell(app, [mail], only_queue=queue, dry_run=dry_run)


def _of_words(app: App, given: o.Given, how: "Manner", from_: str | None) -> "Prepared":
    from mailctl.cli.editing import written
    from mailctl.core.sending.senders import sender_named
    from mailctl.core.sending.sending import drafted, prepared

    sender = sender_named(app.services, from_)
    draft = drafted(app.services, sender, o.wording(app, given))
    if not given.has_words:
        return written(app, draft, lambda whole: prepared(sender, whole, how))
    return prepared(sender, draft, how)


def _of_file(app: App, given: o.Given, how: "Manner", from_: str | None, path: str) -> "Prepared":
    from mailctl.core.sending.senders import sender_named
    from mailctl.core.sending.sending import prepared_file
    from mailctl.mail.ready import sender_of

    if given.has_words or given.subject or given.attach or given.header or given.reply_to:
        raise BadUsage(
            "--eml sends a mail as it is",
            hint="leave out what the file holds: subject, text, files",
        )
    source = app.octets_of(path, most=o.FILE_MOST)
    writer = sender_of(source)
    said = from_ or (writer.address if writer else None)
    sender = sender_named(app.services, said)
    return prepared_file(app.services, sender, source, o.wording(app, given), how)


def _of_rows(
    app: App,
    given: o.Given,
    how: "Manner",
    from_: str | None,
    *,
    template: str | None,
    data: str | None,
) -> "list[Prepared]":
    from mailctl.core.sending.templating import prepared_rows
    from mailctl.mail.templates import read_rows, read_template

    if template is None or data is None:
        raise BadUsage("--template and --data belong together", hint="each row becomes a mail")
    if given.text is not None or given.body is not None or given.markdown is not None:
        raise BadUsage("the text comes from the template", hint="leave --text and the like out")
    html = None if given.html is None else o.text_of(app, given.html)
    found = read_template(o.text_of(app, template), html)
    rows = o.text_of(app, data)
    kind = _KINDS.get(PurePath(data).suffix.lower()) or _kind_of(rows)
    return prepared_rows(
        app.services,
        found,
        read_rows(rows, kind=kind),
        o.wording(app, replace(given, html=None), has_html=html is not None),
        how,
        said=from_,
        file_of=lambda path: o.draft_file(app, path),
    )


def _kind_of(rows: str) -> str:
    """Return what rows without a telling name are."""
    return {"[": "json", "{": "ndjson"}.get(rows.lstrip("\ufeff \r\n\t")[:1], "csv")


commands = single(
    send,
    "mailctl send --to ben@example.org --subject Hello --body 'How are you?'",
    "mailctl send --to ben@example.org -s Report --text report.txt --attach report.pdf",
    "date | mailctl send --to ops@example.org -s Done --text - --idempotency-key run-4711",
    "mailctl send --template invoice.txt --data invoices.csv --dry-run",
    view=(SENT, PREPARED),
    lists=(OUTGOING, PREPARED),
)
