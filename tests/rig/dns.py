"""A real Knot DNS that answers for the zones it is given."""

import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import dns.exception
import dns.message
import dns.query
import dns.rcode
import dns.rdatatype

from .processes import LOOPBACK, POLL_S, START_TIMEOUT_S, ServerFailed, require
from .servers import Server
from .zones import zone_file

KNOTD = "/usr/sbin/knotd"
KNOTC = "/usr/sbin/knotc"


class Dns(Server):
    """One authoritative server, by UDP and TCP; zones may be added while it runs."""

    needs_root = False

    def __init__(self, zones: Mapping[str, str], *, directory: Path | None = None) -> None:
        require(KNOTD, KNOTC)
        super().__init__(directory)
        (self.port,) = self.reserve(1)
        self._serials: dict[str, int] = {}
        self._zones = self.directory / "zones"
        self._conf = self.directory / "knot.conf"
        for name in ("zones", "run", "db"):
            (self.directory / name).mkdir()
        for zone, records in zones.items():
            self._write(zone, records)

    @property
    def address(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def prepare(self) -> list[str]:
        self._configure()
        return [KNOTD, "-c", str(self._conf)]

    def is_ready(self) -> bool:
        return all(self._is_loaded(zone) for zone in self._serials)

    def add_zone(self, name: str, records: str) -> None:
        """Answer for this zone from now on, or answer for it anew."""
        self.add_zones({name: records})

    def add_zones(self, zones: Mapping[str, str]) -> None:
        """Answer for all these zones from now on, or answer for them anew.

        A zone that cannot be loaded answers SERVFAIL, but only if it never could be: Knot goes on
        with what it knew.
        """
        for name, records in zones.items():
            self._write(name, records)
        self._configure()
        knotc = [KNOTC, "-s", str(self.directory / "run/knot.sock"), "reload"]
        done = subprocess.run(knotc, capture_output=True, text=True, check=False)
        if done.returncode:
            raise ServerFailed(f"knotc reload: {done.stderr.strip()}")
        deadline = time.monotonic() + START_TIMEOUT_S
        for name in zones:
            while not self._is_loaded(name):
                if time.monotonic() > deadline:
                    raise ServerFailed(f"zone {name} is not served:\n{self.log_text()[-2000:]}")
                time.sleep(POLL_S)

    def _write(self, zone: str, records: str) -> None:
        self._serials[zone], text = zone_file(records)
        (self._zones / f"{zone}.zone").write_text(text)

    def _configure(self) -> None:
        zones = "\n".join(f"  - domain: {zone}." for zone in self._serials)
        self._conf.write_text(f"{_configuration(self.directory, self.port)}zone:\n{zones}\n")

    def _is_loaded(self, zone: str) -> bool:
        query = dns.message.make_query(f"{zone}.", dns.rdatatype.SOA)
        try:
            answer = dns.query.udp(query, LOOPBACK, port=self.port, timeout=0.05)
        except (OSError, dns.exception.DNSException):
            return False
        if answer.rcode() == dns.rcode.SERVFAIL:
            return f"[{zone}.] zone event 'load' failed" in self.log_text()
        return any(
            getattr(record, "serial", None) == self._serials[zone]
            for rrset in answer.answer
            for record in rrset
        )


def _configuration(directory: Path, port: int) -> str:
    return f"""
server:
    rundir: "{directory}/run"
    listen: {LOOPBACK}@{port}
    background-workers: 2
    udp-workers: 1
    tcp-workers: 1
    udp-max-payload: 1232
log:
  - target: stderr
    any: info
database:
    storage: "{directory}/db"
control:
    listen: "{directory}/run/knot.sock"
template:
  - id: default
    storage: "{directory}/zones"
    file: "%s.zone"
    zonefile-sync: -1
    journal-content: none
"""
