"""Messages of an Exchange mailbox: their ids as numbers, their facts, their sources."""

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from exchangelib import services
from exchangelib.errors import ErrorItemNotFound
from exchangelib.properties import ItemId

from mailctl.domain.syncing import LARGEST_BYTES, Flags, Uid
from mailctl.protocols.ews.connection import EwsMailbox
from mailctl.protocols.ews.failures import BUSY, translated
from mailctl.protocols.ews.flags import as_flags
from mailctl.protocols.ews.properties import (
    TNS,
    FlagStatus,
    LastVerb,
    SearchKey,
    of_messages,
)
from mailctl.records import dataclass

MOST_AT_ONCE = 250
"""Of so many messages the facts are asked in one request."""
BATCH = 125
"""And so many sources, if they are small: half a page."""
_BATCH_BYTES = 4 << 20
_NOT_GIVEN = "the server does not give its source"
_FACTS = (
    *("datetime_received", "size", "categories", "is_draft"),
    *("search_key", "flag_status", "last_verb", "is_read", "received_by"),
)
_HEADINGS = ("subject", "is_draft", "datetime_sent", "author", "message_id")


def uid_of(item_id: str) -> Uid:
    """Return the number of an item: 63 bits of a digest, so that its id alone says it."""
    return Uid(int.from_bytes(hashlib.sha256(item_id.encode()).digest()[:8]) >> 1 or 1)


@dataclass(frozen=True)
class Facts:
    """What the server says of a message beside its source."""

    id: str
    received_at: datetime
    size_bytes: int
    """How large it is in the store: its source is about as large."""
    flags: Flags
    is_draft: bool = False
    """Whether what it says may still change."""
    server_id: str | None = None
    """What stays when it is moved, which gives it another id."""
    trouble: str | None = None
    """Why the server says nothing of it: then none of this is known."""

    @property
    def uid(self) -> Uid:
        """The number that stands for its id."""
        return uid_of(self.id)


def facts(mailbox: EwsMailbox, ids: Sequence[str]) -> list[Facts]:
    """Return the facts of those messages that are still there."""
    found = []
    for item_id, item in _asked(mailbox, ids, _FACTS):
        if isinstance(item, ErrorItemNotFound):
            continue
        with translated(mailbox.host, mailbox.login):
            is_known = not isinstance(item, Exception)
            found.append(_facts(item_id, item) if is_known else _unknown(item_id))
    return found


def _unknown(item_id: str) -> Facts:
    return Facts(item_id, _moment(None), 0, frozenset(), trouble=_NOT_GIVEN)


def _facts(item_id: str, item: Any) -> Facts:
    # what is no mail, a contact among it, lacks some of the fields
    is_draft = item.findtext(f"{TNS}IsDraft") == "true"
    extended = _extended(item)
    return Facts(
        id=item_id,
        received_at=_moment(item.findtext(f"{TNS}DateTimeReceived")),
        size_bytes=int(item.findtext(f"{TNS}Size") or 0),
        flags=_flags(item, extended, is_draft=is_draft),
        is_draft=is_draft,
        server_id=None if is_draft else _lasting_id(item, extended),
    )


def _extended(item: Any) -> dict[int, str]:
    """Return the properties of MAPI by their tags."""
    return {
        int(each.find(f"{TNS}ExtendedFieldURI").get("PropertyTag"), 16): each.findtext(
            f"{TNS}Value", ""
        )
        for each in item.iterfind(f"{TNS}ExtendedProperty")
    }


def _flags(item: Any, extended: Mapping[int, str], *, is_draft: bool) -> Flags:
    return as_flags(
        [each.text or "" for each in item.iterfind(f"{TNS}Categories/{TNS}String")],
        is_read=item.findtext(f"{TNS}IsRead") == "true",
        is_draft=is_draft,
        flag_status=_number(extended.get(FlagStatus.property_tag)),
        last_verb=_number(extended.get(LastVerb.property_tag)),
    )


def _number(said: str | None) -> int | None:
    return int(said) if said and said.isdecimal() else None


def _lasting_id(item: Any, extended: Mapping[int, str]) -> str | None:
    """Return what a move leaves as it is.

    What one sends oneself has one search key twice: as it was sent, and as it was received.
    """
    key = extended.get(SearchKey.property_tag)
    if not key:
        return None
    return key if item.find(f"{TNS}ReceivedBy") is None else f"{key} received"


def _moment(said: str | None) -> datetime:
    """Return the time that an item says in UTC; 1970 where it says none."""
    if not said:
        return datetime.fromtimestamp(0, UTC)
    return datetime.fromisoformat(said).astimezone(UTC)


def headings(mailbox: EwsMailbox, ids: Sequence[str]) -> Iterator[tuple[Uid, bytes]]:
    """Yield what messages say of themselves as a header has it; drafts are left out."""
    for item_id, item in _asked(mailbox, ids, _HEADINGS):
        if not isinstance(item, Exception) and item.findtext(f"{TNS}IsDraft") != "true":
            with translated(mailbox.host, mailbox.login):
                yield uid_of(item_id), _heading(item)


def _heading(item: Any) -> bytes:
    sent_at = item.findtext(f"{TNS}DateTimeSent")
    fields = {
        "Message-ID": item.findtext(f"{TNS}InternetMessageId"),
        "Date": sent_at and format_datetime(_moment(sent_at)),
        "From": item.findtext(f"{TNS}From/{TNS}Mailbox/{TNS}EmailAddress"),
        "Subject": item.findtext(f"{TNS}Subject"),
    }
    lines = (f"{name}: {' '.join(said.split())}\r\n" for name, said in fields.items() if said)
    return "".join(lines).encode() + b"\r\n"


def batches(wanted: Sequence[Facts], *, most: int = BATCH) -> Iterator[list[Facts]]:
    """Yield the messages in portions that are bounded in number and octets."""
    portion: list[Facts] = []
    for each in wanted:
        size = sum(one.size_bytes for one in portion) + each.size_bytes
        if portion and (len(portion) == most or size > _BATCH_BYTES):
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
        coded = None if isinstance(item, Exception) else item.findtext(f"{TNS}MimeContent")
        found[item_id] = _source(coded)
    return found


def _source(coded: str | None) -> bytes | str:
    """Return what stands there in base64, or in words why that is none."""
    if coded and len(coded) // 4 * 3 > LARGEST_BYTES:
        return "larger than what fits in memory"
    try:
        return base64.b64decode(coded) if coded else _NOT_GIVEN
    except ValueError:
        return _NOT_GIVEN


class _Items(services.GetItem):  # type: ignore[misc]
    """Gives the elements: what exchangelib makes of them takes longer than all the rest."""

    def _elem_to_obj(self, elem: Any) -> Any:
        return elem


def _asked(
    mailbox: EwsMailbox, ids: Sequence[str], names: Sequence[str]
) -> Iterator[tuple[str, Any]]:
    """Yield each message with what was asked of it, or with the error that stands for it."""
    if not ids:
        return
    with translated(mailbox.host, mailbox.login):
        answers = list(
            _Items(account=mailbox.account, chunk_size=MOST_AT_ONCE).call(
                items=[ItemId(id=each) for each in ids],
                additional_fields=of_messages(names),
                shape="IdOnly",
            )
        )
        for answer in answers:
            if isinstance(answer, BUSY):
                raise answer
        # an answer too many or too few would give a message the source of another
        yield from zip(ids, answers, strict=True)
