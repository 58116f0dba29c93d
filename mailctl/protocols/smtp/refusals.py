"""What the answers of a submission service mean for a mail, and for the connection."""

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from mailctl.domain.secret import Secret
from mailctl.errors import (
    MailctlError,
    MailTooLarge,
    ServerBusy,
    ServerRefused,
    TlsFailure,
    Unreachable,
)
from mailctl.protocols import refusals, safe_words
from mailctl.protocols.pacing import Flooded
from mailctl.protocols.safe_words import own
from mailctl.protocols.smtp.causes import cause_of
from mailctl.protocols.words import plain

if TYPE_CHECKING:
    from mailctl.protocols.smtp.connection import Connection

LATER = "try again later"
_ENHANCED = re.compile(r"(?:^|\s)([245]\.\d{1,3}\.\d{1,3})\b")


@contextmanager
def exchange(connection: "Connection", secret: Secret | None = None) -> Iterator[None]:
    """Give the exchange its time and turn what smtplib raises into an error of ours."""
    host = connection.server
    if connection.sock is None:
        raise Unreachable(f"{host} closed the connection", hint=LATER)
    connection.pace.begin()
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise refusal(host, error.smtp_code, plain(error.smtp_error, secret)) from error
    except (smtplib.SMTPException, OSError, ValueError) as error:
        connection.told.happened(own("broken off:"), safe_words.failure(error))
        raise lost(host, error) from error


def refusal(host: str, code: int, words: str) -> MailctlError:
    """Return the error of a refusal that concerns the connection or the account."""
    said = f"{code} {words}" if code > 0 else words
    if 400 <= code < 500 or refusals.is_busy(words):
        return refusals.busy(host, said)
    if code == 538:
        return TlsFailure(f"{host} takes no password without encryption")
    return refusals.refused(host, said)


def declined(host: str, code: int, words: str) -> MailctlError:
    """Return the error of a mail that is not taken: what is said is of the mail, not of us."""
    found = cause_of(words)
    enhanced = _ENHANCED.search(words)
    details: dict[str, object] = {
        "smtp_code": code,
        "smtp_status": enhanced[1] if enhanced else None,
        **(found.details if found else {}),
    }
    cause = found.cause if found else None
    if 400 <= code < 500 or cause == "sending-limit":
        return ServerBusy(
            f"{host} does not take the mail now: {code} {words}",
            hint=found.hint if found else LATER,
            details=details,
        )
    # 552 stood for a mail too large before there were enhanced codes (RFC 5321 section 4.2.3).
    is_too_large = cause == "too-large" or (code == 552 and found is None)
    refused = MailTooLarge if is_too_large else ServerRefused
    hint = found.hint if found else "send less at once" if is_too_large else None
    return refused(f"{host} refused: {code} {words}", hint=hint, details=details)


def lost(host: str, error: Exception) -> MailctlError:
    """Return the error of a connection that ended or fell silent."""
    # smtplib hides what the socket said behind its own error.
    causes = (error, error.__cause__, error.__context__)
    if any(isinstance(cause, Flooded) for cause in causes):
        return ServerRefused(f"{host} sent far more than it was asked for")
    if any(isinstance(cause, TimeoutError) for cause in causes):
        return Unreachable(f"{host} stopped answering", hint=LATER)
    if isinstance(error, ssl.SSLError):
        return Unreachable(f"the encrypted connection to {host} broke", hint=LATER)
    return Unreachable(f"{host} closed the connection", hint=LATER)
