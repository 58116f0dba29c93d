"""Queries: the ways in which contacts and companies are reached."""

import sqlite3
from collections.abc import Mapping, Sequence

from mailctl.domain.contacts import CommunicationOption, OptionKind
from mailctl.domain.mailboxes import mailbox_of
from mailctl.domain.merging import Noun
from mailctl.store.connection import Reading, Writing
from mailctl.store.failures import from_row


def put(tx: Writing, noun: Noun, number: int, options: Sequence[CommunicationOption]) -> None:
    """Store the options of a contact or a company that has none."""
    tx.executemany(
        f"""
        INSERT INTO communication_option (
            {noun}_number, kind, position, value, option_key, mailbox, type, ext
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,  # noqa: S608 (a name of ours)
        [
            (number, each.kind, place, each.value, each.key, _mailbox(each), each.type, each.ext)
            for place, each in enumerate(options)
        ],
    )


def replace(tx: Writing, noun: Noun, number: int, options: Sequence[CommunicationOption]) -> None:
    """Store the options anew where they differ: each that comes or goes has mail linked anew."""
    if by_owner(tx, noun, f"[{number}]").get(number, []) == list(options):
        return
    tx.execute(
        f"DELETE FROM communication_option WHERE {noun}_number = ?",  # noqa: S608 (a name of ours)
        (number,),
    )
    put(tx, noun, number, options)


def _mailbox(option: CommunicationOption) -> str | None:
    return mailbox_of(option.key) if option.kind is OptionKind.EMAIL else None


def by_owner(tx: Reading, noun: Noun, numbers: str) -> Mapping[int, list[CommunicationOption]]:
    """Return the options of the contacts or companies of these numbers, a JSON array, in order."""
    found: dict[int, list[CommunicationOption]] = {}
    for row in tx.execute(
        f"""
        SELECT {noun}_number AS owner, kind, value, option_key, type, ext
        FROM communication_option
        WHERE owner IN (SELECT value FROM json_each(?)) ORDER BY owner, position
        """,  # noqa: S608 (a name of ours)
        (numbers,),
    ):
        found.setdefault(row["owner"], []).append(_option(row))
    return found


@from_row
def _option(row: sqlite3.Row) -> CommunicationOption:
    return CommunicationOption(
        kind=OptionKind(row["kind"]),
        value=row["value"],
        key=row["option_key"],
        type=row["type"],
        ext=row["ext"],
    )
