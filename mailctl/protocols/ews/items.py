"""Messages of an Exchange mailbox: their ids as numbers, their facts, their sources."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from exchangelib import services
from exchangelib.errors import ErrorItemNotFound
from exchangelib.fields import FieldPath
from exchangelib.items import Message
from exchangelib.properties import ItemId

from mailctl.domain.syncing import LARGEST_BYTES, Flags, Uid
from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.failures import translated
from mailctl.records import dataclass

_BATCH = 10
_BATCH_BYTES = 8 << 20
_FACTS = ("datetime_received", "size", "is_read")


def uid_of(item_id: str) -> Uid:
    """Return the number of an item: 63 bits of a digest, so that its id alone says it."""
    return Uid(int.from_bytes(hashlib.sha256(item_id.encode()).digest()[:8]) >> 1 or 1)


@dataclass(frozen=True)
class Facts:
    """What the server says of a message beside its source."""

    id: str
    received_at: datetime
    size_bytes: int
    flags: Flags

    @property
    def uid(self) -> Uid:
        """The number that stands for its id."""
        return uid_of(self.id)


def facts(mailbox: EwsMailbox, ids: Sequence[str]) -> list[Facts]:
    """Return the facts of those messages that are still there."""
    return [
        Facts(
            id=item_id,
            received_at=_moment(item.datetime_received),
            size_bytes=int(item.size or 0),
            flags=frozenset({"\\Seen"} if item.is_read else ()),
        )
        for item_id, item in _asked(mailbox, ids, _FACTS)
        if not isinstance(item, Exception)
    ]


def _moment(said: object) -> datetime:
    """Return the library's kind of time as everybody's; 1970 where the server says none."""
    return datetime.fromtimestamp(said.timestamp() if isinstance(said, datetime) else 0, UTC)


def batches(wanted: Sequence[Facts]) -> Iterator[list[Facts]]:
    """Yield the messages in portions that are bounded in number and octets."""
    portion: list[Facts] = []
    for each in wanted:
        size = sum(one.size_bytes for one in portion) + each.size_bytes
        if portion and (len(portion) == _BATCH or size > _BATCH_BYTES):
            yield portion
            portion = []
        portion.append(each)
    if portion:
        yield portion


def sources(mailbox: EwsMailbox, ids: Sequence[str]) -> dict[str, bytes | str]:
    """Return the source of each message still there, or in words why it cannot be read."""
    found: dict[str, bytes | str] = {}
    for item_id, item in _asked(mailbox, ids, ("mime_content",)):
        if isinstance(item, ErrorItemNotFound):
            continue
        content = getattr(item, "mime_content", None)
        if isinstance(item, Exception) or not isinstance(content, bytes):
            found[item_id] = "the server does not give its source"
        elif len(content) > LARGEST_BYTES:
            found[item_id] = "larger than what fits in memory"
        else:
            found[item_id] = content
    return found


def _asked(
    mailbox: EwsMailbox, ids: Sequence[str], names: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """Yield each message with what was asked of it, or with the error that stands for it."""
    if not ids:
        return
    fields = [FieldPath(field=Message.get_field_by_fieldname(name)) for name in names]
    with translated(mailbox.host, mailbox.login):
        answers = list(
            services.GetItem(account=mailbox.account, chunk_size=100).call(
                items=[ItemId(id=each) for each in ids], additional_fields=fields, shape="IdOnly"
            )
        )
        # an answer too many or too few would give a message the source of another
        yield from zip(ids, answers, strict=True)
