"""The rig's name servers are real and answer as they should, the misbehaving ones included."""

import socket
import time

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode
import dns.resolver
import pytest

from tests.rig import Rig
from tests.rig.nameservers import (
    delayed_nameserver,
    noting_nameserver,
    shouting_nameserver,
    silent_nameserver,
)


def resolver(address: str, *, lifetime_s: float = 5) -> dns.resolver.Resolver:
    made = dns.resolver.Resolver(configure=False)
    made.nameservers = [address.split(":")[0]]
    made.port = int(address.split(":")[1])
    made.lifetime = lifetime_s
    return made


def mx(rig: Rig, domain: str) -> list[str]:
    return sorted(record.to_text() for record in resolver(rig.dns.address).resolve(domain, "MX"))


@pytest.mark.parametrize(
    ("domain", "hosts"),
    [
        ("corp.example", ["10 mx1.hosting.example.", "20 mx2.hosting.example."]),
        ("xn--bcher-kva.example", ["10 mx1.hosting.example.", "20 mx2.hosting.example."]),
        ("gmail-hosted.example", ["1 smtp.google.com."]),
        ("mixed.example", ["10 mx1.hosting.example.", "10 smtp.google.com."]),
        ("nullmx.example", ["0 ."]),
    ],
)
def test_dns_knows_the_mail_hosts(rig: Rig, domain: str, hosts: list[str]) -> None:
    assert mx(rig, domain) == hosts


@pytest.mark.parametrize(
    ("domain", "refusal"),
    [
        ("unknown.example", dns.resolver.NXDOMAIN),
        ("nomx.example", dns.resolver.NoAnswer),
        ("broken.example", dns.resolver.NoNameservers),
        ("loop.example", dns.resolver.NoNameservers),
    ],
)
def test_dns_has_no_mail_host(rig: Rig, domain: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        mx(rig, domain)


def test_dns_names_the_real_ports(rig: Rig) -> None:
    ask = resolver(rig.dns.address).resolve
    (imaps,) = ask("_imaps._tcp.hosting.example", "SRV")
    assert (imaps.port, imaps.target.to_text()) == (
        rig.dovecot.ports.imaps,
        "imap.hosting.example.",
    )
    (alias,) = ask("mail.cname.example", "CNAME")
    assert alias.target.to_text() == "mx1.hosting.example."


def test_dns_answers_by_tcp(rig: Rig) -> None:
    answer = resolver(rig.dns.address).resolve("corp.example", "TXT", tcp=True)
    assert [record.to_text() for record in answer] == ['"v=spf1 mx -all"']


def test_a_zone_may_come_and_change_at_run_time(rig: Rig) -> None:
    rig.dns.add_zone("new.example", "@ MX 5 mx")
    assert mx(rig, "new.example") == ["5 mx.new.example."]
    rig.dns.add_zone("new.example", "@ MX 6 mx")
    assert mx(rig, "new.example") == ["6 mx.new.example."]


def test_a_silent_nameserver_lets_everybody_wait(rig: Rig) -> None:
    with silent_nameserver() as address, pytest.raises(dns.exception.Timeout):
        resolver(address, lifetime_s=0.3).resolve("corp.example", "MX")


def test_a_delayed_nameserver_answers_later(rig: Rig) -> None:
    with delayed_nameserver(rig.dns.address, delay_s=0.2) as address:
        began = time.monotonic()
        assert len(resolver(address).resolve("corp.example", "MX")) == 2
        assert time.monotonic() - began >= 0.2


def test_a_shouting_nameserver_answers_in_capitals(rig: Rig) -> None:
    with shouting_nameserver(rig.dns.address) as address:
        answer = resolver(address).resolve("gmail-hosted.example", "MX")
        assert [record.to_text() for record in answer] == ["1 SMTP.GOOGLE.COM."]


def test_a_delayed_nameserver_takes_thousands_of_questions_at_once(rig: Rig) -> None:
    count = 3000
    with (
        delayed_nameserver(rig.dns.address, delay_s=0.5) as address,
        socket.socket(type=socket.SOCK_DGRAM) as asking,
    ):
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        asking.settimeout(5)
        host, _, port = address.rpartition(":")
        began = time.monotonic()
        for number in range(count):
            question = dns.message.make_query("corp.example", "MX", id=number)
            asking.sendto(question.to_wire(), (host, int(port)))
        answered = {asking.recv(4096)[:2] for _ in range(count)}
        took_s = time.monotonic() - began
    assert len(answered) == count
    assert 0.5 <= took_s < 20


def test_askers_with_the_same_number_get_their_own_answers(rig: Rig) -> None:
    domains = ("gmail-hosted.example", "m365.example", "nullmx.example")
    with delayed_nameserver(rig.dns.address, delay_s=0.1) as address:
        sockets = [socket.socket(type=socket.SOCK_DGRAM) for _ in domains]
        for asking, domain in zip(sockets, domains, strict=True):
            question = dns.message.make_query(domain, "MX", id=7).to_wire()
            asking.settimeout(5)
            asking.sendto(question, ("127.0.0.1", int(address.rpartition(":")[2])))
        for asking, domain in zip(sockets, domains, strict=True):
            answer = dns.message.from_wire(asking.recv(4096))
            asking.close()
            assert answer.id == 7
            assert answer.answer[0].name.to_text() == f"{domain}."


def test_a_noting_nameserver_knows_what_it_was_asked(rig: Rig) -> None:
    with noting_nameserver(rig.dns.address) as noting:
        assert noting.questions == []
        asked = resolver(noting.address)
        asked.resolve("corp.example", "MX")
        asked.resolve("_imaps._tcp.hosting.example", "SRV")
        with pytest.raises(dns.resolver.NXDOMAIN):
            asked.resolve("unknown.example", "TXT")
    assert noting.questions == [
        ("corp.example", "MX"),
        ("_imaps._tcp.hosting.example", "SRV"),
        ("unknown.example", "TXT"),
    ]


def test_many_zones_come_at_once(rig: Rig) -> None:
    zones = {f"many{number}.example": f"@ MX {number} mx" for number in range(150)}
    began = time.monotonic()
    rig.dns.add_zones(zones)
    assert time.monotonic() - began < 2.5, "one by one they take three"
    assert mx(rig, "many0.example") == ["0 mx.many0.example."]
    assert mx(rig, "many149.example") == ["149 mx.many149.example."]


TRAPS = """
@ MX 10 mx
* A 127.0.0.7
*.wild TXT "wildcard"
one CNAME two
two CNAME one
self CNAME self
out CNAME corp.example.
hanging CNAME nobody.unknown.example.
_imap._tcp SRV 0 0 0 .
_imaps._tcp SRV 10 5 993 imap
_imaps._tcp SRV 0 5 0 imap
_submission._tcp SRV 0 0 587 alias
alias CNAME mail
mail A 127.0.0.1
parts TXT "v=mailctl; " "imap=" "mail.traps.example"
raw TXT "\\255\\000\\"\\\\"
"""


@pytest.fixture
def traps(rig: Rig) -> dns.resolver.Resolver:
    rig.dns.add_zone("traps.example", TRAPS)
    return resolver(rig.dns.address)


@pytest.mark.parametrize(
    ("name", "kind", "records"),
    [
        ("anything", "A", ["127.0.0.7"]),
        ("deep.down.wild", "TXT", ['"wildcard"']),
        ("_imap._tcp", "SRV", ["0 0 0 ."]),
        (
            "_imaps._tcp",
            "SRV",
            ["0 5 0 imap.traps.example.", "10 5 993 imap.traps.example."],
        ),
        ("_submission._tcp", "SRV", ["0 0 587 alias.traps.example."]),
        ("alias", "A", ["127.0.0.1"]),
        ("parts", "TXT", ['"v=mailctl; " "imap=" "mail.traps.example"']),
        ("raw", "TXT", [r'"\255\000\"\\"']),
    ],
)
def test_a_zone_may_be_full_of_oddities(
    traps: dns.resolver.Resolver, name: str, kind: str, records: list[str]
) -> None:
    answer = traps.resolve(f"{name}.traps.example", kind)
    assert sorted(record.to_text() for record in answer) == records


@pytest.mark.parametrize("name", ["one", "two", "self"])
def test_aliases_may_go_round_in_circles(rig: Rig, name: str) -> None:
    rig.dns.add_zone("traps.example", TRAPS)
    answer = asked(rig, f"{name}.traps.example", "A")
    assert answer.rcode() == dns.rcode.NOERROR
    assert {rrset.rdtype.name for rrset in answer.answer} == {"CNAME"}
    assert len(answer.answer) == (1 if name == "self" else 2)


@pytest.mark.parametrize(
    ("name", "target"), [("out", "corp.example."), ("hanging", "nobody.unknown.example.")]
)
def test_an_alias_may_lead_out_of_its_zone(
    traps: dns.resolver.Resolver, name: str, target: str
) -> None:
    (alias,) = traps.resolve(f"{name}.traps.example", "CNAME")
    assert alias.target.to_text() == target


def test_a_zone_that_never_could_be_loaded_fails(rig: Rig) -> None:
    rig.dns.add_zones({"fails.example": "@ this is no zone file", "works.example": "@ MX 1 mx"})
    assert asked(rig, "fails.example", "MX").rcode() == dns.rcode.SERVFAIL
    assert asked(rig, "_imaps._tcp.fails.example", "SRV").rcode() == dns.rcode.SERVFAIL
    assert mx(rig, "works.example") == ["1 mx.works.example."]


def test_a_large_answer_is_cut_and_comes_whole_by_tcp(rig: Rig) -> None:
    texts = "\n".join(f'@ TXT "{number:03} {"x" * 200}"' for number in range(20))
    rig.dns.add_zone("large.example", texts)
    cut = asked(rig, "large.example", "TXT")
    assert cut.flags & dns.flags.TC
    # dnspython asks again by TCP of its own accord
    assert len(resolver(rig.dns.address).resolve("large.example", "TXT")) == 20


def asked(rig: Rig, name: str, kind: str) -> dns.message.Message:
    host, _, port = rig.dns.address.rpartition(":")
    question = dns.message.make_query(name, kind)
    return dns.query.udp(question, host, port=int(port), timeout=5)
