"""What went wrong between exchangelib and a server, in our words."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import requests
from exchangelib import errors

from mailctl.errors import MailctlError, ServerRefused, Unreachable
from mailctl.ports.mail import Login
from mailctl.protocols.ews.causes import diagnosis, failed
from mailctl.protocols.ews.statuses import Answered
from mailctl.protocols.pauses import LONGEST_S
from mailctl.protocols.words import plain

_SENSELESS = (ValueError, TypeError, LookupError, AttributeError)
# https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
_CAUSES: dict[str, tuple[type[Exception], ...]] = {
    "throttled": (errors.ErrorServerBusy, errors.ErrorExceededFindCountLimit),
    "too-many-connections": (
        errors.ErrorExceededConnectionCount,
        errors.ErrorExceededSubscriptionCount,
        errors.ErrorTooManyObjectsOpened,
    ),
    "server-trouble": (
        errors.ErrorADUnavailable,
        errors.ErrorConnectionFailed,
        errors.ErrorInternalServerTransientError,
        errors.ErrorMailboxFailover,
        errors.ErrorMailboxMoveInProgress,
        errors.ErrorMailboxStoreUnavailable,
        errors.ErrorNoRespondingCASInDestinationSite,
    ),
    "mailbox-unknown": (errors.ErrorNonExistentMailbox,),
    "mailbox-alias": (errors.ErrorNonPrimarySmtpAddress,),
    "password-expired": (errors.ErrorPasswordExpired, errors.ErrorPasswordChangeRequired),
    "account-off": (errors.ErrorAccountDisabled,),
}
BUSY = (
    *_CAUSES["throttled"],
    *_CAUSES["too-many-connections"],
    *_CAUSES["server-trouble"],
)
"""What says nothing of what was asked for: it is to be asked for again."""
_IS_OFF = re.compile(r"\bEWS\b.*\bdisabled\b", re.IGNORECASE)
_NOT_OPEN = (
    errors.ErrorAccessDenied,
    errors.ErrorImpersonateUserDenied,
    errors.ErrorImpersonationDenied,
)


@contextmanager
def translated(host: str, login: Login, *, is_sign_in: bool = False) -> Iterator[None]:
    """Turn what exchangelib raises into an error of ours, without the password.

    What is refused while signing in is refused for the whole mailbox. Raises Unreachable,
    AuthenticationRefused, ServerBusy or ServerRefused.
    """
    try:
        yield
    except MailctlError:
        raise
    except (errors.EWSError, requests.RequestException, OSError, *_SENSELESS) as error:
        # exchangelib's errors may hold a request with all its headers: they are not shown
        raise (_not_let_in if is_sign_in else failure)(host, login, error) from None


def failure(host: str, login: Login, error: Exception) -> MailctlError:
    """Return what an error means."""
    said = plain(str(error)[:300], login.secret)
    provider = login.provider
    match error:
        case Answered():
            return error.meaning
        case errors.ErrorTimeoutExpired():
            return Unreachable(f"{host} stopped answering", hint="try again later")
        case _ if cause := _cause(error):
            pause = min(float(getattr(error, "back_off", None) or 0), LONGEST_S)
            sentence = f"{host} refused for {login.address or login.username}: {said}"
            return failed(sentence, cause, provider, retry_after_s=pause or None)
        case _ if isinstance(error, _NOT_OPEN) and _IS_OFF.search(said):
            return failed(f"{host} lets nobody in by EWS: {said}", "ews-off", provider)
        case _ if isinstance(error, _NOT_OPEN):
            closed = diagnosis("mailbox-closed", provider)
            sentence = f"{host} does not let {login.username} in there: {said}"
            return ServerRefused(sentence, hint=closed.hint, details=closed.details)
        case errors.ResponseMessageError():
            return ServerRefused(f"{host} refused: {said}")
        case OSError() | requests.RequestException():
            return Unreachable(f"{host} closed the connection", hint="try again later")
        case _:
            return ServerRefused(f"{host} answered something that is not EWS")


def _cause(error: Exception) -> str | None:
    return next((name for name, kinds in _CAUSES.items() if isinstance(error, kinds)), None)


def _not_let_in(host: str, login: Login, error: Exception) -> MailctlError:
    found = failure(host, login, error)
    if found.details.get("cause") != "mailbox-closed":
        return found
    said = f"{host} does not let {login.username} into the mailbox {login.address}"
    return failed(said, "mailbox-closed", login.provider)
