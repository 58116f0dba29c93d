"""How long many addresses take side by side and one by one, where each answer takes 50 ms."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measured import Measured
from tests.rig.dns import Dns
from tests.rig.nameservers import delayed_nameserver

DELAY_S = 0.05
DOMAINS = 200
A_DOMAIN = 5
"""Addresses of each domain, as they come: not one domain after the other."""
LIMIT = 0.05
"""Twenty times as fast."""

# What company domains look like, roughly: most name their hoster, some hide it.
_ZONES = (
    *["@ MX 1 smtp.google.com."] * 3,
    *["@ MX 0 {label}.mail.protection.outlook.com."] * 3,
    "@ MX 10 in1-smtp.messagingengine.com.",
    "@ MX 10 eu-smtp-inbound-1.mimecast.com.\nautodiscover CNAME autodiscover.outlook.com.",
    "@ MX 10 mail\n_imaps._tcp SRV 0 1 993 mail\n_submissions._tcp SRV 0 1 465 mail",
    "@ MX 10 mx.elsewhere.example.",
)


def measure() -> list[Measured]:
    """Measure 1,000 addresses of 200 domains, both ways, in whole processes."""
    zones = {
        f"d{number}.example": _ZONES[number % len(_ZONES)].format(label=f"d{number}-example")
        for number in range(DOMAINS)
    }
    addresses = [f"user{turn}@{domain}" for turn in range(A_DOMAIN) for domain in zones]
    with (
        Dns({"example": "", **zones}) as dns,
        delayed_nameserver(dns.address, delay_s=DELAY_S) as nameserver,
        tempfile.TemporaryDirectory() as home,
    ):
        environment = {**os.environ, "MAILCTL_HOME": home, "MAILCTL_DNS": nameserver}
        words = [f"{Path(sys.executable).parent}/mailctl", "provider", "detect", "-"]
        runs = [_timed([*words, "-o", "ndjson"], addresses, environment) for _ in range(3)]
        together_s, said = sorted(runs)[1]
        one_by_one = [sys.executable, "-m", "benchmarks.one_by_one"]
        single_s, alone = _timed(one_by_one, addresses, environment)
    _require_same(said, alone)
    return [
        Measured(
            command=f"provider detect - < {len(addresses)} addresses of {DOMAINS} domains",
            peer="the same, one by one, 50 ms an answer",
            value=together_s,
            peer_value=single_s,
            ratio=together_s / single_s,
            limit=LIMIT,
        )
    ]


def _timed(
    words: Sequence[str], addresses: Sequence[str], environment: dict[str, str]
) -> tuple[float, str]:
    started = time.perf_counter()
    done = subprocess.run(
        words,
        input="\n".join(addresses) + "\n",
        env=environment,
        capture_output=True,
        text=True,
        check=False,  # some are not recognised, and the exit code says so
    )
    return time.perf_counter() - started, done.stdout


def _require_same(together: str, alone: str) -> None:
    """Raise AssertionError unless both ways found the same providers."""
    found = [json.loads(line)["provider"] for line in together.splitlines()]
    theirs = [line.rpartition(" ")[2] for line in alone.splitlines()]
    if len(found) != DOMAINS * A_DOMAIN or [str(name) for name in found] != theirs:
        raise AssertionError("the two ways do not find the same")
