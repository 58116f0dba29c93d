"""Messages found by a question in the query language."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mailctl.core.messages.listings import Listing, one_more
from mailctl.core.naming import account_named, message_named
from mailctl.domain import query as q
from mailctl.domain.ids import MessageId
from mailctl.domain.query_language import Asker, parse_query
from mailctl.domain.threads import thread_number
from mailctl.errors import BadUsage
from mailctl.store import finding, messages, threads, unindexed
from mailctl.store.connection import Reading


@dataclass(frozen=True)
class Wanted:
    """Which of the messages found are wanted; None means any, or as many as there are."""

    account: str | None = None
    limit: int | None = None
    after: str | None = None
    """The name of a message: those that come behind it."""


def search_messages(tx: Reading, text: str, asker: Asker, wanted: Wanted) -> Listing:
    """Return the messages that answer the question, newest first, in bounded memory.

    Raises what `find` raises, before the first one is asked for.
    """
    batches = _found(tx, text, asker, replace(wanted, limit=one_more(wanted.limit)))
    found = (message for batch in batches for message in messages.by_ids(tx, batch))
    return Listing(found, wanted.limit)


def find(tx: Reading, text: str, asker: Asker, wanted: Wanted) -> list[MessageId]:
    """Return the messages that answer the question, newest first.

    Raises BadQuery where it cannot be understood, NotFound for an account or a message
    that it names and that is none, NameAmbiguous.
    """
    return [each for batch in _found(tx, text, asker, wanted) for each in batch]


def _found(tx: Reading, text: str, asker: Asker, wanted: Wanted) -> Iterator[list[MessageId]]:
    after = None if wanted.after is None else message_named(tx, wanted.after)
    query = understood(tx, text, asker, account=wanted.account)
    return finding.batches(tx, query, finding.Page(limit=wanted.limit, after=after))


def count(tx: Reading, text: str, asker: Asker, wanted: Wanted) -> int:
    """Return how many messages answer the question.

    Raises the same, and BadUsage where only a page of them is wanted.
    """
    if wanted.limit is not None or wanted.after is not None:
        raise BadUsage("what is counted is all that is found", hint="leave --limit and --after out")
    return finding.count(tx, understood(tx, text, asker, account=wanted.account))


def count_waiting(tx: Reading) -> int:
    """Return how many messages no question finds, for they are not indexed yet."""
    return unindexed.count(tx)


def understood(tx: Reading, text: str, asker: Asker, *, account: str | None) -> q.Query:
    """Return the query with the names in it looked up, asked of that account alone."""
    query = _looked_up(tx, parse_query(text, asker))
    if account is None:
        return query
    return q.every([query, q.InAccount(account_named(tx, account).id)])


def _looked_up(tx: Reading, query: q.Query) -> q.Query:
    match query:
        case q.Not():
            return q.Not(_looked_up(tx, query.of))
        case q.Every() | q.Either():
            return replace(query, of=tuple(_looked_up(tx, part) for part in query.of))
        case q.InAccount():
            return q.InAccount(account_named(tx, query.name).id)
        case q.InThread():
            if thread_number(query.id.lower()) is not None:
                return q.InThread(query.id.lower())
            return q.InThread(threads.of_message(tx, message_named(tx, query.id)))
        case _:
            return query
