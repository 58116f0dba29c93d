"""A desk of one's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from mailctl.store import accounts
from mailctl.store.connection import Store
from tests.core.desk import ACCOUNT, Desk, services_at


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A fresh store with an account whose mailbox nobody has read yet."""
    store = Store(tmp_path / "mailctl.db")
    with store.writing() as tx:
        accounts.add(tx, ACCOUNT)
    yield Desk(services_at(store, tmp_path))
    store.close()
