"""Queries: how far linking has come, and which messages are to be linked anew."""

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from mailctl.domain.ids import MessageNumber
from mailctl.domain.mailboxes import domain_path_of
from mailctl.records import dataclass
from mailctl.store.columns import to_text
from mailctl.store.connection import Reading, Writing

LINKER_VERSION = 1
"""To be raised when links are found in a better way: all mail is linked anew then."""


class Member(NamedTuple):
    """A message of a conversation."""

    number: int
    id: str
    date: str


@dataclass(frozen=True)
class LinkState:
    """What was linked so far, and who was an insider then."""

    linked_to: int
    mailboxes: frozenset[str]
    domains: frozenset[str]
    is_outdated: bool


def state(tx: Reading) -> LinkState:
    """Return how far linking has come."""
    row = tx.execute("SELECT linked_to, linker_version, insiders FROM link_state").fetchone()
    mailboxes, domains = json.loads(row["insiders"])
    is_outdated = row["linker_version"] != LINKER_VERSION
    return LinkState(row["linked_to"], frozenset(mailboxes), frozenset(domains), is_outdated)


def begin_anew(tx: Writing) -> None:
    """Forget how far linking has come: every message is looked at again."""
    tx.execute("UPDATE link_state SET linked_to = 0, linker_version = ?", (LINKER_VERSION,))
    tx.execute("UPDATE link_rule SET scanned_to = 0")


def put_insiders(tx: Writing, mailboxes: Collection[str], domains: Collection[str]) -> None:
    """Note who is an insider from now on, and queue the mail of those who came or went."""
    was = state(tx)
    for mailbox in was.mailboxes.symmetric_difference(mailboxes):
        tx.execute(
            """
            INSERT OR IGNORE INTO link_pending (message_number)
            SELECT message_number FROM correspondent
            JOIN participation ON correspondent_number = correspondent.number
            WHERE mailbox = ?
            """,
            (mailbox,),
        )
    for domain in was.domains.symmetric_difference(domains):
        tx.execute(
            """
            INSERT OR IGNORE INTO link_pending (message_number)
            SELECT message_number FROM correspondent
            JOIN participation ON correspondent_number = correspondent.number
            WHERE domain_path = :path
                OR (:is_below AND domain_path > :path AND domain_path < :end)
            """,
            _range_of(domain),
        )
    tx.execute(
        "UPDATE link_state SET insiders = ?", (json.dumps([sorted(mailboxes), sorted(domains)]),)
    )


def _range_of(domain: str) -> dict[str, object]:
    """Return where the domain lies in the order of paths, and where what is below it ends."""
    path = domain_path_of(domain.removeprefix("*."))
    return {"path": path, "is_below": domain.startswith("*."), "end": f"{path[:-1]}/"}


def waiting(tx: Reading, *, limit: int) -> list[MessageNumber]:
    """Return messages that are to be linked anew."""
    rows = tx.execute("SELECT message_number FROM link_pending LIMIT ?", (limit,))
    return [MessageNumber(row[0]) for row in rows]


def count_waiting(tx: Reading) -> int:
    """Return how many messages are to be linked, anew or at all."""
    number: int = tx.execute(
        """
        SELECT (SELECT count(*) FROM link_pending)
            + (SELECT count(*) FROM message WHERE number > linked_to)
        FROM link_state
        """
    ).fetchone()[0]
    return number


def count_fresh(tx: Reading) -> int:
    """Return how many messages have never been linked."""
    number: int = tx.execute(
        "SELECT count(*) FROM message WHERE number > (SELECT linked_to FROM link_state)"
    ).fetchone()[0]
    return number


def fresh(tx: Reading, *, limit: int) -> list[MessageNumber]:
    """Return messages that have never been linked, as far as their conversations are known."""
    rows = tx.execute(
        """
        SELECT number FROM message
        WHERE number > (SELECT linked_to FROM link_state) AND number < coalesce(
            (SELECT min(number) FROM message WHERE indexed_version = 0), 9223372036854775807
        )
        ORDER BY number LIMIT ?
        """,
        (limit,),
    )
    return [MessageNumber(row[0]) for row in rows]


def done(tx: Writing, numbers: Sequence[MessageNumber]) -> None:
    """Note that these messages are linked as things are now."""
    tx.execute(
        """
        DELETE FROM link_pending WHERE message_number IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(numbers),),
    )


def move_to(tx: Writing, last: MessageNumber) -> None:
    """Note that every message up to this one has been linked, by all rules that were in step."""
    tx.execute(
        """
        UPDATE link_rule SET scanned_to = :last
        WHERE scanned_to >= (SELECT linked_to FROM link_state) AND scanned_to < :last
        """,
        {"last": last},
    )
    tx.execute("UPDATE link_state SET linked_to = ?", (last,))


def queue(tx: Writing, numbers: Collection[int]) -> None:
    """Have these messages linked anew."""
    tx.executemany(
        "INSERT OR IGNORE INTO link_pending (message_number) VALUES (?)",
        [(each,) for each in numbers],
    )


def queue_since(tx: Writing, since: datetime | None) -> None:
    """Have all messages linked anew that are of that time or later."""
    tx.execute(
        """
        INSERT OR IGNORE INTO link_pending (message_number)
        SELECT number FROM message, link_state
        WHERE number <= linked_to AND (:since IS NULL OR date >= :since)
        """,
        {"since": None if since is None else to_text(since)},
    )


def data_version(tx: Reading) -> int:
    """Return a number that changes whenever another connection has written something."""
    version: int = tx.execute("PRAGMA data_version").fetchone()[0]
    return version


def queue_conversations(tx: Writing, numbers: Sequence[MessageNumber]) -> None:
    """Have the conversations of these messages inherit anew, as far as they have others."""
    tx.execute(
        """
        INSERT OR IGNORE INTO link_conversation_pending (thread_id)
        SELECT thread_id FROM message
        WHERE number IN (SELECT value FROM json_each(?)) AND EXISTS (
            SELECT 1 FROM message AS other
            WHERE other.thread_id = message.thread_id AND other.number <> message.number
        )
        """,
        (json.dumps(numbers),),
    )


def waiting_conversations(tx: Reading, *, limit: int) -> list[str]:
    """Return conversations that are to inherit anew."""
    rows = tx.execute("SELECT thread_id FROM link_conversation_pending LIMIT ?", (limit,))
    return [row[0] for row in rows]


def conversations_done(tx: Writing, threads: Sequence[str]) -> None:
    """Note that these conversations have inherited as things are now."""
    tx.executemany(
        "DELETE FROM link_conversation_pending WHERE thread_id = ?", [(each,) for each in threads]
    )


def members(tx: Reading, threads: Sequence[str]) -> list[list[Member]]:
    """Return the messages of each of these conversations."""
    found: dict[str, list[Member]] = {}
    for row in tx.execute(
        """
        SELECT thread_id, number, id, date FROM message
        WHERE thread_id IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(list(threads)),),
    ):
        found.setdefault(row[0], []).append(Member(row[1], row[2], row[3]))
    return list(found.values())


def others_in_conversation(tx: Reading, number: MessageNumber) -> int:
    """Return how many other messages the conversation of a message has."""
    count: int = tx.execute(
        """
        SELECT count(*) FROM message
        WHERE number <> :number
            AND thread_id = (SELECT thread_id FROM message WHERE number = :number)
        """,
        {"number": number},
    ).fetchone()[0]
    return count
