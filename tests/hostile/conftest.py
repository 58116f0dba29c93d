"""Sieges: mailboxes at servers that lie, ready to be synced."""

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.hostile.siege import PASSWORD, Siege, filled
from tests.rig.imap_model import EVERYTHING, Mailbox, ModelServer

Besiege = Callable[..., Siege]


@pytest.fixture
def besiege(run: Run, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Besiege]:
    """A function that puts the program before a server of its own, with an account there."""
    monkeypatch.setenv("MAILCTL_TIMEOUT", "1")
    monkeypatch.setenv("MAILCTL_DNS", "127.0.0.1:9")
    monkeypatch.setenv("PW", PASSWORD)
    with ExitStack() as servers:

        def made(
            *,
            capabilities: Collection[str] = EVERYTHING,
            count: int = 40,
            size: int = 0,
            box: Mailbox | None = None,
            is_synced: bool = True,
        ) -> Siege:
            mailbox = box or filled(count, size=size)
            server = servers.enter_context(ModelServer(mailbox, capabilities=capabilities))
            siege = Siege(run, home, mailbox, server)
            siege.connect()
            if is_synced:
                siege.settle(runs=1)
                server.forget()
            return siege

        yield made
