"""How much memory a sync needs: for one huge message, and for a folder with very many."""

import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks import million
from benchmarks.mailbox import Box, serving
from benchmarks.measured import Measured
from benchmarks.mime import document, multipart, text
from benchmarks.peers import Mailctl
from tests.rig.authority import Authority
from tests.soak import count

HUGE_BYTES = 100_000_000
HUGE_LIMIT = 4.0
MANY = count(200_000, 1_000_000)
FEW = MANY // 10


def measure() -> Iterator[Measured]:
    """Load a message of 100 MB, and folders of many and of a tenth as many small messages."""
    yield _huge()
    few, many = _many(FEW), _many(MANY)
    yield Measured(
        command=f"sync run: one folder of {MANY:,} messages of 0.4 kB",
        peer=f"the same with {FEW:,}",
        value=many[0],
        peer_value=few[0],
        ratio=many[0] / few[0],
        limit=None,
        unit="MB",
    )
    yield Measured(
        command=f"sync run: one folder of {MANY:,} messages of 0.4 kB",
        peer=f"the same with {FEW:,}",
        value=many[1],
        peer_value=few[1],
        ratio=many[1] / few[1],
        limit=None,
    )


def _huge() -> Measured:
    source = _huge_message()
    with serving() as server, tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        box = server.append("huge@corp.example", source)
        program = Mailctl(Path(scratch), server.port, server.authority.ca_file)
        program.connect([box])
        peak_bytes = program.sync().peak_bytes
        program.require(box.count)
    return Measured(
        command="sync run: one message of 100 MB",
        peer="its size",
        value=peak_bytes / 1e6,
        peer_value=len(source) / 1e6,
        ratio=peak_bytes / len(source),
        limit=HUGE_LIMIT,
        unit="MB",
    )


def _huge_message() -> bytes:
    rng = random.Random(1)
    letter = text(rng, "The drawings are attached.\n", "us-ascii")
    # base64 makes 4 of 3 bytes, and lines of them
    body = multipart(rng, "mixed", [letter, document(rng, HUGE_BYTES * 3 // 4 * 76 // 78)])
    head = "From: ada@corp.example\r\nSubject: drawings\r\nMIME-Version: 1.0\r\n"
    return head.encode() + bytes(body)


def _many(number: int) -> tuple[float, float]:
    """Return the peak in MB and the seconds that so many messages take."""
    with million.serving(number) as port, tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        unused = Authority(Path(scratch) / "tls").ca_file
        program = Mailctl(Path(scratch) / "mailctl", port, unused, is_bare=True)
        program.connect([Box("ada@corp.example", [("INBOX", number)])])
        ran = program.sync()
        program.require(number)
    return ran.peak_bytes / 1e6, ran.seconds
