"""Queries: the bytes of messages, kept as the servers gave them, once per content."""

import zlib
from dataclasses import dataclass
from hashlib import sha256

from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row


@dataclass(frozen=True)
class PackedSource:
    """The bytes of a message, deflated before any lock is taken."""

    digest: str
    size_bytes: int
    deflated: bytes


def pack(source: bytes) -> PackedSource:
    """Digest and deflate a source."""
    return PackedSource(sha256(source).hexdigest(), len(source), zlib.compress(source))


def put(tx: Writing, packed: PackedSource) -> None:
    """Keep a source unless the same bytes are kept already."""
    tx.execute(
        """
        INSERT INTO source (digest, size_bytes, deflated) VALUES (?, ?, ?)
        ON CONFLICT (digest) DO NOTHING
        """,
        (packed.digest, packed.size_bytes, packed.deflated),
    )


def of_message(tx: Reading, message_id: str) -> bytes | None:
    """Return the bytes that the message was first stored from."""
    row = tx.execute(
        """
        SELECT source.deflated FROM message JOIN source ON source.digest = message.source_digest
        WHERE message.id = ?
        """,
        (message_id,),
    ).fetchone()
    return None if row is None else _inflated(row["deflated"])


@from_row
def _inflated(deflated: bytes) -> bytes:
    return zlib.decompress(deflated)
