"""What it takes to make a thousand accounts of a file, beside listing them."""

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.children import Took, took
from benchmarks.measured import Measured, compared
from benchmarks.peers import MAILCTL

ACCOUNTS = 1_000
ROUNDS = 9
LIMIT = 10.0


def measure() -> Iterator[Measured]:
    """Apply a file of 1,000 accounts to an empty home, then once more, and list them."""
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        file = Path(scratch) / "accounts.yaml"
        file.write_text("accounts:\n" + "".join(map(_account, range(ACCOUNTS))))
        rounds = [_round(Path(scratch) / str(number), file) for number in range(1 + ROUNDS)][1:]
    peer = "`account list` of them"
    what = f"apply --no-verify: {ACCOUNTS:,} accounts"
    made = [(first, listed) for first, _, listed in rounds]
    again = [(second, listed) for _, second, listed in rounds]
    yield compared(what, peer, made, limit=LIMIT)
    yield compared(f"{what}, nothing to do", peer, again, limit=LIMIT)


def _account(number: int) -> str:
    return (
        f"  - address: user{number}@gmail.com\n    secret: env:PW\n    owner: Team {number % 10}\n"
        "    settings: {period: 30d, bulk: skip}\n"
    )


def _round(home: Path, file: Path) -> tuple[Took, Took, Took]:
    environment = {"MAILCTL_HOME": str(home), "MAILCTL_NO_INPUT": "1", "PW": "x"}
    words = [MAILCTL, "apply", "--no-verify", "-f", str(file), "-o", "json"]
    first, second = took(words, environment), took(words, environment)
    listed = took([MAILCTL, "account", "list", "-o", "json"], environment)
    counts = (json.loads(first.out)["created"], json.loads(second.out)["unchanged"])
    if counts != (ACCOUNTS, ACCOUNTS) or len(json.loads(listed.out)) != ACCOUNTS:
        raise AssertionError(f"not all accounts were made and found: {counts}")
    return first, second, listed
