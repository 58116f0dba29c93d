"""Verbs on what becomes of mail once somebody has dealt with it."""

from collections.abc import Iterable, Sequence

from mailctl.core.selection import messages_named
from mailctl.core.services import Services
from mailctl.domain.messages import Message
from mailctl.store import messages, processing


def process(
    services: Services, names: Sequence[str], lines: Iterable[bytes], *, is_processed: bool
) -> list[Message]:
    """Mark messages as dealt with, or as not, and return them. Raises NotFound, NameAmbiguous."""
    with services.store.writing(durable=True) as tx:
        ids = messages_named(tx, names, lines)
        processing.mark(tx, ids, is_processed=is_processed, at=services.now())
        return list(messages.by_ids(tx, ids))
