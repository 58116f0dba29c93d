"""What went wrong between imaplib and a server, in our words."""

import ast
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from mailctl.domain.secret import Secret
from mailctl.errors import MailctlError, ServerRefused, Unreachable
from mailctl.protocols import refusals
from mailctl.protocols.pacing import Flooded
from mailctl.protocols.words import plain, repeats

# What imaplib and IMAPClient put around a server's words.
_FRAME = re.compile(
    r"^(?:command: [\w ]+? => )?(?:[\w ]+? (?:failed: |command error: ))?(?:BAD |NO )?", re.ASCII
)

# What an answer that makes no sense can raise inside imaplib and IMAPClient.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, RecursionError)


@contextmanager
def translated(host: str, secret: Secret | None = None) -> Iterator[None]:
    """Turn what imaplib, the socket or a senseless answer raises into an error of ours.

    Words that repeat `secret` are withheld. Raises Unreachable, ServerBusy or ServerRefused.
    """
    try:
        yield
    except (imaplib.IMAP4.error, OSError, *UNREADABLE) as error:
        # The cause is shown with a traceback, so it must not repeat the secret either.
        cause = None if repeats(said(error), secret) else error
        raise failure(host, error, secret) from cause


def failure(host: str, error: Exception, secret: Secret | None = None) -> MailctlError:
    """Return what `error` means in words that do not repeat the secret."""
    match error:
        case Flooded():
            return ServerRefused(f"{host} sent far more than it was asked for")
        case imaplib.IMAP4.abort() | OSError():
            return lost(host, error, secret)
        case imaplib.IMAP4.error():
            return refusals.refused(host, plain(said(error), secret))
        case _:
            return ServerRefused(f"{host} answered something that makes no sense")


def lost(host: str, error: Exception, secret: Secret | None) -> MailctlError:
    """Return the error of a connection that ended or fell silent."""
    if isinstance(error, TimeoutError):
        return Unreachable(
            f"{host} stopped answering", hint="try again later", details={"is_silent": True}
        )
    text = said(error)
    if "=> BYE" in text or text.startswith("BYE") or refusals.is_busy(text):
        return refusals.busy(host, plain(text, secret))
    if isinstance(error, ssl.SSLError):
        return Unreachable(f"the encrypted connection to {host} broke", hint="try again later")
    if isinstance(error, imaplib.IMAP4.abort) and "socket error" not in text:
        return ServerRefused(f"{host} answered something that makes no sense")
    return Unreachable(f"{host} closed the connection", hint="try again later")


def said(error: Exception) -> str:
    """Return the server's words without what the libraries put around them."""
    first = error.args[0] if error.args else ""
    text = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(first)
    return _unlisted(_FRAME.sub("", text, count=1))


def _unlisted(text: str) -> str:
    """Return the words in `[b'…']`: imaplib shows the list that holds the answer to a BAD."""
    if not text.startswith("[b"):
        return text
    try:
        (line,) = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text
    return line.decode("utf-8", "replace") if isinstance(line, bytes) else text
