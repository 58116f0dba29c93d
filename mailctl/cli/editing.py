"""A mail written in the person's own editor, as git does it with its messages."""

import shlex
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile, TemporaryDirectory
from typing import TYPE_CHECKING

from mailctl.app import App
from mailctl.errors import BadUsage, MailctlError

if TYPE_CHECKING:
    from mailctl.core.sending.sending import Prepared
    from mailctl.domain.drafts import Draft

_HEADS = ("To", "Cc", "Bcc", "Subject")
_INSTEAD = "say what it says: --text FILE, --text - for standard input, or --body TEXT"


def written(app: App, draft: "Draft", then: "Callable[[Draft], Prepared]") -> "Prepared":
    """Return what becomes of the draft with what a person wrote in their editor.

    Raises BadUsage where there is nobody to write, or nothing was written. What was written
    and cannot be sent is kept in a file.
    """
    if not (app.may_ask and app.stdout.isatty()):
        raise BadUsage("the mail has no text", hint=_INSTEAD)
    before = _shown(draft)
    text = _edited(app, before)
    if text == before:
        raise BadUsage("nothing was written, so nothing is sent", hint=_INSTEAD)
    try:
        return then(_read(draft, text))
    except MailctlError as error:
        error.hint = "; ".join(filter(None, (error.hint, f"what you wrote is in {_kept(text)}")))
        raise


def _read(draft: "Draft", text: str) -> "Draft":
    """Return the draft as it stands in the text. Raises BadUsage."""
    from mailctl.core.sending.senders import people

    head, _, body = text.replace("\r\n", "\n").partition("\n\n")
    fields = dict.fromkeys(_HEADS, "")
    for line in head.splitlines():
        name, colon, value = line.partition(":")
        if not colon or name.title() not in fields:
            raise BadUsage(f"{line[:60]!r} is no header line that can be changed here")
        fields[name.title()] = value.strip()
    if not body.strip():
        raise BadUsage("the mail has no text", hint=_INSTEAD)
    return replace(
        draft,
        to=people([fields["To"]]) if fields["To"] else (),
        cc=people([fields["Cc"]]) if fields["Cc"] else (),
        bcc=people([fields["Bcc"]]) if fields["Bcc"] else (),
        subject=fields["Subject"],
        text=body,
        quoted_text="",  # a person saw it, and kept of it what stands in the text now
        quoted_html="",
    )


def _shown(draft: "Draft") -> str:
    from mailctl.mail.mailboxes import as_written

    named = {"To": draft.to, "Cc": draft.cc, "Bcc": draft.bcc}
    lines = [
        f"{name}: {', '.join(as_written(each.name, each.address) for each in people)}"
        for name, people in named.items()
    ]
    quoted = f"\n{draft.quoted_text}" if draft.quoted_text else ""
    return "\n".join([*lines, f"Subject: {draft.subject}", "", "", quoted])


def _edited(app: App, text: str) -> str:
    """Return a text after a person's editor had it. Raises BadUsage."""
    chosen = app.environment.get("VISUAL") or app.environment.get("EDITOR") or "vi"
    with TemporaryDirectory(prefix="mailctl-") as directory:  # which nobody else may enter
        path = Path(directory, "mail.eml")
        path.write_text(text, encoding="utf-8")
        try:
            with _interrupts_are_the_editors():
                code = subprocess.run([*shlex.split(chosen), str(path)], check=False).returncode
        except (OSError, ValueError) as error:
            raise BadUsage(
                f"the editor {chosen!r} does not start: {error}", hint="set EDITOR; or " + _INSTEAD
            ) from error
        if code in {-signal.SIGINT, 128 + signal.SIGINT}:
            raise KeyboardInterrupt
        if code != 0:
            raise BadUsage(f"the editor ended with {code}, so nothing is sent")
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise BadUsage("what was written is no UTF-8 text") from error


@contextmanager
def _interrupts_are_the_editors() -> Iterator[None]:
    """Go on when a person types Ctrl-C, which means something in most editors."""
    # a handler, for what is ignored would be ignored by the editor too
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _kept(text: str) -> str:
    """Write the text to a file that nobody else may read, and return its path."""
    with NamedTemporaryFile(
        "w", prefix="mailctl-", suffix=".txt", encoding="utf-8", delete=False
    ) as file:
        file.write(text)
    return file.name
