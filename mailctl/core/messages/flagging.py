"""Flags changed where mail lies: at the servers first, and then in what we hold of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from shlex import quote

from mailctl.core.access import signin
from mailctl.core.access.credentials import Credential, signing_in
from mailctl.core.access.due import refuse_known_bad
from mailctl.core.exit_codes import is_of_the_run, joint_exit_code
from mailctl.core.naming import account_named
from mailctl.core.providers.providers import directory, provider_named
from mailctl.core.selection import messages_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.flags import FlagChange
from mailctl.domain.health import ailing
from mailctl.domain.ids import MessageId
from mailctl.domain.syncing import Flags, Reflagged, Uid
from mailctl.errors import (
    AuthenticationRefused,
    BadUsage,
    Conflict,
    CursorExpired,
    ExitCode,
    MailctlError,
    ServerBusy,
    ServerRefused,
    StoreUnusable,
)
from mailctl.ports.mail import MailMarker
from mailctl.records import dataclass
from mailctl.store import accounts, copies, marks
from mailctl.store.marks import HeldCopy

_WAIT_S = 3.0
"""How long a sync of the same account is waited for: that of a watcher ends soon."""


@dataclass(frozen=True)
class Flagged:
    """A copy and its flags as they are now, or why they could not be changed."""

    message: MessageId
    address: str | None = None
    folder: str | None = None
    uid: Uid | None = None
    flags: Flags = frozenset()
    is_changed: bool = False
    """Whether they differ from what we held."""
    error: MailctlError | None = None


def flag_messages(
    services: Services, names: Sequence[str], lines: Iterable[bytes], change: FlagChange
) -> list[Flagged]:
    """Change the flags of every copy of the messages, account by account.

    An account that fails stops no other. What the server says after the change is what we
    hold then; nothing is changed where it numbered a folder anew or has no such message any
    more. Raises NotFound, NameAmbiguous, BadUsage.
    """
    with services.store.reading() as tx:
        wanted = messages_named(tx, names, lines)
        held = marks.held_copies(tx, wanted)
    found = [
        flagged
        for address, group in groupby(held, attrgetter("address"))
        for flagged in _in_account(services, address, list(group), change)
    ]
    nowhere = set(wanted) - {copy.message for copy in held}
    return found + [_nowhere(message) for message in wanted if message in nowhere]


def exit_code(found: Sequence[Flagged]) -> ExitCode:
    """Return 3 if some failed, the worst code if all did."""
    return joint_exit_code(
        ExitCode.OK if each.error is None else each.error.exit_code for each in found
    )


def _nowhere(message: MessageId) -> Flagged:
    gone = Conflict(
        f"{message} lies in no mailbox any more", hint=f"mailctl message show {message}"
    )
    return Flagged(message, error=gone)


def _in_account(
    services: Services, address: str, held: Sequence[HeldCopy], change: FlagChange
) -> Iterator[Flagged]:
    at_server = [copy for copy in held if not copy.is_local]
    yield from _local(services, [copy for copy in held if copy.is_local], change)
    if not at_server:
        return
    done: dict[HeldCopy, Flagged] = {}
    try:
        _at_server(services, at_server, change, done)
    except StoreUnusable:
        raise
    except MailctlError as error:
        if is_of_the_run(error):
            raise
        done = {copy: _failed(copy, error) for copy in at_server} | done
    yield from (done[copy] for copy in at_server)


def _at_server(
    services: Services,
    held: Sequence[HeldCopy],
    change: FlagChange,
    done: dict[HeldCopy, Flagged],
) -> None:
    """Change the flags at the server of an account; what became of each copy goes into `done`."""
    account_id, address = held[0].account, held[0].address
    with services.locks.hold(account_id, called=address, wait_s=_WAIT_S):
        with services.store.reading() as tx:
            account = account_named(tx, account_id)
        if account.state is AccountState.DISABLED:
            raise BadUsage(
                f"{address} is disabled", hint=f"mailctl account enable {quote(address)}"
            )
        refuse_known_bad(account, now=services.now(), is_named=True)
        provider = provider_named(directory(services.store), account.provider)

        def opened(credential: Credential) -> None:
            login = signin.receiving(account, provider, credential)
            with services.mail.marker(login) as marker:
                _mark(services, marker, held, change, done)

        try:
            signing_in(services, account, opened)
        except (AuthenticationRefused, ServerBusy) as error:
            _note(services, account, error)
            raise


def _note(services: Services, account: Account, error: MailctlError) -> None:
    """Let nobody knock again at once where the server does not want that."""
    with services.store.writing() as tx:
        accounts.record_health(tx, ailing(account, error, now=services.now()))


def _mark(
    services: Services,
    marker: MailMarker,
    held: Sequence[HeldCopy],
    change: FlagChange,
    done: dict[HeldCopy, Flagged],
) -> None:
    for _, group in groupby(held, attrgetter("folder", "numbering")):
        those = list(group)
        try:
            flags = marker.mark(
                those[0].path,
                [copy.uid for copy in those],
                numbering=those[0].numbering,
                add=change.add,
                remove=change.remove,
            )
        except CursorExpired as error:
            done |= {copy: _failed(copy, _renumbered(copy, error)) for copy in those}
        except ServerRefused as error:  # of this folder; others may be less strict
            done |= {copy: _failed(copy, error) for copy in those}
        else:
            _keep(services, those, flags)
            done |= {copy: _marked(copy, flags.get(copy.uid)) for copy in those}


def _keep(services: Services, held: Sequence[HeldCopy], flags: Mapping[Uid, Flags]) -> None:
    changed = [Reflagged(uid, now) for uid, now in flags.items()]
    with services.store.writing() as tx:
        copies.reflag(tx, held[0].folder, held[0].numbering, changed)


def _local(services: Services, held: Sequence[HeldCopy], change: FlagChange) -> Iterator[Flagged]:
    """Change the flags of copies that no server has."""
    with services.store.writing(durable=True) as tx:
        for copy in held:
            changed = Reflagged(copy.uid, change.of(copy.flags))
            copies.reflag(tx, copy.folder, copy.numbering, [changed])
    yield from (_marked(copy, change.of(copy.flags)) for copy in held)


def _marked(copy: HeldCopy, flags: Flags | None) -> Flagged:
    if flags is None:
        return _failed(copy, _vanished(copy))
    is_changed = flags != copy.flags
    return Flagged(
        copy.message, copy.address, copy.path, copy.uid, flags=flags, is_changed=is_changed
    )


def _failed(copy: HeldCopy, error: MailctlError) -> Flagged:
    return Flagged(copy.message, copy.address, copy.path, copy.uid, flags=copy.flags, error=error)


def _vanished(copy: HeldCopy) -> Conflict:
    return Conflict(
        f"the server has no {copy.message} in {copy.path} of {copy.address} any more",
        hint=f"bring the store up to date: mailctl sync run {quote(copy.address)}",
    )


def _renumbered(copy: HeldCopy, error: CursorExpired) -> Conflict:
    return Conflict(
        error.sentence, hint=f"find out which is which: mailctl sync run {quote(copy.address)}"
    )
