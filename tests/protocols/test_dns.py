"""What name servers say, against Knot."""

import socket
import time

import pytest

from mailctl.domain.resolution import Outcome
from mailctl.ports import MxAnswer, MxRecord
from mailctl.protocols.dns import DnsMxLookup, addresses, parse_nameserver
from tests.protocols.mailboxes import unused_port
from tests.rig import Rig


@pytest.fixture
def lookup(rig: Rig) -> DnsMxLookup:
    return DnsMxLookup(rig.dns.address)


def test_exchangers_come_best_first(lookup: DnsMxLookup) -> None:
    assert lookup("corp.example") == MxAnswer(
        Outcome.HIT,
        (MxRecord(10, "mx1.hosting.example"), MxRecord(20, "mx2.hosting.example")),
    )


def test_equal_preferences_are_ordered_by_name(lookup: DnsMxLookup) -> None:
    hosts = [record.host for record in lookup("mixed.example").records]
    assert hosts == ["mx1.hosting.example", "smtp.google.com"]


def test_hosts_are_lower_case_without_dot(lookup: DnsMxLookup) -> None:
    assert lookup("capitals.example").records == (MxRecord(10, "mx1.hosting.example"),)


@pytest.mark.parametrize(
    ("domain", "outcome"),
    [
        ("nullmx.example", Outcome.NULL_MX),
        ("nomx.example", Outcome.NODATA),
        ("no-such-domain.example", Outcome.NXDOMAIN),
        ("broken.example", Outcome.SERVFAIL),
        ("somewhere.invalid-for-this-server.test", Outcome.REFUSED),
        ("a..b", Outcome.NXDOMAIN),
        ("x" * 64 + ".example", Outcome.NXDOMAIN),
        (".".join(["x" * 60] * 6), Outcome.NXDOMAIN),
        ("xn--bcher-kva.example", Outcome.HIT),
    ],
)
def test_every_answer_is_an_outcome(lookup: DnsMxLookup, domain: str, outcome: Outcome) -> None:
    answer = lookup(domain)
    assert answer.outcome is outcome
    assert bool(answer.records) is (outcome is Outcome.HIT)
    assert bool(answer.detail) is (outcome is not Outcome.HIT)


def test_a_loop_of_aliases_ends(lookup: DnsMxLookup) -> None:
    assert lookup("loop.example").outcome in {Outcome.SERVFAIL, Outcome.NODATA, Outcome.NXDOMAIN}


def test_a_dot_among_others_is_no_exchanger(rig: Rig, lookup: DnsMxLookup) -> None:
    rig.dns.add_zone("dotted.example", "@ MX 0 .\n@ MX 10 mx1.hosting.example.")
    assert lookup("dotted.example").records == (MxRecord(10, "mx1.hosting.example"),)


def test_an_answer_too_long_for_a_datagram_comes_whole(rig: Rig, lookup: DnsMxLookup) -> None:
    records = "\n".join(f"@ MX {n} mx{n}.{'x' * 40}.example." for n in range(100))
    rig.dns.add_zone("long.example", records)
    assert len(lookup("long.example").records) == 100


def test_a_silent_name_server_is_a_time_out_in_time() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as mute:
        mute.bind(("127.0.0.1", 0))
        nameserver = f"127.0.0.1:{mute.getsockname()[1]}"
        began = time.monotonic()
        answer = DnsMxLookup(nameserver, lifetime_s=0.5, try_s=0.2)("corp.example")
    assert answer.outcome is Outcome.TIMEOUT
    assert time.monotonic() - began < 2


def test_a_name_server_that_is_not_there_is_no_exception() -> None:
    nobody = unused_port()
    answer = DnsMxLookup(f"127.0.0.1:{nobody}", lifetime_s=0.5, try_s=0.2)("corp.example")
    assert answer.outcome.is_temporary


def test_a_name_server_that_talks_nonsense_is_no_exception(rig: Rig) -> None:
    from threading import Thread

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(5)

        def babble() -> None:
            query, client = server.recvfrom(512)
            server.sendto(query[:2] + b"\x81\x80\xff\xff nonsense", client)

        talking = Thread(target=babble)
        talking.start()
        nameserver = f"127.0.0.1:{server.getsockname()[1]}"
        answer = DnsMxLookup(nameserver, lifetime_s=0.5, try_s=0.2)("corp.example")
        talking.join()
    assert answer.outcome.is_temporary


def test_addresses_of_a_host(rig: Rig) -> None:
    assert addresses("imap.hosting.example", rig.dns.address, timeout_s=2) == ["127.0.0.1"]
    assert addresses("no-such-host.hosting.example", rig.dns.address, timeout_s=2) == []
    assert addresses("a..b", rig.dns.address, timeout_s=2) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("2001:db8::1", ("2001:db8::1", 53)),
        ("[2001:db8::1]", ("2001:db8::1", 53)),
        ("[2001:db8::1]:5353", ("2001:db8::1", 5353)),
    ],
)
def test_a_name_server_may_have_a_port(text: str, expected: tuple[str, int]) -> None:
    assert parse_nameserver(text) == expected
