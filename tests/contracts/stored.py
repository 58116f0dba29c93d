"""What mailctl holds of the one account in its store: the only tests that read its tables."""

import json
import sqlite3
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import zstandard

_COPIES = """
SELECT folder.path, message_copy.uid, message_copy.flags, message.id,
    message_copy.gone_evidence, source.digest, source.codec, source.packed
FROM message_copy
JOIN folder ON folder.id = message_copy.folder_id
JOIN message ON message.number = message_copy.message_number
JOIN source ON source.id = message_copy.source_id
"""


@dataclass(frozen=True)
class Copy:
    """A message in a folder, as the server has it: the digest is that of its source's bytes."""

    folder: str
    uid: int
    digest: str
    flags: frozenset[str]


@dataclass(frozen=True)
class StoredCopy(Copy):
    """The same as mailctl has it; without evidence it is not gone."""

    message: str
    gone_evidence: str | None


def stored_copies(home: Path) -> list[StoredCopy]:
    """Return every copy, those that are gone too; each source is checked against its digest."""
    connection = sqlite3.connect(f"{(home / 'mailctl.db').as_uri()}?mode=ro", uri=True)
    try:
        return list(_read(connection))
    finally:
        connection.close()


def _read(connection: sqlite3.Connection) -> Iterator[StoredCopy]:
    for path, uid, flags, message, evidence, digest, codec, packed in connection.execute(_COPIES):
        assert sha256(unpacked(codec, packed)).digest() == digest
        yield StoredCopy(path, uid, digest.hex(), frozenset(json.loads(flags)), message, evidence)


def unpacked(codec: str, packed: bytes) -> bytes:
    """Return the bytes that a source's columns stand for."""
    return zlib.decompress(packed) if codec == "zlib" else zstandard.decompress(packed)


def message_ids(home: Path) -> set[str]:
    """Return the ids of all messages, those without a copy too."""
    connection = sqlite3.connect(f"{(home / 'mailctl.db').as_uri()}?mode=ro", uri=True)
    try:
        return {row[0] for row in connection.execute("SELECT id FROM message")}
    finally:
        connection.close()


def cursors(home: Path) -> dict[str, str | None]:
    """Return how far each folder has been read."""
    connection = sqlite3.connect(f"{(home / 'mailctl.db').as_uri()}?mode=ro", uri=True)
    try:
        return dict(connection.execute("SELECT path, cursor FROM folder"))
    finally:
        connection.close()
