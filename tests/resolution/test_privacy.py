"""What is asked of whom, what is not, and that nobody is told more than needed."""

import json
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run
from tests.protocols.connections import watched
from tests.resolution.cases import ISPDB_HOST
from tests.resolution.pages import AUTOCONFIG, OWN_CONFIG, WELL_KNOWN
from tests.resolution.records import NODATA, mx, srv
from tests.rig import Page, Rig
from tests.rig.nameservers import noting_nameserver

DECIDED, NULL, BARE = "privacy-mx.example", "privacy-null.example", "privacy-bare.example"
ASKING, OWN, DEEP = "privacy-asking.example", "privacy-own.example", "a.privacy.co.uk"
ABOVE = ("privacy.co.uk", "co.uk", "uk")
SECRET = "whoever-this-is"

ZONES = {
    DECIDED: mx("10 smtp.google.com."),
    NULL: mx("0 ."),
    BARE: NODATA,
    ASKING: NODATA,
    OWN: NODATA + srv("_imaps", "0 1 993 imap") + srv("_submissions", "0 1 465 smtp"),
    "privacy.co.uk": "a TXT exists\n",
}


def own_hosts(domain: str) -> list[str]:
    return [f"autoconfig.{domain}", domain, f"autodiscover.{domain}"]


@dataclass(frozen=True)
class Asked:
    """How a detection ended, what name servers were asked, and what web servers were."""

    ran: Ran
    names: list[tuple[str, str]]
    web: dict[str, list[str]]
    connections: list[object]

    @property
    def hosts(self) -> list[str]:
        """The web servers that were asked anything."""
        return [host for host, requests in self.web.items() if requests]


Ask = Callable[..., Asked]


@pytest.fixture(scope="module")
def world(rig: Rig) -> Rig:
    """The rig with the domains of these tests; their web servers have nothing for anybody."""
    rig.dns.add_zones(ZONES)
    hosts = [host for domain in (*ZONES, DEEP, *ABOVE) for host in own_hosts(domain)]
    sites: dict[str, dict[str, Page]] = {host: {} for host in [*hosts, ISPDB_HOST]}
    told = Page(OWN_CONFIG.body.replace(b"{D}", ASKING.encode()), status_without_query=400)
    sites[f"autoconfig.{ASKING}"] = {AUTOCONFIG: told}
    rig.web.add_sites(sites)
    return rig


@pytest.fixture
def ask(world: Rig, run: Run, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """Detects who serves an address, and notes whom that made ask what."""
    monkeypatch.setenv("SSL_CERT_FILE", str(world.ca_file))

    def asking(address: str, *options: str, typed: str | None = None) -> Asked:
        domain = address.rpartition("@")[2]
        hosts = [ISPDB_HOST, *(host for name in (domain, *ABOVE) for host in own_hosts(name))]
        monkeypatch.setenv("MAILCTL_CONNECT_TO", world.web_detours(hosts))
        before = {host: len(world.web.requests(host)) for host in hosts}
        with noting_nameserver(world.dns.address) as noting:
            monkeypatch.setenv("MAILCTL_DNS", noting.address)
            with watched(but_not_to=noting.address) as connections:
                words = (typed is None and address) or "-"
                ran = run("provider", "detect", words, "-o", "ndjson", *options, typed=typed)
        for host in hosts:
            assert world.web.requests(host, scheme="http") == []
        web = {host: world.web.requests(host)[before[host] :] for host in hosts}
        return Asked(ran, noting.questions, web, connections)

    return asking


def test_where_exchangers_decide_nothing_else_is_asked(ask: Ask) -> None:
    asked = ask(f"{SECRET}@{DECIDED}")
    assert (asked.ran.code, asked.names, asked.connections) == (0, [(DECIDED, "MX")], [])


@pytest.mark.parametrize("domain", [NULL, "privacy-absent.example"])
def test_where_there_is_nothing_to_find_nothing_else_is_asked(ask: Ask, domain: str) -> None:
    asked = ask(f"{SECRET}@{domain}")
    assert (asked.ran.code, asked.names, asked.connections) == (6, [(domain, "MX")], [])


@pytest.mark.parametrize(
    ("address", "options"),
    [
        (f"{SECRET}@gmail.com", ()),
        (f"{SECRET}@corp.onmicrosoft.com", ()),
        (f"{SECRET}@{DECIDED}", ("--offline",)),
        (f"{SECRET}@{BARE}", ("--offline",)),
        (f"{SECRET}@gmail..com", ()),
        ("no address", ()),
    ],
)
def test_what_is_known_or_no_address_is_asked_of_nobody(
    ask: Ask, address: str, options: tuple[str, ...]
) -> None:
    asked = ask(address, *options)
    assert (asked.names, asked.connections) == ([], [])


def test_what_is_mapped_is_asked_of_nobody(ask: Ask, run: Run) -> None:
    assert run("provider", "map-domain", BARE, "fastmail").code == ExitCode.OK
    asked = ask(f"{SECRET}@{BARE}")
    assert json.loads(asked.ran.out)["method"] == "mapping"
    assert (asked.names, asked.connections) == ([], [])


def test_these_are_all_the_questions_there_are(ask: Ask) -> None:
    asked = ask(f"{SECRET}@{BARE}")
    assert asked.ran.code == ExitCode.CHOICE_NEEDED
    assert sorted(asked.names) == sorted(
        [
            (BARE, "MX"),
            (BARE, "TXT"),
            (f"autodiscover.{BARE}", "CNAME"),
            *(
                (f"{service}._tcp.{BARE}", "SRV")
                for service in ("_imaps", "_imap", "_submissions", "_submission", "_autodiscover")
            ),
        ]
    )
    assert {host: requests for host, requests in asked.web.items() if requests} == {
        ISPDB_HOST: [f"GET /v1.1/{BARE}"],
        f"autoconfig.{BARE}": [f"GET {AUTOCONFIG}"],
        BARE: [f"GET {WELL_KNOWN}"],
        f"autodiscover.{BARE}": [
            f"GET /autodiscover/autodiscover.json/v1.0/{SECRET}@{BARE}?Protocol=EWS"
        ],
    }


def test_name_servers_and_the_ispdb_hear_the_domain_alone(ask: Ask) -> None:
    for domain in (BARE, ASKING, OWN):
        asked = ask(f"{SECRET}@{domain}")
        assert SECRET not in str(asked.names)
        assert SECRET not in str(asked.web[ISPDB_HOST])


@pytest.mark.parametrize("private", [(), ("--private",)])
def test_nothing_above_the_mail_domain_is_ever_asked(ask: Ask, private: tuple[str, ...]) -> None:
    asked = ask(f"{SECRET}@{DEEP}", *private)
    assert asked.ran.code == ExitCode.CHOICE_NEEDED
    assert {name for name, _ in asked.names if f".{name}".endswith(f".{DEEP}")} == {
        name for name, _ in asked.names
    }
    assert {(DEEP, "MX"), (f"autodiscover.{DEEP}", "CNAME")} <= {*asked.names}
    told = [] if private else [ISPDB_HOST, f"autodiscover.{DEEP}"]
    assert sorted(asked.hosts) == sorted([f"autoconfig.{DEEP}", DEEP, *told])


def test_in_private_neither_the_ispdb_nor_autodiscover_is_asked(ask: Ask) -> None:
    asked = ask(f"{SECRET}@{BARE}", "--private")
    assert asked.hosts == [f"autoconfig.{BARE}", BARE]
    assert (f"_autodiscover._tcp.{BARE}", "SRV") not in asked.names
    assert SECRET not in f"{asked.names} {asked.web}"


def test_in_private_a_server_that_wants_the_address_is_not_given_it(ask: Ask) -> None:
    asked = ask(f"{SECRET}@{ASKING}", "--private")
    assert asked.ran.code == ExitCode.CHOICE_NEEDED
    assert asked.web[f"autoconfig.{ASKING}"] == [f"GET {AUTOCONFIG}"]
    assert SECRET not in str(asked.web)


def test_a_server_that_wants_the_address_is_given_it_otherwise(ask: Ask) -> None:
    asked = ask(f"{SECRET}@{ASKING}")
    assert asked.ran.code == ExitCode.OK
    assert asked.web[f"autoconfig.{ASKING}"] == [
        f"GET {AUTOCONFIG}",
        f"GET {AUTOCONFIG}?emailaddress={SECRET}@{ASKING}",
    ]


def test_in_private_what_exchangers_say_still_decides(ask: Ask) -> None:
    asked = ask(f"{SECRET}@{DECIDED}", "--private")
    assert (asked.ran.code, asked.names, asked.connections) == (0, [(DECIDED, "MX")], [])


def test_servers_that_a_domain_names_are_not_connected_to(ask: Ask, world: Rig) -> None:
    asked = ask(f"{SECRET}@{OWN}")
    assert json.loads(asked.ran.out)["method"] == "srv"
    assert {*asked.connections} <= {("127.0.0.1", world.web.ports.https)}
    assert not {f"imap.{OWN}", f"smtp.{OWN}"} & {name for name, _ in asked.names}


def test_a_domain_is_asked_about_once_however_many_addresses_it_has(ask: Ask) -> None:
    lines = "".join(f"{SECRET}{number}@{DECIDED}\n" for number in range(20))
    asked = ask(f"@{DECIDED}", typed=lines)
    assert asked.names == [(DECIDED, "MX")]
    assert len(asked.ran.out.splitlines()) == 20


def test_of_many_addresses_in_private_none_is_told(ask: Ask) -> None:
    asked = ask(f"@{ASKING}", "--private", typed=f"{SECRET}@{ASKING}\nother.{SECRET}@{ASKING}\n")
    assert SECRET not in f"{asked.names} {asked.web}"
    assert asked.hosts == [f"autoconfig.{ASKING}", ASKING]
