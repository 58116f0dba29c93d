"""Queries: the bytes of messages, kept as the servers gave them, once per content."""

import sqlite3
import zlib
from collections.abc import Sequence
from functools import cached_property
from hashlib import sha256
from threading import local
from typing import TYPE_CHECKING, NamedTuple

from mailctl.domain.ids import MessageNumber, SourceId
from mailctl.store.columns import to_text
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

if TYPE_CHECKING:
    from datetime import datetime

    from zstandard import ZstdCompressor

_LEVEL = 3
_PIECE_BYTES = 1 << 20
LARGEST_BYTES = 1 << 30
"""What a source unpacks to at most; SQLite takes no larger value anyway."""


class PackedSource(NamedTuple):
    """The bytes of a message, compressed before any lock is taken."""

    digest: bytes
    size_bytes: int
    packed: bytes


def pack(source: bytes) -> PackedSource:
    """Digest and compress a source: six times as fast as zlib, and as small (zstd, RFC 8878)."""
    return PackedSource(sha256(source).digest(), len(source), _own.compressor.compress(source))


class _Own(local):
    """What each thread has for itself."""

    @cached_property
    def compressor(self) -> "ZstdCompressor":
        """Packs sources; one that two threads used at once would break both sources."""
        from zstandard import ZstdCompressor  # 8 ms, for what stores mail alone

        return ZstdCompressor(level=_LEVEL)


_own = _Own()


def put(tx: Writing, sources: Sequence[PackedSource]) -> list[SourceId]:
    """Keep sources unless the same bytes are kept already; return their ids, in order."""
    first = tx.execute("SELECT coalesce(max(id), 0) + 1 FROM source").fetchone()[0]
    tx.executemany(
        """
        INSERT INTO source (id, digest, size_bytes, codec, packed) VALUES (?, ?, ?, 'zstd', ?)
        ON CONFLICT (digest) DO NOTHING
        """,
        [
            (number, source.digest, source.size_bytes, source.packed)
            for number, source in enumerate(sources, first)
            if len(source.packed) <= _PIECE_BYTES
        ],
    )
    for number, source in enumerate(sources, first):
        if len(source.packed) > _PIECE_BYTES:
            _put_large(tx, number, source)
    rows = tx.execute("SELECT digest, id FROM source WHERE id >= ?", (first,))
    ids: dict[bytes, SourceId] = {row["digest"]: row["id"] for row in rows}
    for source in sources:
        if source.digest not in ids:
            ids[source.digest] = _id_of(tx, source.digest)
    return [ids[source.digest] for source in sources]


def _put_large(tx: Writing, number: int, source: PackedSource) -> None:
    """Put a source in pieces: SQLite would copy it whole, and more than once."""
    is_new = tx.execute(
        """
        INSERT INTO source (id, digest, size_bytes, codec, packed)
        VALUES (?, ?, ?, 'zstd', zeroblob(?))
        ON CONFLICT (digest) DO NOTHING
        """,
        (number, source.digest, source.size_bytes, len(source.packed)),
    ).rowcount
    if is_new:
        with tx.blobopen("source", "packed", number) as blob:
            for start in range(0, len(source.packed), _PIECE_BYTES):
                blob.write(source.packed[start : start + _PIECE_BYTES])


def _id_of(tx: Reading, digest: bytes) -> SourceId:
    return SourceId(tx.execute("SELECT id FROM source WHERE digest = ?", (digest,)).fetchone()[0])


def of_message(tx: Reading, message_id: str) -> bytes | None:
    """Return the bytes that the message was first stored from."""
    row = tx.execute(
        """
        SELECT source.packed, source.codec
        FROM message JOIN source ON source.id = message.source_id
        WHERE message.id = ?
        """,
        (message_id,),
    ).fetchone()
    return None if row is None else unpacked(row)


def of_numbered(tx: Reading, number: MessageNumber) -> bytes | None:
    """Return the same of the message of that number."""
    row = tx.execute(
        """
        SELECT source.packed, source.codec
        FROM message JOIN source ON source.id = message.source_id
        WHERE message.number = ?
        """,
        (number,),
    ).fetchone()
    return None if row is None else unpacked(row)


def received(
    tx: Reading, account: str, internal_date: "datetime", size_bytes: int
) -> list[tuple[SourceId, bytes]]:
    """Return id and bytes of what an account received at that time and of that size.

    Mail that is gone counts too: it may have been moved.
    """
    rows = tx.execute(
        """
        SELECT DISTINCT source.id, source.packed, source.codec
        FROM message_copy
        JOIN folder ON folder.id = message_copy.folder_id
        JOIN source ON source.id = message_copy.source_id
        WHERE message_copy.internal_date = ? AND folder.account_id = ? AND source.size_bytes = ?
        LIMIT 20
        """,
        (to_text(internal_date), account, size_bytes),
    )
    return [(SourceId(row["id"]), unpacked(row)) for row in rows]


@from_row
def unpacked(row: sqlite3.Row) -> bytes:
    """Return the bytes in the columns `packed` and `codec`."""
    packed: bytes = row["packed"]
    if row["codec"] == "zlib":
        return zlib.decompress(packed)
    from zstandard import ZstdDecompressor, ZstdError

    try:
        return ZstdDecompressor().decompress(packed, max_output_size=LARGEST_BYTES)
    except ZstdError as error:
        raise ValueError(str(error)) from error
