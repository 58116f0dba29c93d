"""How long it takes to load a mailbox over EWS, beside plain loops of exchangelib."""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.children import Took, took
from benchmarks.mail import messages
from benchmarks.mailbox import PASSWORD, SEED
from benchmarks.measured import Measured, compared
from benchmarks.peers import MAILCTL
from benchmarks.stage import ROUND_TRIP_S, settle
from tests.rig.authority import Authority
from tests.rig.delay import Delay
from tests.rig.ews import ExchangeServer

ADDRESS = "ada@corp.example"
COUNT = 3_000
ROUNDS = 3
_LOOPS = {
    "only": "exchangelib: `for item in inbox.all().only('mime_content')`",
    "all": "exchangelib: `for item in inbox.all(): item.mime_content`",
}


@dataclass(frozen=True)
class Loaded:
    """What a program took, and how many requests it made."""

    took: Took
    requests: int


@dataclass
class Desk:
    """The server and the programs that load its mailbox, each into a new place."""

    server: ExchangeServer
    ca_file: Path
    directory: Path
    port: int
    homes: int = 0

    def ours(self) -> Loaded:
        """Load it into a new home."""
        self.homes += 1
        environment = {
            "MAILCTL_HOME": str(self.directory / f"home{self.homes}"),
            "MAILCTL_NO_INPUT": "1",
            "MAILCTL_CONNECT_TO": f"localhost:{self.server.port}:127.0.0.1:{self.port}",
            "PASSWORD": PASSWORD,
            "SSL_CERT_FILE": str(self.ca_file),
        }
        provider = ("--kind", "ews", "--ews-url", self.server.url)
        took([MAILCTL, "provider", "add", "bench", *provider], environment)
        account = ("--secret", "env:PASSWORD", "--no-send", "--no-verify", "--period", "all")
        words = ("account", "add", ADDRESS, "--provider", "bench")
        took([MAILCTL, *words, *account], environment)
        loaded = self._counted([MAILCTL, "sync", "run", "--no-index", "-o", "json"], environment)
        if f'"stored": {COUNT}' not in loaded.took.out:
            raise AssertionError(loaded.took.out)
        return loaded

    def loop(self, way: str) -> Loaded:
        """Let exchangelib read it."""
        url = self.server.url.replace(str(self.server.port), str(self.port))
        environment = {"PASSWORD": PASSWORD, "SSL_CERT_FILE": str(self.ca_file)}
        words = [sys.executable, "-m", "benchmarks.exchange_loop", url, ADDRESS, way]
        loaded = self._counted(words, environment)
        if int(loaded.took.out) != COUNT:
            raise AssertionError(f"exchangelib read {loaded.took.out.strip()} messages")
        return loaded

    def _counted(self, words: list[str], environment: dict[str, str]) -> Loaded:
        settle()
        self.server.asked.clear()
        ran = took(words, environment)
        return Loaded(ran, self.server.asked.total())


def measure() -> Iterator[Measured]:
    """Measure on this machine, and with 50 ms between the machine and the mail."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        authority = Authority(Path(scratch) / "tls")
        with ExchangeServer(authority) as server:
            mailbox = server.add(ADDRESS, username=ADDRESS, password=PASSWORD)
            for source in messages(COUNT, SEED):
                mailbox.put(source)
            desk = Desk(server, authority.ca_file, Path(scratch), server.port)
            yield from _beside(desk, f"{COUNT:,} messages over EWS", rounds=ROUNDS)
            with Delay(server.port, round_trip_s=ROUND_TRIP_S) as line:
                desk.port = line.port
                where = f"{ROUND_TRIP_S * 1000:.0f} ms away"
                yield from _beside(desk, f"{COUNT:,} messages over EWS, {where}", rounds=1)


def _beside(desk: Desk, what: str, *, rounds: int) -> Iterator[Measured]:
    runs = [(desk.ours(), {way: desk.loop(way) for way in _LOOPS}) for _ in range(rounds)]
    for way, peer in _LOOPS.items():
        pairs = [(ours.took, loops[way].took) for ours, loops in runs]
        yield compared(f"sync run --no-index: {what}", peer, pairs, limit=1.0)
    ours, loops = runs[-1]
    for way, peer in _LOOPS.items():
        yield Measured(
            command=f"sync run --no-index: {what}, for each 1,000",
            peer=peer,
            value=1_000 * ours.requests / COUNT,
            peer_value=1_000 * loops[way].requests / COUNT,
            ratio=ours.requests / loops[way].requests,
            limit=None,
            unit="requests",
        )
