"""A first sync over EWS that is killed again and again goes on from what was stored."""

import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from mailctl.protocols.ews.items import BATCH, MOST_AT_ONCE, uid_of
from tests.conftest import Run, Spawn
from tests.contents import findings
from tests.contracts.exchange import ExchangeElsewhere
from tests.contracts.stage import Stage, mails
from tests.contracts.stored import cursors
from tests.rig import Mailbox, Rig
from tests.rig.ews import ExchangeServer
from tests.soak import count

MESSAGES = count(700, 5_000)
KILLS = count(8, 100)
_IN_FLIGHT = MOST_AT_ONCE + BATCH
"""How many sources may have come and wait to be stored."""


@pytest.fixture
def server(at_the_rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(at_the_rig.authority) as server:
        yield server


@pytest.fixture
def stage(run: Run, server: ExchangeServer, home: Path) -> Stage:
    """A full mailbox, connected and not yet read."""
    box = Mailbox("ada@corp.example", "secret")
    made = server.add(box.address, username=box.address, password=box.password)
    elsewhere = ExchangeElsewhere(server, box, made)
    elsewhere.put(*mails(range(MESSAGES)))
    added = run("provider", "add", "here", "--kind", "ews", "--ews-url", server.url)
    assert added.code == ExitCode.OK, added.err
    words = ("account", "add", box.address, "--provider", "here", "--password-stdin")
    connected = run(*words, "--no-send", "--period", "all", typed=box.password)
    assert connected.code == ExitCode.OK, connected.err
    server.asked.clear()
    return Stage(run, home, elsewhere)


@dataclass
class Executioner:
    """Kills syncs at random moments of their work and looks at what they leave."""

    stage: Stage
    server: ExchangeServer
    spawn: Spawn
    moments: random.Random = field(default_factory=lambda: random.Random(8))
    kills: int = 0
    most_in_flight: int = 0
    """How many sources were given to a process and not stored by it, at most."""

    def sync(self) -> bool:
        """Start a sync and kill it after some requests; return whether it was still at work.

        It begins with the last page that was stored, and however it ends, no stored mail came
        again, and none twice.
        """
        cursor = cursors(self.stage.home).get("INBOX") or " "
        self.server.states.clear()
        stored, given = self.stored(), self.server.sources.copy()
        enough = self.server.asked.total() + self.moments.randrange(1, 24)
        words = self.spawn.words("sync", "run")
        with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as it:
            while self.server.asked.total() < enough and it.poll() is None:
                time.sleep(0.001)
            time.sleep(self.moments.uniform(0, 0.05))
            it.kill()
        assert it.returncode in {-signal.SIGKILL, ExitCode.OK}
        assert findings(self.stage.home) == []
        assert self.server.states[:1] in ([], [cursor.partition(" ")[2]])
        came = self.server.sources - given
        assert not {uid_of(item_id) for item_id in came} & stored
        assert set(came.values()) <= {1}
        self.most_in_flight = max(self.most_in_flight, came.total() - len(self.stored() - stored))
        is_killed = it.returncode == -signal.SIGKILL
        self.kills += is_killed
        return is_killed

    def stored(self) -> set[int]:
        return {copy.uid for copy in self.stage.live()}


def test_a_first_sync_killed_at_any_moment_loses_and_repeats_nothing(
    stage: Stage, server: ExchangeServer, spawn: Spawn
) -> None:
    executioner = Executioner(stage, server, spawn)
    empty = stage.home.with_name("empty")
    shutil.copytree(stage.home, empty)
    while True:
        while executioner.kills < KILLS and executioner.sync():
            pass
        ran = spawn("sync", "run", timeout_s=300)
        assert ran.code == ExitCode.OK, ran
        stage.assert_equal()
        assert len(stage.message_ids()) == MESSAGES
        if executioner.kills == KILLS:
            break
        shutil.rmtree(stage.home)
        shutil.copytree(empty, stage.home)
        server.sources.clear()
    assert executioner.most_in_flight <= _IN_FLIGHT
