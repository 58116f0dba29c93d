"""Which refusals of a server pass by themselves, and how long that takes."""

import re

from mailctl.errors import AuthenticationRefused, MailctlError, ServerBusy, ServerRefused
from mailctl.protocols.diagnoses import Kind, diagnose

# Said of a folder or a command too, and true of everything: the mailbox is closed to us.
_OF_THE_WHOLE_MAILBOX = {
    "app-password-needed",
    "imap-off",
    "passwords-not-taken",
    "smtp-sign-in-off",
    "unknown-client",
    "web-sign-in-needed",
}
_BACKOFF = re.compile(r"Suggested Backoff Time: (\d{1,9}) milliseconds", re.IGNORECASE)
_LONGEST_BACKOFF_S = 3600.0


def is_busy(said: str) -> bool:
    """Whether the words mean that asking later may help."""
    found = diagnose(said)
    return found is not None and found.kind is Kind.BUSY


def retry_after_s(said: str) -> float | None:
    """Return the pause that the server asked for, an hour at most."""
    asked = _BACKOFF.search(said)
    return min(int(asked[1]) / 1000, _LONGEST_BACKOFF_S) if asked else None


def busy(host: str, said: str) -> ServerBusy:
    """Return the error of a server that cannot serve now."""
    found = diagnose(said)
    is_known = found is not None and found.kind is Kind.BUSY
    return ServerBusy(
        f"{host} cannot serve now: {said}",
        hint=found.hint if found and is_known else "try again later",
        retry_after_s=retry_after_s(said),
        details=found.details if found and is_known else None,
    )


def refused(host: str, said: str) -> MailctlError:
    """Return ServerBusy, AuthenticationRefused or ServerRefused, as the words suggest."""
    found = diagnose(said)
    if found is None:
        return ServerRefused(f"{host} refused: {said}")
    if found.kind is Kind.BUSY:
        return busy(host, said)
    failure = AuthenticationRefused if found.cause in _OF_THE_WHOLE_MAILBOX else ServerRefused
    return failure(f"{host} refused: {said}", hint=found.hint, details=found.details)
