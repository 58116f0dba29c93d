"""All zones and sites of the table at once, and the run of one case in the midst of them."""

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.protocols.connections import watched
from tests.resolution.cases import ISPDB_HOST, USUAL, Case, Flaw, Nameserver
from tests.rig import Certificate, Page, Rig
from tests.rig.nameservers import delayed_nameserver, shouting_nameserver, silent_nameserver

# Names outside that several cases lead to; that they exist is all that counts.
SHARED_ZONES = dict.fromkeys(
    (
        "autodiscover.outlook.com",
        "autodiscover.emailsrvr.com",
        "autodiscover.parking.example",
        "aspmx.l.google.com",
    ),
    '@ TXT "it exists"',
)
_BEFORE_ASKING = ("mapping", "preset")
_OTHERS = ("srv", "autoconfig", "well-known", "ispdb", "autodiscover", "signs")
_TELLING = {"ispdb", "autodiscover"}


@dataclass(frozen=True)
class World:
    """The rig with everything in it that the cases speak of."""

    rig: Rig
    cases: Sequence[Case]
    name: str

    def load(self) -> None:
        """Make it so."""
        zones = dict(SHARED_ZONES)
        sites: dict[Flaw | None, dict[str, dict[str, Page]]] = {None: {ISPDB_HOST: {}}}
        for case in self.cases:
            zones |= case.own_zones
            sites[None][ISPDB_HOST] |= case.ispdb_pages
            for host, pages in case.own_sites.items():
                sites.setdefault(case.flaw(host), {})[host] = pages
        self.rig.dns.add_zones(zones)
        for flaw, group in sites.items():
            certificate = self._certificate(flaw, *group) if flaw else None
            self.rig.web.add_sites(group, certificate=certificate)

    def _certificate(self, flaw: Flaw, *hosts: str) -> Certificate:
        name = f"{self.name}-{flaw}"
        match flaw:
            case Flaw.WRONG_NAME:
                return self.rig.authority.issue(name, "parking.example")
            case Flaw.EXPIRED:
                return self.rig.authority.issue_expired(name, *hosts)
            case Flaw.UNKNOWN_AUTHORITY:
                return self.rig.authority.issue_untrusted(name, *hosts)

    @contextmanager
    def environment(self, case: Case, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        """Yield the name server, the environment being that of the case."""
        with self._nameserver(case.nameserver) as nameserver:
            monkeypatch.setenv("MAILCTL_DNS", nameserver)
            monkeypatch.setenv("SSL_CERT_FILE", str(self.rig.ca_file))
            hosts = [ISPDB_HOST, *case.own_sites]
            monkeypatch.setenv("MAILCTL_CONNECT_TO", self.rig.web_detours(hosts))
            yield nameserver

    @contextmanager
    def _nameserver(self, kind: Nameserver) -> Iterator[str]:
        usual = self.rig.dns.address
        match kind:
            case Nameserver.USUAL:
                yield usual
            case Nameserver.SILENT:
                with silent_nameserver() as silent:
                    yield silent
            case Nameserver.LATE:
                with delayed_nameserver(usual, delay_s=0.5) as late:
                    yield late
            case Nameserver.SHOUTING:
                with shouting_nameserver(usual) as shouting:
                    yield shouting


def check(case: Case, world: World, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Type the command of the case and compare all that came of it."""
    with world.environment(case, monkeypatch) as nameserver:
        for words in case.typed:
            ran = run(*case.filled(words).split())
            assert ran.code == ExitCode.OK, ran.err
        began = time.monotonic()
        with watched(but_not_to=nameserver) as connected:
            address = case.filled(case.address)
            ran = run("provider", "detect", address, *case.options, "-o", "json")
        assert time.monotonic() - began < case.within_s
    _check_answer(case, ran)
    _check_asking(case, world.rig, connected)


def _check_answer(case: Case, ran: Ran) -> None:
    assert ran.code == case.expected.code, ran.err
    kinds = {5: "resolution-unavailable", 6: "provider-not-recognised", 2: "bad-address"}
    if ran.code == ExitCode.OK:
        assert ran.err == ""
    else:
        assert json.loads(ran.err)["error"]["code"] == kinds[ran.code]
    if ran.code == ExitCode.USAGE:
        assert ran.out == ""
        return
    found = json.loads(ran.out)
    _check_provider(case, found)
    _check_trace(case, found["trace"])


def _check_provider(case: Case, found: dict[str, Any]) -> None:
    expected = case.expected
    chosen = (found["provider"], found["method"], found["trust"])
    assert chosen == (expected.provider, expected.method, expected.trust), found["trace"]
    assert found["domain"] == case.domain
    assert (found["settings"] is None) == (expected.method is None)
    for name, value in (expected.settings or {}).items():
        said = found["settings"][name]
        written = "{host}:{port} {security}".format(**said) if isinstance(said, dict) else said
        assert written == (None if value is None else case.filled(value)), name
    if expected.auth is not None:
        assert tuple(found["auth"]) == expected.auth
    decides = expected.trust is not None and expected.trust.allows_password
    assert [each["provider"] for each in found["candidates"]] == ([] if decides else _offers(case))


def _offers(case: Case) -> list[str]:
    added = [words.split()[2] for words in case.typed if words.startswith("provider add ")]
    return list(dict.fromkeys([*case.expected.named, *added, *USUAL]))


def _check_trace(case: Case, trace: list[dict[str, str]]) -> None:
    assert [step["step"] for step in trace] == _steps(case)
    outcomes = {step["step"]: step["outcome"] for step in trace}
    details = {step["step"]: step["detail"] for step in trace}
    expected = case.expected.steps
    assert {name: outcomes[name] for name in expected} == expected, trace
    for name, words in case.expected.says.items():
        assert case.filled(words) in details[name]


def _steps(case: Case) -> list[str]:
    match case.expected.method:
        case "mapping":
            return ["mapping"]
        case "preset":
            return ["mapping", "preset"]
    if "--offline" in case.options:
        return [*_BEFORE_ASKING, "mx"]
    left_out = _TELLING if "--private" in case.options else set()
    return [*_BEFORE_ASKING, "mx", *(step for step in _OTHERS if step not in left_out)]


def _check_asking(case: Case, rig: Rig, connected: list[object]) -> None:
    """Nobody but the rig is connected to, nobody by http, and the ISPDB hears no address."""
    assert set(connected) <= {("127.0.0.1", rig.web.ports.https)}
    for host in case.own_sites:
        assert rig.web.requests(host, scheme="http") == []
    about = [request for request in rig.web.requests(ISPDB_HOST) if f"/{case.domain}" in request]
    assert set(about) <= {f"GET /v1.1/{case.domain}"}
    for host, requests in case.asked.items():
        expected = [case.filled(request) for request in requests]
        assert rig.web.requests(case.filled(host)) == expected, host
