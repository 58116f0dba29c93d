"""reply: an answer to a message that is stored here."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import mail_options as o
from mailctl.cli.commands import single
from mailctl.output.views.outbox import PREPARED, SENT


def reply(
    ctx: typer.Context,
    message: Annotated[str, typer.Argument(help="Its id, the beginning of it, or its Message-ID.")],
    all_: Annotated[
        bool, typer.Option("--all", help="To all who got it, not to its sender alone.")
    ] = False,
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
    no_mark: o.NoMark = False,
    queue: o.Queue = False,
    dry_run: o.DryRun = False,
) -> None:
    """Answer a message, in its conversation, from the address that got it.

    It ends as `send` does.
    """
    from mailctl.cli.editing import written
    from mailctl.core.sending import replying
    from mailctl.core.sending.sending import prepared

    app: App = ctx.obj
    given = o.Given(
        to, cc, bcc, reply_to, subject, text, body, html, markdown, attach, inline, header,
        no_signature,
    )  # fmt: skip
    o.check_fields(app, dry_run=dry_run)
    how = o.manner(app, at=at, key=idempotency_key)
    asked = replying.about(app.services, message, said=from_)
    draft = replying.reply(app.services, asked, o.wording(app, given), to_all=all_)
    if given.has_words:
        mail = prepared(asked.sender, draft, how)
    else:
        mail = written(app, draft, lambda whole: prepared(asked.sender, whole, how))
    o.send_and_tell(
        app,
        [mail],
        only_queue=queue,
        dry_run=dry_run,
        on_sent=lambda: None if no_mark else replying.mark(app.services, asked, "answered"),
    )


commands = single(
    reply,
    "mailctl reply msg_0123456789ab --body 'Thank you.'",
    "mailctl reply msg_0123456789ab --all --text answer.txt --attach plan.pdf",
    view=(SENT, PREPARED),
)
