"""forward: a message that is stored here, passed on."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import mail_options as o
from mailctl.cli.commands import single
from mailctl.errors import BadUsage
from mailctl.output.views.outbox import PREPARED, SENT


def forward(
    ctx: typer.Context,
    message: Annotated[str, typer.Argument(help="Its id, the beginning of it, or its Message-ID.")],
    to: o.To = None,
    cc: o.Cc = None,
    bcc: o.Bcc = None,
    subject: o.Subject = "",
    text: o.Text = None,
    body: o.Body = None,
    html: o.Html = None,
    markdown: o.Markdown = None,
    attach: o.Attach = None,
    from_: o.From = None,
    reply_to: o.ReplyTo = None,
    header: o.Headers = None,
    at: o.At = None,
    idempotency_key: o.Key = None,
    no_signature: o.NoSignature = False,
    as_attachment: Annotated[
        bool, typer.Option("--as-attachment", help="All of it as a file, byte for byte.")
    ] = False,
    no_attachments: Annotated[
        bool, typer.Option("--no-attachments", help="Without the files that came with it.")
    ] = False,
    no_mark: o.NoMark = False,
    queue: o.Queue = False,
    dry_run: o.DryRun = False,
) -> None:
    """Pass a message on, with its text and its files. It ends as `send` does."""
    from mailctl.core.sending import replying
    from mailctl.core.sending.sending import prepared

    app: App = ctx.obj
    if as_attachment and no_attachments:
        raise BadUsage(
            "--as-attachment passes on all of it, its files too",
            hint="leave --as-attachment or --no-attachments out",
        )
    given = o.Given(
        to, cc, bcc, reply_to, subject, text, body, html, markdown, attach, None, header,
        no_signature,
    )  # fmt: skip
    o.check_fields(app, dry_run=dry_run)
    how = o.manner(app, at=at, key=idempotency_key)
    asked = replying.about(app.services, message, said=from_)
    draft = replying.forward(
        app.services,
        asked,
        o.wording(app, given),
        as_attachment=as_attachment,
        with_files=not no_attachments,
    )
    mails = [prepared(asked.sender, draft, how)]
    o.send_and_tell(
        app,
        mails,
        only_queue=queue,
        dry_run=dry_run,
        on_sent=lambda: None if no_mark else replying.mark(app.services, asked, "forwarded"),
    )


commands = single(
    forward,
    "mailctl forward msg_0123456789ab --to ben@example.org --body 'See below.'",
    "mailctl forward msg_0123456789ab --to legal@example.org --as-attachment",
    view=(SENT, PREPARED),
)
