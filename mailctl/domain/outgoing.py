"""Mail on its way out: what becomes of it, of each of its recipients, and of its copy in Sent."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NewType

from mailctl.domain.ids import AccountId, MessageId
from mailctl.records import dataclass

OutgoingId = NewType("OutgoingId", str)
"""out_…, made by chance."""


class OutgoingState(StrEnum):
    """How far a mail of the outbox, or one recipient of it, has come."""

    QUEUED = "queued"
    """It waits for its first attempt, or for its time."""
    SENDING = "sending"
    """An attempt is under way, or its process died before all was handed over."""
    SENT = "sent"
    """The server took it for everybody."""
    DEFERRED = "deferred"
    """The last attempt failed for now; there will be another for who did not get it yet."""
    FAILED = "failed"
    """It was refused for good for somebody; others may have got it: see the recipients."""
    UNCERTAIN = "uncertain"
    """All was handed over and no answer came: it is looked up, never sent again by itself."""
    CANCELLED = "cancelled"
    """A person took it back before it was sent."""


UNFINISHED = frozenset(
    {
        OutgoingState.QUEUED,
        OutgoingState.SENDING,
        OutgoingState.DEFERRED,
        OutgoingState.UNCERTAIN,
    }
)
"""The states in which something is still to happen."""


class RecipientKind(StrEnum):
    """Where a recipient is named."""

    TO = "to"
    CC = "cc"
    BCC = "bcc"


class CopyState(StrEnum):
    """What became of the copy in the folder for sent mail."""

    WANTED = "wanted"
    """It is filed once the mail is sent."""
    FILING = "filing"
    """It was handed over to the server and no answer came: it is looked up first."""
    FILED = "filed"
    BY_PROVIDER = "by-provider"
    """The provider files what it submits by itself."""
    NONE = "none"
    """The account wants no copies, or has no mailbox to put them into."""
    FAILED = "failed"
    """The server does not take it; `outbox retry` tries again."""


@dataclass(frozen=True)
class Recipient:
    """One address of the envelope and what became of the mail for it."""

    address: str
    kind: RecipientKind
    state: OutgoingState = OutgoingState.QUEUED
    error: Mapping[str, object] | None = None
    """What the server said last, as errors are described everywhere."""


@dataclass(frozen=True)
class SentCopy:
    """The copy in the folder for sent mail."""

    state: CopyState
    folder: str | None = None
    error: Mapping[str, object] | None = None


@dataclass(frozen=True)
class Letter:
    """A mail ready to be handed over: its bytes, which never name a Bcc, and its envelope."""

    source: bytes
    sender: str
    recipients: tuple[Recipient, ...]


@dataclass(frozen=True)
class OutgoingMessage:
    """A mail in the outbox."""

    id: OutgoingId
    account: AccountId
    address: str
    """The account's address."""
    sender: str
    """Who stands in From and in the envelope: the account's address or an alias."""
    rfc_message_id: str
    message: MessageId
    """The id that the mail has among the messages once a sync brings its copy."""
    subject: str
    recipients: tuple[Recipient, ...]
    state: OutgoingState
    created_at: datetime
    size_bytes: int
    copy: SentCopy
    attempts: int = 0
    send_at: datetime | None = None
    """Not to be sent before."""
    tried_at: datetime | None = None
    next_try_at: datetime | None = None
    """When the next attempt is due, None where none is or it is due at once."""
    sent_at: datetime | None = None
    handed_over_at: datetime | None = None
    """When the last attempt was about to end the data: from there on the server may have it."""
    error: Mapping[str, object] | None = None
    """Why the last attempt failed, as a whole or for the first recipient it failed for."""
    idempotency_key: str | None = None

    @property
    def accepted(self) -> tuple[str, ...]:
        """The addresses for which the server took it."""
        return tuple(r.address for r in self.recipients if r.state is OutgoingState.SENT)


_DELAYS = (
    timedelta(minutes=1),
    timedelta(minutes=5),  # greylisting lifts after five minutes at most of its servers
    timedelta(minutes=10),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=4),
)
GIVE_UP_AFTER = timedelta(days=5)
"""How long a mail is tried (RFC 5321 section 4.5.4.1: 4 to 5 days), with every delay waited for
once: a machine that was off for a week tries as often as others do."""


def delay_after(attempts: int) -> timedelta:
    """Return how long after that many failed attempts the next one is due."""
    return _DELAYS[min(max(attempts, 1), len(_DELAYS)) - 1]


PENDING = frozenset({OutgoingState.QUEUED, OutgoingState.SENDING, OutgoingState.DEFERRED})
"""The states of recipients that an attempt is made for."""

Outcome = tuple[OutgoingState, Mapping[str, object] | None]
"""What became of a mail for one recipient, and why."""


def pending(message: OutgoingMessage) -> tuple[str, ...]:
    """Return the addresses that do not have it yet and may get it."""
    return tuple(each.address for each in message.recipients if each.state in PENDING)


def is_due(message: OutgoingMessage, *, at: datetime, is_hasty: bool = False) -> bool:
    """Whether something is to be done now; in haste the time of the next try is not waited for.

    A next try farther off than any delay was set by a clock that was ahead.
    """
    if message.send_at is not None and at < message.send_at:
        return False
    if is_hasty or message.next_try_at is None:
        return True
    return not timedelta() < message.next_try_at - at <= _DELAYS[-1]


def is_settled_elsewhere(message: OutgoingMessage, stored: OutgoingMessage) -> bool:
    """Whether a person has ended it meanwhile: took it back, or said that it was sent."""
    ended = {OutgoingState.CANCELLED, OutgoingState.SENT}
    return stored.state in ended and message.state is not stored.state


def begun(message: OutgoingMessage, *, at: datetime) -> OutgoingMessage:
    """Return the mail at the beginning of an attempt.

    While it is uncertain for somebody, when it was handed over stays known.
    """
    is_uncertain = any(each.state is OutgoingState.UNCERTAIN for each in message.recipients)
    return replace(
        message,
        state=OutgoingState.SENDING,
        attempts=message.attempts + 1,
        tried_at=at,
        next_try_at=None,
        handed_over_at=message.handed_over_at if is_uncertain else None,
    )


def handed_over(
    message: OutgoingMessage, refused: Mapping[str, Outcome], *, at: datetime
) -> OutgoingMessage:
    """Return the mail at the moment from which on the server may have it.

    Who was refused is out of it; for all others it is as uncertain as it can be.
    """
    outcomes = dict.fromkeys(pending(message), (OutgoingState.SENDING, None))
    recipients = _settled(message.recipients, {**outcomes, **refused})
    return replace(message, recipients=recipients, handed_over_at=at)


def concluded(
    message: OutgoingMessage, outcomes: Mapping[str, Outcome], *, at: datetime
) -> OutgoingMessage:
    """Return the mail after an attempt, or a look-up, that ended so for those recipients."""
    recipients = _settled(message.recipients, outcomes)
    is_old = at - (message.send_at or message.created_at) > GIVE_UP_AFTER
    if is_old and message.attempts > len(_DELAYS):
        recipients = _given_up(recipients)
    state = joint_state(recipients)
    errors = (each.error for each in recipients if each.state is state and each.error is not None)
    is_new = any(outcome[0] is OutgoingState.SENT for outcome in outcomes.values())
    is_waiting = state in {OutgoingState.DEFERRED, OutgoingState.UNCERTAIN}
    return replace(
        message,
        recipients=recipients,
        state=state,
        next_try_at=at + delay_after(message.attempts) if is_waiting else None,
        sent_at=message.sent_at or (at if is_new else None),
        error=next(errors, None) if state is not OutgoingState.SENT else None,
    )


def interrupted(message: OutgoingMessage, why: Mapping[str, object]) -> OutgoingMessage:
    """Return a mail whose attempt nobody makes any more, from what had been noted of it."""
    is_with_server = any(each.state is OutgoingState.SENDING for each in message.recipients)
    recipients = tuple(
        replace(each, state=OutgoingState.UNCERTAIN, error=why)
        if each.state is OutgoingState.SENDING
        else each
        for each in message.recipients
    )
    return replace(
        message,
        recipients=recipients,
        state=joint_state(recipients),
        error=why if is_with_server else message.error,
        next_try_at=None,
    )


def _settled(
    recipients: Iterable[Recipient], outcomes: Mapping[str, Outcome]
) -> tuple[Recipient, ...]:
    return tuple(
        replace(each, state=outcomes[each.address][0], error=outcomes[each.address][1])
        if each.address in outcomes
        else each
        for each in recipients
    )


def _given_up(recipients: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return tuple(
        replace(each, state=OutgoingState.FAILED) if each.state is OutgoingState.DEFERRED else each
        for each in recipients
    )


def joint_state(recipients: Iterable[Recipient]) -> OutgoingState:
    """Return the state of a mail after an attempt, from those of its recipients.

    Who is still to get it decides before who never will, and that before who has got it.
    """
    states = {recipient.state for recipient in recipients}
    for state in (
        OutgoingState.UNCERTAIN,
        OutgoingState.SENDING,
        OutgoingState.DEFERRED,
        OutgoingState.QUEUED,
        OutgoingState.FAILED,
    ):
        if state in states:
            return state
    return OutgoingState.SENT
