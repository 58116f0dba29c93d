"""Which refusals of a server pass by themselves, and how long that takes."""

import re

from mailctl.errors import MailctlError, ServerBusy, ServerRefused

# RFC 5530 codes, Gmail's, Yahoo's and Exchange's words for "not now".
_BUSY = re.compile(
    r"\[(?:UNAVAILABLE|INUSE|LIMIT|THROTTLED|OVERQUOTA)\b"
    r"|throttled|rate limit|backoff time"
    r"|too many (?:simultaneous |concurrent )?connections"
    r"|authenticated but not connected"
    r"|try again later|temporar(?:y|ily)",
    re.IGNORECASE,
)
_BACKOFF = re.compile(r"Suggested Backoff Time: (\d{1,9}) milliseconds", re.IGNORECASE)
_LONGEST_BACKOFF_S = 3600.0


def is_busy(said: str) -> bool:
    """Whether the words mean that asking later may help."""
    return _BUSY.search(said) is not None


def retry_after_s(said: str) -> float | None:
    """Return the pause that the server asked for, an hour at most."""
    asked = _BACKOFF.search(said)
    return min(int(asked[1]) / 1000, _LONGEST_BACKOFF_S) if asked else None


def busy(host: str, said: str) -> ServerBusy:
    """Return the error of a server that cannot serve now."""
    return ServerBusy(
        f"{host} cannot serve now: {said}",
        hint="try again later",
        retry_after_s=retry_after_s(said),
    )


def refused(host: str, said: str) -> MailctlError:
    """Return ServerBusy or ServerRefused, as the words suggest."""
    if is_busy(said):
        return busy(host, said)
    return ServerRefused(f"{host} refused: {said}", hint=_hint(said))


def _hint(said: str) -> str | None:
    if "unsafe login" in said.lower():
        return "allow IMAP clients in the settings of the mailbox at the provider's web site"
    return None
