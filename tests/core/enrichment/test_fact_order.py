"""Facts are the same in whatever order mail is read, and however often."""

import random
from pathlib import Path

import pytest

from mailctl.core.enrichment.fact_reading import read_facts, read_news
from mailctl.core.messages.indexing import index_pending
from tests.core.messages.test_indexing import services_of
from tests.soak import count
from tests.store.samples import NOW, deliver, folder

ORDERS = count(4, 20)
PEOPLE = ("Bob Stone <bob@acme.example>", "Eve Hill <eve@acme.example>")
TITLES = ("Buyer", "Head of Purchasing", "Managing Director")
FACTS = """
    SELECT id, mailbox, field, value, value_key, stated_at, message_id, line FROM fact ORDER BY id
"""


def letters() -> list[tuple[int, bytes]]:
    """Return letters, each with its minute, in which people rise and get other phones."""
    found = []
    for minute in range(18):
        sender, title = PEOPLE[minute % 2], TITLES[minute // 6]
        text = (
            f"From: {sender}\r\nTo: ada@example.org\r\nSubject: {minute}\r\n"
            f"Message-ID: <{minute}@x>\r\n\r\nHello,\r\n\r\nsee below.\r\n\r\nKind regards,\r\n"
            f"{sender.partition(' <')[0]}\r\n{title}\r\nAcme Tools Ltd\r\n"
            f"Phone: +44 20 7946 09{minute // 3:02}\r\n"
        )
        found.append((minute, text.encode()))
    return found


def facts_after(
    home: Path, order: list[tuple[int, bytes]], *, portions: int
) -> list[tuple[object, ...]]:
    """Store letters in an order, some at once, each time followed by what a sync does."""
    services = services_of(home / "mailctl.db")
    size = -(-len(order) // portions)
    for begin in range(0, len(order), size):
        with services.store.writing() as tx:
            where = folder(tx, address="ada@example.org")
            for minute, source in order[begin : begin + size]:
                deliver(tx, where, minute + 1, source, date=NOW.replace(minute=minute))
        index_pending(services)
        read_news(services)
    read_facts(services)
    with services.store.reading() as tx:
        found = [tuple(row) for row in tx.execute(FACTS)]
    services.store.close()
    return found


@pytest.mark.parametrize("seed", range(ORDERS))
def test_the_order_of_mail_says_nothing(tmp_path: Path, seed: int) -> None:
    in_order, shuffled = tmp_path / "first", tmp_path / "second"
    in_order.mkdir()
    shuffled.mkdir()
    order = letters()
    expected = facts_after(in_order, order, portions=1)
    chance = random.Random(seed)
    chance.shuffle(order)
    assert facts_after(shuffled, order, portions=chance.randint(1, 6)) == expected
    assert len(expected) == 2 * (1 + len(TITLES) + 1 + 6 + 1)
