"""Verbs on the outbox: put mail into it, look at it, take it back, let it be tried again."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from shlex import quote

from mailctl.core.access import signin
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.outgoing import (
    UNFINISHED,
    CopyState,
    Letter,
    OutgoingId,
    OutgoingMessage,
    OutgoingState,
    Recipient,
    SentCopy,
    joint_state,
)
from mailctl.domain.providers import Provider
from mailctl.domain.settings import NO_COPY
from mailctl.errors import (
    BadUsage,
    Conflict,
    GuardRefused,
    NotFound,
)
from mailctl.mail.parse import read_envelope
from mailctl.store import messages, outbox, sources
from mailctl.store.connection import Reading

_STATE = OutgoingState


@dataclass(frozen=True)
class Queued:
    """A mail of the outbox, and whether it came there just now."""

    message: OutgoingMessage
    is_new: bool


@dataclass(frozen=True)
class Order:
    """A mail that is to go out: from which account, when, and under which idempotency key."""

    account: Account
    provider: Provider
    letter: Letter
    send_at: datetime | None = None
    key: str | None = None
    request_digest: bytes | None = None


def queue(services: Services, orders: Sequence[Order]) -> list[Queued]:
    """Store mails on their way out, Message-IDs and all, before anything is tried: all or none.

    With a key that was used before, the mail of then is returned. Raises Conflict where that
    was for another request, or where a mail of that Message-ID is on its way or sent.
    """
    ready = [
        (order, _outgoing(services, order), sources.pack(order.letter.source)) for order in orders
    ]
    found = []
    with services.store.writing(durable=True) as tx:
        for order, message, packed in ready:
            known = None if order.key is None else _of_key(tx, order.key, order.request_digest)
            if known is None:
                _refuse_known(tx, message.rfc_message_id)
                outbox.add(tx, message, packed, request_digest=order.request_digest)
            found.append(Queued(known or message, is_new=known is None))
    return found


def _outgoing(services: Services, order: Order) -> OutgoingMessage:
    envelope = read_envelope(order.letter.source)
    if envelope.rfc_message_id is None:
        raise BadUsage("the mail has no Message-ID that can be read")
    return OutgoingMessage(
        id=OutgoingId(services.new_id("out")),
        account=order.account.id,
        address=order.account.address,
        sender=order.letter.sender,
        rfc_message_id=envelope.rfc_message_id,
        message=messages.public_id(envelope.identity),
        subject=envelope.subject,
        recipients=order.letter.recipients,
        state=_STATE.QUEUED,
        created_at=services.now(),
        size_bytes=len(order.letter.source),
        copy=SentCopy(_copy_of(order.account, order.provider)),
        send_at=order.send_at,
        idempotency_key=order.key,
    )


def take_back(services: Services, ids: Iterable[OutgoingId]) -> None:
    """Forget mails that no server has, as if they had never been queued."""
    with services.store.writing(durable=True) as tx:
        found = [outbox.by_id(tx, each) for each in ids]
        gone = [each for each in found if each is not None and not each.accepted]
        outbox.remove(tx, [each.id for each in gone if each.state is not _STATE.UNCERTAIN])


def listed(
    services: Services,
    *,
    account: str | None = None,
    states: Collection[OutgoingState] | None = UNFINISHED | {OutgoingState.FAILED},
    limit: int | None = None,
) -> list[OutgoingMessage]:
    """Return mails of the outbox, oldest first; None for all states. Raises NotFound."""
    with services.store.reading() as tx:
        whose = None if account is None else account_named(tx, account).id
        return outbox.list_(tx, account=whose, states=states, limit=limit)


def named(tx: Reading, name: str) -> OutgoingMessage:
    """Return the mail of that id, Message-ID or idempotency key. Raises NotFound."""
    word = name.strip()
    found = outbox.by_id(tx, word)
    if found is None:
        found = next(iter(outbox.by_message_id(tx, word.strip("<>"))), None)
    if found is None:
        known = outbox.by_key(tx, word)
        found = None if known is None else known[0]
    if found is None:
        raise NotFound(
            f"there is no mail {name!r} in the outbox", hint="see them: mailctl outbox list --all"
        )
    return found


def source_of(services: Services, name: str) -> bytes:
    """Return the bytes of a mail as they are handed over. Raises NotFound."""
    with services.store.reading() as tx:
        return outbox.source(tx, named(tx, name).id)


def cancel(services: Services, names: Sequence[str]) -> list[OutgoingMessage]:
    """Take mails back that are not sent yet; recipients who have it keep it.

    Raises NotFound, and Conflict for what is sent, failed, or being sent.
    """
    return _changed(services, names, _taken_back)


def retry(services: Services, names: Sequence[str], *, again: bool) -> list[OutgoingMessage]:
    """Let mails be tried at once: those deferred, failed, or not filed.

    An uncertain one is looked up; with `again` it is sent again, at the risk that it arrives
    twice. Raises NotFound, and Conflict for what is sent and filed, or taken back.
    """
    return _changed(services, names, lambda message: _to_be_tried(message, again=again))


def as_sent(services: Services, names: Sequence[str]) -> list[OutgoingMessage]:
    """Note that uncertain mails were sent: a person found out. Raises NotFound, Conflict."""
    return _changed(services, names, _believed_sent)


def refuse_unfinished(tx: Reading, account: Account) -> None:
    """Raise GuardRefused where mail of the account is still to be sent."""
    waiting = [each for each in outbox.unfinished(tx, account.id) if each.state in UNFINISHED]
    if waiting:
        raise GuardRefused(
            f"{len(waiting)} mails of {account.address} are not sent yet",
            hint=f"see them: mailctl outbox list --account {quote(account.address)}; "
            "send them (outbox flush) or take them back (outbox cancel)",
            details={"outbox": [each.id for each in waiting[:100]]},
        )


def _copy_of(account: Account, provider: Provider) -> CopyState:
    if account.settings.sent_copy == NO_COPY or not account.can_receive:
        return CopyState.NONE
    is_filed = signin.provider_of(account, provider).files_sent
    return CopyState.BY_PROVIDER if is_filed else CopyState.WANTED


def _of_key(tx: Reading, key: str, request_digest: bytes | None) -> OutgoingMessage | None:
    found = outbox.by_key(tx, key)
    if found is None:
        return None
    message, digest = found
    if digest != request_digest:
        raise Conflict(
            f"the idempotency key {key!r} was used for another mail ({message.id})",
            hint=f"take another key, or look at that mail: mailctl outbox show {message.id}",
            details={"id": message.id},
        )
    return message


def _refuse_known(tx: Reading, rfc_message_id: str) -> None:
    for other in outbox.by_message_id(tx, rfc_message_id):
        if other.state in UNFINISHED or other.accepted:
            raise Conflict(
                f"a mail of that Message-ID is in the outbox already ({other.id}, {other.state})",
                hint=f"see it: mailctl outbox show {other.id}; or give the new one another id",
                details={"id": other.id},
            )


def _changed(
    services: Services,
    names: Sequence[str],
    change: Callable[[OutgoingMessage], OutgoingMessage],
) -> list[OutgoingMessage]:
    """Change mails, all or none, and return them as they are then, each once."""
    with services.store.writing(durable=True) as tx:
        found = {message.id: message for message in (named(tx, name) for name in names)}
        after = [change(message) for message in found.values()]
        for message in after:
            outbox.save(tx, message)
    return after


def _taken_back(message: OutgoingMessage) -> OutgoingMessage:
    if message.state is _STATE.CANCELLED:
        return message
    if message.state not in UNFINISHED - {_STATE.SENDING}:
        raise Conflict(f"{message.id} is {message.state}, and cannot be taken back")
    recipients = _moved(message, UNFINISHED, _STATE.CANCELLED)
    return replace(message, recipients=recipients, state=_STATE.CANCELLED, next_try_at=None)


def _believed_sent(message: OutgoingMessage) -> OutgoingMessage:
    if message.state is not _STATE.UNCERTAIN:
        raise Conflict(f"{message.id} is {message.state}, not uncertain")
    recipients = _moved(message, {_STATE.UNCERTAIN}, _STATE.SENT)
    return replace(
        message,
        recipients=recipients,
        state=joint_state(recipients),
        sent_at=message.sent_at or message.handed_over_at,
        next_try_at=None,
        error=None,
    )


def _moved(
    message: OutgoingMessage, before: Collection[OutgoingState], after: OutgoingState
) -> tuple[Recipient, ...]:
    return tuple(
        replace(each, state=after, error=None) if each.state in before else each
        for each in message.recipients
    )


def _to_be_tried(message: OutgoingMessage, *, again: bool) -> OutgoingMessage:
    if message.state is _STATE.SENDING:  # it is being tried, or the next flush finds that it was
        return message
    copy = message.copy
    if copy.state is CopyState.FAILED:
        copy = replace(copy, state=CopyState.WANTED, error=None)
    if message.state in {_STATE.SENT, _STATE.CANCELLED} and copy == message.copy:
        raise Conflict(f"{message.id} is {message.state}: there is nothing to try again")
    renewed = {_STATE.FAILED, _STATE.DEFERRED} | ({_STATE.UNCERTAIN} if again else set())
    recipients = _moved(message, renewed, _STATE.QUEUED)
    return replace(
        message,
        recipients=recipients,
        state=message.state if message.state is _STATE.CANCELLED else joint_state(recipients),
        next_try_at=None,
        send_at=None,
        copy=copy,
    )
