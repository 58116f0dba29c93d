"""Queries: which messages are one conversation."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from mailctl.domain.ids import MessageId, MessageNumber
from mailctl.domain.threads import mention, named, thread_id, thread_number
from mailctl.store.columns import from_list
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row

_COUNTED = 1_000
"""Of two conversations that have as many messages, the older one keeps its name."""


def join(tx: Writing, numbers: Sequence[MessageNumber]) -> None:
    """Put the messages into the conversations that they name, which may make one of several.

    In whatever order messages come, those end up together of which one names the other,
    or which name the same third. Those that have been purged meanwhile are left out.
    """
    mentioned: dict[MessageNumber, list[int]] = {}
    nameless: set[MessageNumber] = set()
    for row in _rows(tx, numbers):
        mentioned[row["number"]] = _keys(row)
        if row["thread_id"] is None:
            nameless.add(row["number"])
    forest = _Forest(tx)
    forest.load(key for keys in mentioned.values() for key in keys)
    for keys in mentioned.values():
        for key in keys[1:]:
            forest.unite(keys[0], key)
    forest.keep()
    tx.executemany(
        """
        UPDATE message SET thread_id = :thread
        WHERE number = :number AND thread_id IS NOT :thread
        """,
        [
            {"number": number, "thread": thread_id(root)}
            for number, keys in mentioned.items()
            if (root := forest.root(keys[0])) != keys[0] or number in nameless
        ],
    )


def known_as(tx: Reading, thread: str) -> str:
    """Return the id that the conversation of this id has now; one that is joined keeps its own."""
    number = thread_number(thread)
    return thread if number is None else thread_id(_root(tx, number))


def messages(tx: Reading, thread: str) -> list[MessageId]:
    """Return the messages of the conversation that is known by this id now, any order."""
    rows = tx.execute("SELECT id FROM message WHERE thread_id = ?", (thread,))
    return [MessageId(row["id"]) for row in rows]


def of_message(tx: Reading, message: MessageId) -> str:
    """Return the id of the conversation of a message that is there."""
    row = tx.execute("SELECT thread_id FROM message WHERE id = ?", (message,)).fetchone()
    return str(row["thread_id"])


def called(tx: Reading, message_id: str) -> list[MessageNumber]:
    """Return the messages that have this Message-ID and whose conversation is known."""
    wanted = mention(message_id)
    rows = tx.execute(
        """
        SELECT number, rfc_message_id FROM message
        WHERE thread_id = ? AND rfc_message_id IS NOT NULL
        """,
        (thread_id(_root(tx, wanted)),),
    )
    return [
        MessageNumber(row["number"]) for row in rows if mention(row["rfc_message_id"]) == wanted
    ]


def _root(tx: Reading, number: int) -> int:
    """Return where a mention leads; one that nobody made leads to itself."""
    while True:
        row = tx.execute("SELECT leads_to FROM thread_mention WHERE key = ?", (number,)).fetchone()
        if row is None or row["leads_to"] == number:
            return number
        number = row["leads_to"]


def _rows(tx: Reading, numbers: Sequence[MessageNumber]) -> list[sqlite3.Row]:
    return tx.execute(
        """
        SELECT number, id, thread_id, rfc_message_id, in_reply_to, refs, from_address,
            CASE WHEN in_reply_to || refs <> '[][]' THEN (
                SELECT group_concat(address, char(10)) FROM recipient
                WHERE message_number = number
            ) END AS recipients
        FROM message WHERE number IN (SELECT value FROM json_each(?)) ORDER BY number
        """,
        (json.dumps(numbers),),
    ).fetchall()


@from_row
def _keys(row: sqlite3.Row) -> list[int]:
    """Return what a message names, first of all the conversation that it is in so far."""
    people = [row["from_address"] or "", *(row["recipients"] or "").split("\n")]
    names = named(from_list(row["in_reply_to"]), from_list(row["refs"]), people)
    if row["rfc_message_id"] is not None:
        names.append(row["rfc_message_id"])
    so_far = thread_number(row["thread_id"] or "")
    return [mention(row["id"]) if so_far is None else so_far, *map(mention, names)]


@dataclass
class _Forest:
    """Mentions and where each leads: two that lead to the same are one conversation."""

    tx: Writing
    leads: dict[int, int] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)
    """What of it is stored."""
    places: dict[int, int] = field(default_factory=dict)
    """In which order the others were named."""

    def load(self, keys: Iterable[int]) -> None:
        """Read where these mentions lead, as far as anybody made them."""
        named = dict.fromkeys(keys)
        self.places = {key: place for place, key in enumerate(named)}
        wanted = set(named)
        while wanted:
            rows = self.tx.execute(
                """
                SELECT key, leads_to FROM thread_mention
                WHERE key IN (SELECT value FROM json_each(?))
                """,
                (json.dumps(list(wanted)),),
            ).fetchall()
            self.kept.update((row["key"], row["leads_to"]) for row in rows)
            wanted = {row["leads_to"] for row in rows} - self.kept.keys()
        self.leads = {key: key for key in named} | self.kept

    def root(self, key: int) -> int:
        """Return where the mention leads in the end."""
        while self.leads[key] != key:
            self.leads[key] = key = self.leads[self.leads[key]]
        return key

    def unite(self, one: int, other: int) -> None:
        """Make two conversations one; the id of the larger or older one stays."""
        first, second = self.root(one), self.root(other)
        if first == second:
            return
        if self._weight(second) > self._weight(first):
            first, second = second, first
        self.leads[second] = first
        if second in self.kept:
            self.tx.execute(
                "UPDATE message SET thread_id = ? WHERE thread_id = ?",
                (thread_id(first), thread_id(second)),
            )

    def keep(self) -> None:
        """Store where the mentions lead."""
        self.tx.executemany(
            """
            INSERT INTO thread_mention (key, leads_to) VALUES (?, ?)
            ON CONFLICT (key) DO UPDATE SET leads_to = excluded.leads_to
            """,
            [
                (key, root)
                for key in sorted(self.leads)
                if (root := self.root(key)) != self.kept.get(key)
            ],
        )

    def _weight(self, root: int) -> tuple[int, int]:
        """Return how many stored messages a conversation has, and how old it is."""
        if root not in self.kept:
            return 0, -self.places[root]
        row = self.tx.execute(
            """
            SELECT count(*) AS size, coalesce(min(number), 0) AS first FROM (
                SELECT number FROM message WHERE thread_id = ? ORDER BY number LIMIT ?
            )
            """,
            (thread_id(root), _COUNTED),
        ).fetchone()
        return row["size"], -row["first"]
