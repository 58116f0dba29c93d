"""Verbs on what a message is made of: its bytes, and the files in it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from mailctl.core.naming import account_named, message_named
from mailctl.core.selection import messages_named
from mailctl.core.targets import directory, replace, writable, write_new
from mailctl.domain.content import Attachment
from mailctl.domain.ids import MessageId
from mailctl.errors import BadUsage, NotFound
from mailctl.records import dataclass
from mailctl.store import copy_sources, sources
from mailctl.store.connection import Store
from mailctl.store.copy_sources import Place


@dataclass(frozen=True)
class AttachedFile:
    """An attachment, and the message that it is in."""

    message: MessageId
    attachment: Attachment


@dataclass(frozen=True)
class SavedFile:
    """An attachment that lies on the disk now."""

    message: MessageId
    attachment: Attachment
    path: Path


def raw_source(
    store: Store,
    name: str,
    *,
    account: str | None = None,
    folder: str | None = None,
    uid: int | None = None,
) -> bytes:
    """Return the bytes of a message as a server gave them.

    The copies of one message may differ in what servers added on the way: account, folder
    and UID say which copy is meant; without them it is the one that was stored first. Raises
    NotFound, NameAmbiguous.
    """
    with store.reading() as tx:
        message = message_named(tx, name)
        account_id = None if account is None else account_named(tx, account).id
        place = Place(account_id, folder, uid)
        if place == Place():
            source = sources.of_message(tx, message)
        else:
            source = copy_sources.of_copy(tx, message, place)
    if source is None:
        raise NotFound(
            f"{message} has no copy there",
            hint=f"see where it lies: mailctl message show {message}",
        )
    return source


def attachments(store: Store, names: Sequence[str], lines: Iterable[bytes]) -> list[AttachedFile]:
    """Return the files in messages. Raises NotFound, NameAmbiguous, BadUsage."""
    return [
        AttachedFile(message, attachment)
        for message, source in _sources(store, names, lines)
        for attachment in _described(source)
    ]


def attachment_bytes(store: Store, name: str, numbers: Sequence[int]) -> bytes:
    """Return the bytes of the one attachment that is meant.

    Raises NotFound where there is none, BadUsage where several are there and none is named.
    """
    ((message, source),) = _sources(store, [name], ())
    wanted = _wanted(message, _described(source), numbers)
    if len(wanted) > 1:
        raise BadUsage(
            f"{message} has {len(wanted)} attachments, and one fits on standard output",
            hint=f"name one: mailctl message attachments save {message} --number 1 --stdout",
        )
    if not wanted:
        raise NotFound(f"{message} has no attachment")
    return _octets(source, wanted[0].number)


def save_attachments(
    store: Store,
    names: Sequence[str],
    lines: Iterable[bytes],
    *,
    numbers: Sequence[int],
    target: Path,
    overwrites: bool,
) -> Iterator[SavedFile]:
    """Yield the attachments of messages, each once it is written into the directory.

    Nothing is written outside it. A name that is taken gets a number, unless `overwrites`.
    Raises NotFound, NameAmbiguous, BadUsage, StoreFull.
    """
    with directory(target) as opened:
        for message, source in _sources(store, names, lines):
            for attachment in _wanted(message, _described(source), numbers):
                octets = _octets(source, attachment.number)
                with writable(target / attachment.safe_name):
                    name = _written(opened, attachment, octets, overwrites=overwrites)
                yield SavedFile(message, attachment, target / name)


def _written(opened: int, attachment: Attachment, octets: bytes, *, overwrites: bool) -> str:
    from mailctl.mail.file_names import alternatives

    if overwrites:
        replace(opened, attachment.safe_name, octets)
        return attachment.safe_name
    return write_new(opened, alternatives(attachment.safe_name), octets)


def _sources(
    store: Store, names: Sequence[str], lines: Iterable[bytes]
) -> Iterator[tuple[MessageId, bytes]]:
    with store.reading() as tx:
        found = messages_named(tx, names, lines)
    for message in found:
        with store.reading() as tx:
            source = sources.of_message(tx, message)
        if source is not None:  # purged meanwhile
            yield message, source


def _described(source: bytes) -> Sequence[Attachment]:
    from mailctl.mail.content import read_content  # 15 ms, for these commands alone

    return read_content(source).attachments


def _octets(source: bytes, number: int) -> bytes:
    from mailctl.mail.content import attachment_octets

    return attachment_octets(source, number) or b""


def _wanted(
    message: MessageId, found: Sequence[Attachment], numbers: Sequence[int]
) -> list[Attachment]:
    there = {attachment.number: attachment for attachment in found}
    absent = [number for number in numbers if number not in there]
    if absent:
        raise NotFound(
            f"{message} has no attachment {absent[0]}",
            hint=f"see what it has: mailctl message attachments list {message}",
        )
    return [there[number] for number in dict.fromkeys(numbers or there)]
