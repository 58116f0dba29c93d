"""How an account does after a try, and when the next one is due."""

from dataclasses import replace
from datetime import datetime, timedelta

from mailctl.domain.accounts import Account, AccountState, Trouble
from mailctl.errors import (
    AuthenticationRefused,
    CursorExpired,
    GuardRefused,
    MailctlError,
    ServerBusy,
)

_SHORTEST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(hours=1)


def well(account: Account, *, at: datetime | None = None) -> Account:
    """Return the account after a try that succeeded; `at` is when its mail was complete.

    What a person switched off stays off.
    """
    is_resting = account.state is AccountState.DISABLED
    return replace(
        account,
        state=account.state if is_resting else AccountState.OK,
        last_sync_at=at or account.last_sync_at,
        trouble=None,
    )


def ailing(account: Account, error: MailctlError, *, now: datetime) -> Account:
    """Return the account after a try that ended in `error`.

    Temporary failures are tried again after 1, 2, 4 … minutes, an hour at most; a
    server that asks for a pause gets at least that.
    """
    was = account.trouble
    failures = was.failures + 1 if was else 1
    state, pause = _consequence(error, failures)
    trouble = Trouble(
        kind=error.kind,
        sentence=error.sentence,
        since=was.since if was else now,
        failures=failures,
        next_try_at=None if pause is None else now + pause,
    )
    is_resting = account.state is AccountState.DISABLED
    return replace(account, state=account.state if is_resting else state, trouble=trouble)


def is_paused(account: Account, *, now: datetime) -> bool:
    """Whether the server asked not to be bothered yet."""
    trouble = account.trouble
    if account.state is not AccountState.THROTTLED or trouble is None:
        return False
    return trouble.next_try_at is not None and now < trouble.next_try_at


def _consequence(error: MailctlError, failures: int) -> tuple[AccountState, timedelta | None]:
    backoff = min(_SHORTEST_PAUSE * 2 ** min(failures - 1, 10), _LONGEST_PAUSE)
    match error:
        case AuthenticationRefused():
            return AccountState.AUTH_REQUIRED, None
        case ServerBusy():
            asked = timedelta(seconds=error.retry_after_s or 0)
            return AccountState.THROTTLED, max(asked, backoff)
        case GuardRefused() | CursorExpired():  # of a folder: the others were read
            return AccountState.OK, backoff
        case _:
            return AccountState.TEMPORARY_FAILURE, backoff
