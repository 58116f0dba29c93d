"""Queries: which messages answer a question, newest first, page by page."""

from collections.abc import Iterator
from dataclasses import dataclass

from mailctl.domain import query as q
from mailctl.domain.ids import MessageId
from mailctl.store.conditions import Sql, condition, is_there
from mailctl.store.connection import Reading

_BATCH = 200


@dataclass(frozen=True)
class Page:
    """Which of the messages found are wanted: so many of those older than `after`."""

    limit: int | None = None
    after: MessageId | None = None


def batches(tx: Reading, query: q.Query, page: Page) -> Iterator[list[MessageId]]:
    """Yield the messages that answer the query, newest first, some at a time.

    They are those that a server still has, and those whose account was removed. Nothing
    is older than an `after` that does not exist.
    """
    asked = _asked(tx, query)
    older = Sql("TRUE")
    if page.after is not None:
        older = Sql(
            "(message.date, message.id) < (SELECT date, id FROM message WHERE id = ?)",
            (page.after,),
        )
    cursor = tx.execute(
        f"""
        SELECT message.id FROM message WHERE {older.text} AND {asked.text}
        ORDER BY message.date DESC, message.id DESC LIMIT ?
        """,  # noqa: S608 (conditions are literals of ours, their values parameters)
        (*older.values, *asked.values, -1 if page.limit is None else page.limit),
    )
    while rows := cursor.fetchmany(_BATCH):
        yield [MessageId(row["id"]) for row in rows]


def count(tx: Reading, query: q.Query) -> int:
    """Return how many messages answer the query."""
    asked = _asked(tx, query)
    number: int = tx.execute(
        f"SELECT count(*) FROM message WHERE {asked.text}",  # noqa: S608 (as above)
        asked.values,
    ).fetchone()[0]
    return number


def _asked(tx: Reading, query: q.Query) -> Sql:
    """Return the condition, its parts bare, so that dates among them bound the walk."""
    parts = condition(tx, query)
    there = is_there()
    return Sql(f"{parts.text} AND {there.text}", (*parts.values, *there.values))
