"""The options that all commands which send have in common, and what they make together."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.errors import BadUsage
from mailctl.output.views.outbox import OUTGOING, PREPARED, SENT

if TYPE_CHECKING:
    from mailctl.core.sending.sending import Manner, Prepared, Wording
    from mailctl.domain.drafts import DraftFile
    from mailctl.errors import MailctlError

TEXT_MOST, FILE_MOST = 16 << 20, 150 << 20

To = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="ADDRESS", help="Who gets it; again, or with commas, for more."),
]
Cc = Annotated[list[str] | None, typer.Option("--cc", metavar="ADDRESS", help="Who gets a copy.")]
Bcc = Annotated[
    list[str] | None,
    typer.Option("--bcc", metavar="ADDRESS", help="Who gets a copy that nobody else knows of."),
]
Subject = Annotated[str, typer.Option("--subject", "-s", help="What it is about.")]
Text = Annotated[
    str | None,
    typer.Option("--text", metavar="FILE", help="The text from a file; - is standard input."),
]
Body = Annotated[str | None, typer.Option("--body", help="The text itself.")]
Html = Annotated[
    str | None,
    typer.Option("--html", metavar="FILE", help="The text as HTML; alone, or beside --text."),
]
Markdown = Annotated[
    str | None,
    typer.Option("--markdown", metavar="FILE", help="The text, also sent as HTML made of it."),
]
Attach = Annotated[
    list[str] | None,
    typer.Option("--attach", "-a", metavar="FILE", help="A file that goes along."),
]
Inline = Annotated[
    list[str] | None,
    typer.Option("--inline", metavar="FILE", help='A picture of the HTML: <img src="cid:NAME">.'),
]
From = Annotated[
    str | None,
    typer.Option("--from", metavar="ADDRESS", help="The account, or one of its aliases."),
]
ReplyTo = Annotated[
    list[str] | None,
    typer.Option("--reply-to", metavar="ADDRESS", help="Who gets the answers."),
]
Headers = Annotated[
    list[str] | None,
    typer.Option("--header", metavar="NAME=VALUE", help="A further field of the header."),
]
At = Annotated[
    str | None,
    typer.Option("--at", metavar="TIME", help="Not before: 2026-03-31T09:00, or 2h from now."),
]
Key = Annotated[
    str | None,
    typer.Option(
        "--idempotency-key", metavar="KEY", help="Sent once, however often this is run with KEY."
    ),
]
NoSignature = Annotated[
    bool, typer.Option("--no-signature", help="Without the account's signature.")
]
NoMark = Annotated[
    bool,
    typer.Option("--no-mark", help="Leave the message unmarked at its server."),
]
Queue = Annotated[bool, typer.Option("--queue", help="Into the outbox only; see outbox flush.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would be sent.")]


@dataclass(frozen=True)
class Given:
    """What was said of a mail on the command line."""

    to: list[str] | None = None
    cc: list[str] | None = None
    bcc: list[str] | None = None
    reply_to: list[str] | None = None
    subject: str = ""
    text: str | None = None
    body: str | None = None
    html: str | None = None
    markdown: str | None = None
    attach: list[str] | None = None
    inline: list[str] | None = None
    header: list[str] | None = None
    no_signature: bool = False

    @property
    def has_words(self) -> bool:
        """Whether it says what the mail says."""
        words = (self.text, self.body, self.html, self.markdown)
        return any(each is not None for each in words)

    def refuse_second_stdin(self, *others: str | None) -> None:
        """Raise BadUsage where standard input would have to be two things."""
        files = (self.text, self.html, self.markdown, *others)
        files += (*(self.attach or ()), *(self.inline or ()))
        if sum(each == "-" for each in files) > 1:
            raise BadUsage("standard input can be one thing only", hint="name a file for the other")


def wording(app: App, given: Given, *, has_html: bool = False) -> "Wording":
    """Return what a person gave, files read. Raises BadUsage; nothing is sent then.

    `has_html` says that there is HTML elsewhere, in a template.
    """
    from mailctl.core.sending.sending import Wording
    from mailctl.mail.markdown import html_of_markdown

    given.refuse_second_stdin()
    if sum(each is not None for each in (given.text, given.body, given.markdown)) > 1:
        raise BadUsage("the text is said twice", hint="choose --text, --body or --markdown")
    if given.markdown is not None and given.html is not None:
        raise BadUsage("the HTML is said twice", hint="choose --html or --markdown")
    text = given.body
    if given.text is not None:
        text = text_of(app, given.text)
    html = None if given.html is None else text_of(app, given.html)
    if given.markdown is not None:
        text = text_of(app, given.markdown)
        html = html_of_markdown(text)
    inline = [draft_file(app, path, is_inline=True) for path in given.inline or ()]
    if inline and html is None and not has_html:
        raise BadUsage("--inline is for pictures of the HTML", hint="use --attach, or add --html")
    return Wording(
        to=given.to or (),
        cc=given.cc or (),
        bcc=given.bcc or (),
        reply_to=given.reply_to or (),
        subject=given.subject,
        text=text,
        html=html,
        files=(*(draft_file(app, path) for path in given.attach or ()), *inline),
        headers=tuple(_header(each) for each in given.header or ()),
        has_signature=not given.no_signature,
    )


def manner(app: App, *, at: str | None, key: str | None) -> "Manner":
    """Return when and under which key mails go out. Raises BadUsage."""
    from mailctl.core.sending.sending import Manner
    from mailctl.domain.periods import parse_coming

    if key is not None and not (key.strip() and key.isprintable() and len(key) <= 255):
        raise BadUsage(
            "an idempotency key is a word of up to 255 characters", hint="e.g. invoice-4711"
        )
    send_at = None if at is None else parse_coming(at, app.services.now())
    return Manner(send_at, None if key is None else key.strip())


def text_of(app: App, path: str) -> str:
    """Return the text in a file. Raises BadUsage."""
    octets = app.octets_of(path, most=TEXT_MOST)
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadUsage(
            f"the file {path} is no UTF-8 text", hint=f"convert it: iconv -t utf-8 {path}"
        ) from error


def draft_file(app: App, path: str, *, is_inline: bool = False) -> "DraftFile":
    """Return a file that goes along, under its base name. Raises BadUsage."""
    from mailctl.domain.drafts import DraftFile

    name = "file" if path == "-" else PurePath(path).name
    octets = app.octets_of(path, most=FILE_MOST)
    return DraftFile(name, "", octets, name if is_inline else None)


def check_fields(app: App, *, dry_run: bool) -> None:
    """Raise BadUsage for a chosen field that is none: once a mail is sent it is too late."""
    app.printer.check(PREPARED if dry_run else OUTGOING)


def send_and_tell(
    app: App,
    mails: "Sequence[Prepared]",
    *,
    only_queue: bool,
    dry_run: bool,
    is_list: bool = False,
    on_sent: "Callable[[], MailctlError | None]" = lambda: None,
) -> None:
    """Send mails, or show them, and end with what the process says of them.

    `on_sent` is called once a mail was sent now, and returns what went wrong with that.
    """
    from mailctl.core.sending import sending
    from mailctl.output.complaints import error_document

    if dry_run:
        if is_list:
            app.printer.list(PREPARED, mails)
        else:
            app.printer.one(PREPARED, mails[0])
        return
    sent = sending.send(app.services, mails, is_only_queued=only_queue, describe=error_document)
    if is_list:
        app.printer.list(OUTGOING, sent.messages)
    else:
        app.printer.one(SENT, sent.messages[0])
    for message in sent.messages:
        failure = sent.failures.get(message.id)
        if failure is not None:
            app.complain(failure)
        elif message.copy.error is not None:
            app.warn(f"the copy of {message.id} is not in Sent: {message.copy.error['message']}")
    if sent.known and is_list:
        app.notice(f"{len(sent.known)} of them were in the outbox before, under the same keys")
    elif sent.known:
        app.notice(f"{sent.messages[0].id} was in the outbox before, under the same key")
    if any(each.accepted and each.id not in sent.known for each in sent.messages):
        trouble = on_sent()
        if trouble is not None:
            app.notice(f"sent, but not marked in the mailbox: {trouble.sentence}")
    raise typer.Exit(int(sent.exit_code))


def _header(text: str) -> tuple[str, str]:
    separators = [place for place in (text.find("="), text.find(":")) if place > 0]
    if not separators:
        raise BadUsage(f"{text!r} is no header field", hint="write --header 'X-Name: value'")
    place = min(separators)
    return text[:place], text[place + 1 :]
