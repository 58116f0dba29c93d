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
from mailctl.protocols import refusals
from mailctl.protocols.diagnoses import diagnose
from mailctl.protocols.pacing import Flooded
from mailctl.protocols.words import plain

if TYPE_CHECKING:
    from mailctl.protocols.smtp.connection import Connection

LATER = "try again later"
_ENHANCED = re.compile(r"(?:^|\s)([245]\.\d{1,3}\.\d{1,3})\b")
_TOO_LARGE = {"5.3.4", "5.2.3"}
# What the enhanced status says of a recipient, a sender or the mail (RFC 3463, RFC 5248).
_HINTS = {
    "4.7.1": "the server lets new senders wait (greylisting): it is tried again",
    "4.2.2": "the recipient's mailbox is full: it is tried again",
    "5.1.0": "check the address",
    "5.1.1": "there is no such mailbox: check the address",
    "5.1.2": "there is no such domain for mail: check the address",
    "5.1.3": "check how the address is written",
    "5.1.6": "the mailbox has moved: ask for the new address",
    "5.1.7": "the server does not let this account send as that address: check --from",
    "5.1.8": "the server does not let this account send as that address: check --from",
    "5.2.1": "the mailbox takes no mail at present: ask its owner by another way",
    "5.2.2": "the recipient's mailbox is full: ask them to make room",
    "5.7.1": "a policy of the server forbids it: who may send what to whom, from which address",
    "5.7.60": "the server does not let this account send as that address: check --from",
}


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
    found = diagnose(words)
    is_over_limit = found is not None and found.cause == "sending-limit"
    enhanced = _ENHANCED.search(words)
    status = enhanced[1] if enhanced else ""
    details: dict[str, object] = {"smtp_code": code, "smtp_status": status or None}
    if found is not None and is_over_limit:
        details |= found.details
    if 400 <= code < 500 or is_over_limit:
        hint = found.hint if found and is_over_limit else _HINTS.get(status, LATER)
        return ServerBusy(
            f"{host} does not take the mail now: {code} {words}", hint=hint, details=details
        )
    if status in _TOO_LARGE or (code == 552 and not status):
        return MailTooLarge(
            f"{host} refused: {code} {words}", hint="send less at once", details=details
        )
    return ServerRefused(
        f"{host} refused: {code} {words}", hint=_HINTS.get(status), details=details
    )


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
