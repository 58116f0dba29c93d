"""What went wrong between exchangelib and a server, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
from exchangelib import errors

from mailctl.errors import MailctlError, ServerBusy, ServerRefused, Unreachable
from mailctl.ports.mail import Login
from mailctl.protocols import signing_in
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
)
_LONGEST_PAUSE_S = 3600.0


@contextmanager
def translated(host: str, login: Login) -> Iterator[None]:
    """Turn what exchangelib raises into an error of ours, without the password.

    Raises Unreachable, AuthenticationRefused, ServerBusy or ServerRefused.
    """
    try:
        yield
    except MailctlError:
        raise
    except (errors.EWSError, requests.RequestException, OSError, *_SENSELESS) as error:
        # exchangelib's errors may hold a request with all its headers: they are not shown
        raise failure(host, login, error) from None


def failure(host: str, login: Login, error: Exception) -> MailctlError:
    """Return what an error means."""
    said = plain(str(error)[:300], login.secret)
    match error:
        case errors.UnauthorizedError():
            locked = said if "locked" in said else ""
            return signing_in.not_accepted(host, login, locked)
        case errors.ErrorTimeoutExpired():
            return Unreachable(f"{host} stopped answering", hint="try again later")
        case _ if isinstance(error, _BUSY):
            pause = float(getattr(error, "back_off", None) or 0)
            return ServerBusy(
                f"{host} cannot serve now: {said}",
                hint="try again later",
                retry_after_s=min(pause, _LONGEST_PAUSE_S) or None,
            )
        case errors.ErrorNonExistentMailbox():
            return ServerRefused(
                f"{host} has no mailbox of that address: {said}",
                hint="check the address: it is the mailbox's, the login may be another one",
            )
        case errors.ErrorAccessDenied():
            return ServerRefused(
                f"{host} does not let {login.username} into the mailbox: {said}",
                hint="the mailbox's owner or the administrator has to grant full access",
            )
        case errors.RedirectError():
            return ServerRefused(
                f"{host} sends us elsewhere, where no password of ours goes: {said}",
                hint="name the right address of EWS: mailctl provider set NAME --ews-url URL",
            )
        case errors.ResponseMessageError():
            return ServerRefused(f"{host} refused: {said}")
        case OSError() | requests.RequestException():
            return Unreachable(f"{host} closed the connection", hint="try again later")
        case _:
            return ServerRefused(f"{host} answered something that is not EWS")
