"""Messages forgotten for good, unless a server has them still."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from mailctl.core.selection import messages_named
from mailctl.domain.ids import MessageId
from mailctl.domain.messages import Message
from mailctl.errors import BadUsage, ExitCode, GuardRefused
from mailctl.records import dataclass
from mailctl.store import messages, purging
from mailctl.store.connection import Store

_BATCH = 200


class PurgeState(StrEnum):
    """What became of a message."""

    PURGED = "purged"
    PURGEABLE = "purgeable"
    """It would be purged were this no dry run."""
    KEPT = "kept"
    """A server has it."""


@dataclass(frozen=True)
class PurgeRequest:
    """Which messages are to be forgotten: those named, or all that vanished."""

    names: Sequence[str] = ()
    lines: Iterable[bytes] = ()
    is_gone: bool = False
    """All that no server has any more, but for what was imported."""
    gone_before: datetime | None = None
    """Of these, what vanished before."""


@dataclass(frozen=True)
class PurgePlan:
    """What is to be forgotten, and what is not, for a server has it."""

    going: list[MessageId]
    staying: list[MessageId]

    @property
    def exit_code(self) -> ExitCode:
        """What the process should say to the shell once it is done."""
        if not self.staying:
            return ExitCode.OK
        return ExitCode.PARTIAL if self.going else ExitCode.GUARD

    @property
    def refusal(self) -> GuardRefused | None:
        """Why some stay."""
        if not self.staying:
            return None
        return GuardRefused(
            f"{len(self.staying)} of the messages are at a server: a sync would bring them back",
            hint="delete them there, and sync; then purge them: "
            f"mailctl message show {self.staying[0]} tells where",
            details={"messages": self.staying[:100]},
        )


@dataclass(frozen=True)
class Purged:
    """A message, and what became of it."""

    message: Message
    state: PurgeState


def plan_purge(store: Store, request: PurgeRequest) -> PurgePlan:
    """Return what is to be forgotten. Raises BadUsage, NotFound, NameAmbiguous."""
    is_gone = request.is_gone or request.gone_before is not None
    if is_gone == bool(request.names):
        raise BadUsage(
            "it takes messages, or --gone",
            hint="mailctl message purge msg_0123456789ab, or: mailctl message purge --gone",
        )
    with store.reading() as tx:
        if is_gone:
            return PurgePlan(purging.gone(tx, before=request.gone_before), [])
        named = messages_named(tx, request.names, request.lines)
        held = purging.at_servers(tx, named)
    return PurgePlan(
        [message for message in named if message not in held],
        [message for message in named if message in held],
    )


def purge(store: Store, plan: PurgePlan, *, is_dry: bool) -> Iterator[Purged]:
    """Yield what becomes of each message, once it is so; servers are not asked.

    What a sync brings meanwhile stays.
    """
    for batch in _batches(plan.going):
        with store.reading() as tx:
            found = list(messages.by_ids(tx, batch))
        held = frozenset() if is_dry else _forget(store, batch)
        for message in found:
            is_kept = message.id in held
            done = PurgeState.PURGEABLE if is_dry else PurgeState.PURGED
            yield Purged(message, PurgeState.KEPT if is_kept else done)
    for batch in _batches(plan.staying):
        with store.reading() as tx:
            found = list(messages.by_ids(tx, batch))
        yield from (Purged(message, PurgeState.KEPT) for message in found)


def _forget(store: Store, batch: Sequence[MessageId]) -> frozenset[MessageId]:
    """Forget messages, and return those that a server has after all."""
    with store.writing(durable=True) as tx:
        held = frozenset(purging.at_servers(tx, batch))
        purging.forget(tx, [message for message in batch if message not in held])
    return held


def _batches(ids: Sequence[MessageId]) -> Iterator[Sequence[MessageId]]:
    return (ids[start : start + _BATCH] for start in range(0, len(ids), _BATCH))
