"""All that a home holds of mail, to be compared with what another home holds."""

import sqlite3
import zlib
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import zstandard

Rows = list[tuple[object, ...]]

_QUESTIONS = {
    "folders": """
        SELECT address, path, special_use, gone_at IS NULL
        FROM folder JOIN account ON account.id = account_id ORDER BY address, path
    """,
    "copies": """
        SELECT message_copy.gone_at IS NULL, gone_evidence IS NULL, address, folder.path,
            message_copy.numbering, uid, flags, internal_date, role, digest, message.id
        FROM message_copy
        JOIN message ON message.number = message_number
        JOIN source ON source.id = message_copy.source_id
        JOIN folder ON folder.id = message_copy.folder_id
        JOIN account ON account.id = folder.account_id
        ORDER BY address, folder.path, message_copy.numbering, uid, message_copy.gone_at IS NULL
    """,
    "messages": """
        SELECT message.id, identity, rfc_message_id, date, subject, from_address, thread_id,
            message.size_bytes, digest, indexed_version
        FROM message JOIN source ON source.id = source_id ORDER BY message.id
    """,
    "recipients": """
        SELECT message.id, kind, position, address
        FROM recipient JOIN message ON message.number = message_number ORDER BY 1, 2, 3
    """,
    "words": """
        SELECT message.id, message_text.subject, sender, addressees, body, list
        FROM message_text JOIN message ON message.number = message_text.rowid ORDER BY message.id
    """,
    "waiting": "SELECT folder_id, uid FROM quarantine UNION SELECT folder_id, uid FROM skipped",
}


def contents(home: Path) -> dict[str, Rows]:
    """Return folders, copies, messages, words and bytes; only moments and rows' numbers are left.

    Each source is checked against its digest.
    """
    with closing(sqlite3.connect(home / "mailctl.db")) as database:
        found: dict[str, Rows] = {
            name: database.execute(question).fetchall() for name, question in _QUESTIONS.items()
        }
        found["sources"] = [
            (digest, _checked(digest, size, codec, packed))
            for digest, size, codec, packed in database.execute(
                "SELECT digest, size_bytes, codec, packed FROM source ORDER BY digest"
            )
        ]
    return found


def _checked(digest: bytes, size: int, codec: str, packed: bytes) -> int:
    source = zlib.decompress(packed) if codec == "zlib" else zstandard.decompress(packed)
    assert sha256(source).digest() == digest
    assert len(source) == size
    return size


def findings(home: Path) -> list[object]:
    """Return what SQLite finds wrong with the database."""
    with closing(sqlite3.connect(home / "mailctl.db")) as database:
        broken = [row for row in database.execute("PRAGMA integrity_check") if row != ("ok",)]
        return broken + database.execute("PRAGMA foreign_key_check").fetchall()
