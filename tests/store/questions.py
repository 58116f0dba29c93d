"""Mail that is indexed, and questions about it as a person types them."""

from dataclasses import replace
from datetime import UTC, datetime

from mailctl.core.messages.search import Wanted, count, find
from mailctl.domain.ids import MessageId
from mailctl.domain.query_language import Asker
from mailctl.mail.lists import mailing_list
from mailctl.mail.text import searchable_words
from mailctl.store import search, sources, threads
from mailctl.store.connection import Store, Writing
from tests.store.samples import number_of

ASKER = Asker(datetime(2026, 3, 5, 12, 30, tzinfo=UTC), UTC)


def index(tx: Writing, *ids: MessageId) -> None:
    """Index messages as a run does."""
    numbers = [number_of(tx, each) for each in ids]
    for entry in search.entries(tx, numbers):
        source = sources.of_numbered(tx, entry.message) or b""
        words = searchable_words(source)
        whole = replace(
            entry,
            body=words.body,
            attachments=words.attachments,
            list=mailing_list(source),
        )
        search.put(tx, [whole])
    threads.join(tx, numbers)


def found(
    store: Store,
    text: str,
    *,
    account: str | None = None,
    limit: int | None = None,
    after: str | None = None,
) -> list[MessageId]:
    """Return the messages that answer the question, and check that as many are counted."""
    with store.reading() as tx:
        ids = find(tx, text, ASKER, Wanted(account, limit, after))
        if limit is None and after is None:
            assert count(tx, text, ASKER, Wanted(account)) == len(ids)
        return ids
