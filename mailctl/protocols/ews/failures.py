"""What went wrong between exchangelib and a server, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from exchangelib import errors

from mailctl.errors import MailctlError, ServerRefused, Unreachable
from mailctl.ports.mail import Login
from mailctl.protocols.ews.causes import diagnosis, failed
from mailctl.protocols.pauses import LONGEST_S
from mailctl.protocols.words import plain

_SENSELESS = (ValueError, TypeError, LookupError, AttributeError)
_BUSY = (
    errors.ErrorServerBusy,
    errors.ErrorExceededConnectionCount,
    errors.ErrorExceededFindCountLimit,
    errors.ErrorInternalServerTransientError,
    errors.ErrorTooManyObjectsOpened,
    errors.ErrorMailboxStoreUnavailable,
    errors.ErrorMailboxMoveInProgress,
    errors.ErrorExceededSubscriptionCount,
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
        case errors.ErrorTimeoutExpired():
            return Unreachable(f"{host} stopped answering", hint="try again later")
        case _ if isinstance(error, _BUSY):
            pause = float(getattr(error, "back_off", None) or 0)
            return failed(
                f"{host} cannot serve now: {said}",
                "throttled",
                provider,
                retry_after_s=min(pause, LONGEST_S) or None,
            )
        case errors.ErrorNonExistentMailbox():
            said = f"{host} has no mailbox {login.address or login.username}: {said}"
            return failed(said, "mailbox-unknown", provider)
        case errors.ErrorAccessDenied() if "ews" in said.lower() and "disabled" in said.lower():
            return failed(f"{host} lets nobody in by EWS: {said}", "ews-off", provider)
        case errors.ErrorAccessDenied():
            return ServerRefused(
                f"{host} does not let {login.username} in there: {said}",
                hint=diagnosis("mailbox-closed", provider).hint,
                details=diagnosis("mailbox-closed", provider).details,
            )
        case errors.ResponseMessageError():
            return ServerRefused(f"{host} refused: {said}")
        case OSError() | requests.RequestException():
            return Unreachable(f"{host} closed the connection", hint="try again later")
        case _:
            return ServerRefused(f"{host} answered something that is not EWS")


def _not_let_in(host: str, login: Login, error: Exception) -> MailctlError:
    found = failure(host, login, error)
    if found.details.get("cause") != "mailbox-closed":
        return found
    said = f"{host} does not let {login.username} into the mailbox {login.address}"
    return failed(said, "mailbox-closed", login.provider)
