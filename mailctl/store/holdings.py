"""Queries: what a mailbox holds already, as whoever reads the server asks it."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Set
from functools import lru_cache

from mailctl.domain.ids import AccountId, FolderId, SourceId
from mailctl.domain.syncing import Flags, Labels, Uid
from mailctl.ports.mail import Fact, Name, NamedFact
from mailctl.records import dataclass
from mailctl.store.columns import from_list, from_text, to_text
from mailctl.store.connection import Store
from mailctl.store.failures import from_row


@dataclass(frozen=True)
class StoredCopies:
    """What we hold of one folder in one of its numberings, range by range (a KnownCopies)."""

    store: Store
    folder: FolderId
    numbering: int

    def between(self, first: Uid, last: Uid) -> Mapping[Uid, Flags]:
        """Return the copies not gone whose UID lies in `first`..`last`."""
        with self.store.reading() as tx:
            rows = tx.execute(
                """
                SELECT uid, flags FROM message_copy
                WHERE folder_id = ? AND numbering = ? AND gone_at IS NULL AND uid BETWEEN ? AND ?
                """,
                (self.folder, self.numbering, first, last),
            )
            return {Uid(row["uid"]): _flags(row["flags"]) for row in rows}

    def labelled(self, first: Uid, last: Uid) -> Mapping[Uid, Labels]:
        """Return the labels of those copies not gone in the range that have any said of them."""
        with self.store.reading() as tx:
            rows = tx.execute(
                """
                SELECT uid, labels FROM message_copy
                WHERE folder_id = ? AND numbering = ? AND gone_at IS NULL
                    AND uid BETWEEN ? AND ? AND labels IS NOT NULL
                """,
                (self.folder, self.numbering, first, last),
            )
            return {Uid(row["uid"]): _flags(row["labels"]) for row in rows}

    def lowest(self) -> Uid | None:
        """Return the lowest UID of a copy not gone."""
        with self.store.reading() as tx:
            lowest = tx.execute(
                """
                SELECT min(uid) FROM message_copy
                WHERE folder_id = ? AND numbering = ? AND gone_at IS NULL
                """,
                (self.folder, self.numbering),
            ).fetchone()[0]
        return None if lowest is None else Uid(lowest)


@dataclass(frozen=True)
class StoredHoldings:
    """What we hold of one folder and of the mailbox it belongs to (a Holdings)."""

    store: Store
    account: AccountId
    folder: FolderId

    def numbered(self, numbering: int) -> StoredCopies:
        """Return the folder's copies of that numbering."""
        return StoredCopies(self.store, self.folder, numbering)

    def is_empty(self) -> bool:
        """Whether we hold nothing at all of the mailbox."""
        with self.store.reading() as tx:
            found = tx.execute(
                """
                SELECT 1 FROM message_copy JOIN folder ON folder.id = message_copy.folder_id
                WHERE folder.account_id = ? LIMIT 1
                """,
                (self.account,),
            ).fetchone()
        return found is None

    def alike(self, facts: Collection[Fact]) -> Set[Fact]:
        """Return those facts that are true of something in the mailbox."""
        dates = json.dumps(sorted({to_text(moment) for moment, _ in facts}))
        with self.store.reading() as tx:
            rows = tx.execute(
                """
                SELECT DISTINCT message_copy.internal_date, source.size_bytes
                FROM message_copy
                JOIN folder ON folder.id = message_copy.folder_id
                JOIN source ON source.id = message_copy.source_id
                WHERE message_copy.internal_date IN (SELECT value FROM json_each(?))
                    AND folder.account_id = ?
                """,
                (dates, self.account),
            )
            held = {(from_text(row["internal_date"]), int(row["size_bytes"])) for row in rows}
        return held & set(facts)

    def identified(self, named: Collection[NamedFact]) -> Mapping[NamedFact, SourceId]:
        """Return the source of those of which we hold one, and only one."""
        dates = json.dumps(sorted({to_text(moment) for _, (moment, _) in named}))
        with self.store.reading() as tx:
            rows = tx.execute(
                """
                SELECT message_copy.server_id, message_copy.internal_date, source.size_bytes,
                    min(source.id) AS source_id
                FROM message_copy
                JOIN folder ON folder.id = message_copy.folder_id
                JOIN source ON source.id = message_copy.source_id
                WHERE message_copy.internal_date IN (SELECT value FROM json_each(?))
                    AND folder.account_id = ? AND message_copy.server_id IS NOT NULL
                GROUP BY message_copy.server_id, message_copy.internal_date, source.size_bytes
                HAVING min(source.id) = max(source.id)
                """,
                (dates, self.account),
            )
            held = dict(_named_source(row) for row in rows)
        return {each: held[each] for each in named if each in held}

    def called(self, names: Collection[Name]) -> Mapping[Name, SourceId]:
        """Return the source of those of which we hold one, and only one."""
        dates = json.dumps(sorted({to_text(moment) for _, moment in names}))
        with self.store.reading() as tx:
            rows = tx.execute(
                """
                SELECT message_copy.server_id, message_copy.internal_date,
                    min(message_copy.source_id) AS source_id
                FROM message_copy
                JOIN folder ON folder.id = message_copy.folder_id
                WHERE message_copy.internal_date IN (SELECT value FROM json_each(?))
                    AND folder.account_id = ? AND message_copy.server_id IS NOT NULL
                GROUP BY message_copy.server_id, message_copy.internal_date
                HAVING min(message_copy.source_id) = max(message_copy.source_id)
                """,
                (dates, self.account),
            )
            held = dict(_called_source(row) for row in rows)
        return {each: held[each] for each in names if each in held}

    def with_header(self, fact: Fact, header: bytes) -> SourceId | None:
        """Return the one source of these facts that begins with that header."""
        from mailctl.store import sources

        with self.store.reading() as tx:
            received = sources.received(tx, self.account, *fact)
        alike = [number for number, source in received if source.startswith(header)]
        return alike[0] if len(alike) == 1 and b":" in header else None


@from_row
def _named_source(row: sqlite3.Row) -> tuple[NamedFact, SourceId]:
    fact = from_text(row["internal_date"]), row["size_bytes"]
    return (row["server_id"], fact), SourceId(row["source_id"])


@from_row
def _called_source(row: sqlite3.Row) -> tuple[Name, SourceId]:
    return (row["server_id"], from_text(row["internal_date"])), SourceId(row["source_id"])


@from_row
@lru_cache(maxsize=1024)
def _flags(text: str) -> Flags:
    return frozenset(from_list(text))
