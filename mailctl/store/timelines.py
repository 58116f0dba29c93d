"""Queries: all mail with somebody, whoever wrote it."""

import json
from collections.abc import Collection, Iterator

from mailctl.domain.ids import MessageId, MessageNumber
from mailctl.domain.links import ObjectNoun
from mailctl.domain.mailboxes import domain_path_of
from mailctl.store.connection import Reading

_AFTER_ALL = ("~", "")


def correspondents_of(tx: Reading, mailboxes: Collection[str]) -> dict[str, int]:
    """Return the addresses that mail has of these mailboxes, with their rows."""
    rows = tx.execute(
        """
        SELECT address, number FROM correspondent
        WHERE mailbox IN (SELECT value FROM json_each(?))
        """,
        (json.dumps(list(mailboxes)),),
    )
    return {row["address"]: row["number"] for row in rows}


def correspondents_below(tx: Reading, domains: Collection[str]) -> list[int]:
    """Return the correspondents (rows) of these domains and what is below them."""
    paths = [domain_path_of(each) for each in domains]
    rows = tx.execute(
        """
        SELECT DISTINCT number FROM json_each(?) AS wanted JOIN correspondent
            ON domain_path >= wanted.value AND domain_path < rtrim(wanted.value, '.') || '/'
        """,
        (json.dumps(paths),),
    )
    return [row["number"] for row in rows]


def mail_with(
    tx: Reading,
    correspondents: Collection[int],
    *,
    noun: ObjectNoun,
    object_id: str,
    after: MessageId | None,
) -> Iterator[MessageNumber]:
    """Yield the messages that correspondents take part in or that are linked to one, newest first.

    Those that every server has lost are left out. `after` names the message that they follow.
    """
    place = _AFTER_ALL
    if after is not None:
        row = tx.execute("SELECT date, id FROM message WHERE id = ?", (after,)).fetchone()
        place = (row["date"], row["id"])
    rows = tx.execute(
        f"""
        SELECT number FROM (
            SELECT message_number AS found FROM participation
            WHERE correspondent_number IN (SELECT value FROM json_each(:correspondents))
            UNION
            SELECT message_number FROM link JOIN {noun} ON {noun}.number = {noun}_number
            WHERE {noun}.id = :id AND NOT is_candidate
        ) JOIN message ON message.number = found
        WHERE (date, id) < (:date, :after)
            AND (
                NOT EXISTS (
                    SELECT 1 FROM message_copy INDEXED BY copy_gone
                    WHERE message_number = number AND gone_at IS NOT NULL
                )
                OR EXISTS (
                    SELECT 1 FROM message_copy
                    WHERE message_number = number AND gone_at IS NULL
                )
            )
        ORDER BY date DESC, id DESC
        """,  # noqa: S608 (a name of ours)
        {
            "correspondents": json.dumps(list(correspondents)),
            "id": object_id,
            "date": place[0],
            "after": place[1],
        },
    )
    return (MessageNumber(row["number"]) for row in rows)
