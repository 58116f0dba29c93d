"""What name servers say, against Knot."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import dns.message
import dns.rdatatype
import dns.rrset
import pytest

from mailctl.domain.answers import AliasAnswer, MxAnswer, MxRecord, SrvAnswer, SrvRecord, TextAnswer
from mailctl.domain.resolution import Outcome
from mailctl.protocols.dns import AddressAnswer, DnsNameServer
from mailctl.protocols.nameserver import addresses, parse_nameserver
from tests.protocols.mailboxes import unused_port
from tests.rig import Rig
from tests.rig.nameservers import delayed_nameserver, shouting_nameserver, silent_nameserver


@pytest.fixture
def names(rig: Rig) -> DnsNameServer:
    return DnsNameServer(rig.dns.address)


def exchangers(names: DnsNameServer, domain: str) -> MxAnswer:
    return asyncio.run(names.exchangers(domain))


def services(names: DnsNameServer, name: str) -> SrvAnswer:
    return asyncio.run(names.services(name))


def texts(names: DnsNameServer, domain: str) -> TextAnswer:
    return asyncio.run(names.texts(domain))


def alias(names: DnsNameServer, host: str) -> AliasAnswer:
    return asyncio.run(names.alias(host))


def all_addresses(names: DnsNameServer, host: str) -> AddressAnswer:
    return asyncio.run(names.addresses(host))


@contextmanager
def answering(*answers: Callable[[bytes], bytes]) -> Iterator[str]:
    """A name server, by UDP, that sends these to whoever asks, all of them to each question."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            while True:
                question, asker = server.recvfrom(512)
                if not question:
                    return
                for answer in answers:
                    server.sendto(answer(question), asker)

        serving = threading.Thread(target=serve)
        serving.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.sendto(b"", server.getsockname())
            serving.join()


def said(*records: tuple[str, str, str]) -> Callable[[bytes], bytes]:
    """Return what answers any question with these records: name, kind, value."""

    def answer(question: bytes) -> bytes:
        message = dns.message.make_response(dns.message.from_wire(question))
        message.answer = [dns.rrset.from_text(n, 60, "IN", kind, v) for n, kind, v in records]
        return message.to_wire()

    return answer


def test_exchangers_come_best_first(names: DnsNameServer) -> None:
    assert exchangers(names, "corp.example") == MxAnswer(
        Outcome.HIT,
        (MxRecord(10, "mx1.hosting.example"), MxRecord(20, "mx2.hosting.example")),
    )


def test_equal_preferences_are_ordered_by_name(names: DnsNameServer) -> None:
    hosts = [record.host for record in exchangers(names, "mixed.example").records]
    assert hosts == ["mx1.hosting.example", "smtp.google.com"]


def test_hosts_are_lower_case_without_dot(rig: Rig) -> None:
    with shouting_nameserver(rig.dns.address) as address:
        records = exchangers(DnsNameServer(address), "capitals.example").records
    assert records == (MxRecord(10, "mx1.hosting.example"),)


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
        ("\\9.example", Outcome.NXDOMAIN),
        ("xn--bcher-kva.example", Outcome.HIT),
    ],
)
def test_every_answer_is_an_outcome(names: DnsNameServer, domain: str, outcome: Outcome) -> None:
    answer = exchangers(names, domain)
    assert answer.outcome is outcome
    assert bool(answer.records) is (outcome is Outcome.HIT)
    assert bool(answer.detail) is (outcome is not Outcome.HIT)


@pytest.mark.parametrize(
    ("domain", "outcome"),
    [
        ("nomx.example", Outcome.NODATA),
        ("no-such-domain.example", Outcome.NXDOMAIN),
        ("broken.example", Outcome.SERVFAIL),
        ("somewhere.invalid-for-this-server.test", Outcome.REFUSED),
        ("a..b", Outcome.NXDOMAIN),
    ],
)
def test_every_question_ends_alike(names: DnsNameServer, domain: str, outcome: Outcome) -> None:
    for answer in (services(names, domain), texts(names, domain), alias(names, domain)):
        assert answer.outcome is outcome
        assert answer.detail


def test_a_loop_of_aliases_ends(names: DnsNameServer) -> None:
    assert exchangers(names, "loop.example").outcome is Outcome.SERVFAIL


def test_a_loop_of_aliases_in_one_answer_is_called_so() -> None:
    loop = said(("a.example.", "CNAME", "b.example."), ("b.example.", "CNAME", "a.example."))
    with answering(loop) as address:
        answer = exchangers(DnsNameServer(address), "a.example")
    assert answer == MxAnswer(
        Outcome.SERVFAIL, detail="the aliases of the domain are a loop, or far too many"
    )


def test_an_alias_of_the_domain_is_followed() -> None:
    followed = said(("a.example.", "CNAME", "b.example."), ("b.example.", "MX", "5 mx.b.example."))
    with answering(followed) as address:
        answer = exchangers(DnsNameServer(address), "a.example")
    assert answer.records == (MxRecord(5, "mx.b.example"),)


def test_a_dot_among_others_is_no_exchanger(rig: Rig, names: DnsNameServer) -> None:
    rig.dns.add_zone("dotted.example", "@ MX 0 .\n@ MX 10 mx1.hosting.example.")
    assert exchangers(names, "dotted.example").records == (MxRecord(10, "mx1.hosting.example"),)


def test_an_answer_too_long_for_a_datagram_comes_whole(rig: Rig, names: DnsNameServer) -> None:
    records = "\n".join(f"@ MX {n} mx{n}.{'x' * 40}.example." for n in range(100))
    rig.dns.add_zone("long.example", records)
    assert len(exchangers(names, "long.example").records) == 100


def test_services_come_by_priority_and_then_by_weight(rig: Rig, names: DnsNameServer) -> None:
    rig.dns.add_zone(
        "srv.example",
        "_imaps._tcp SRV 10 0 993 last.srv.example.\n"
        "_imaps._tcp SRV 0 1 993 Light.srv.example.\n"
        "_imaps._tcp SRV 0 9 1993 heavy.srv.example.\n"
        "_submission._tcp SRV 0 0 0 .",
    )
    assert services(names, "_imaps._tcp.srv.example").records == (
        SrvRecord(0, 9, 1993, "heavy.srv.example"),
        SrvRecord(0, 1, 993, "light.srv.example"),
        SrvRecord(10, 0, 993, "last.srv.example"),
    )
    assert services(names, "_submission._tcp.srv.example").records == (SrvRecord(0, 0, 0, ""),)
    assert services(names, "_imap._tcp.srv.example").outcome is Outcome.NXDOMAIN


def test_the_parts_of_a_text_are_joined(rig: Rig, names: DnsNameServer) -> None:
    rig.dns.add_zone(
        "text.example",
        '@ TXT "v=spf1 include:_spf.goo" "gle.com -all"\n@ TXT "gr\\195\\188n \\255"',
    )
    assert set(texts(names, "text.example").texts) == {
        "v=spf1 include:_spf.google.com -all",
        "grün \N{REPLACEMENT CHARACTER}",
    }


def test_many_texts_come_whole(rig: Rig, names: DnsNameServer) -> None:
    rig.dns.add_zone("wordy.example", "\n".join(f'@ TXT "{n}{"x" * 200}"' for n in range(90)))
    assert len(texts(names, "wordy.example").texts) == 90


def test_an_alias_is_followed_to_its_end_and_every_name_is_told(
    rig: Rig, names: DnsNameServer
) -> None:
    rig.dns.add_zone(
        "alias.example",
        "autodiscover CNAME next\nnext CNAME END\nend A 127.0.0.1\ngone CNAME no.such.host\n"
        "loop CNAME pool\npool CNAME loop\nself CNAME self\n"
        + "\n".join(f"long{n} CNAME long{n + 1}" for n in range(12)),
    )
    assert alias(names, "AutoDiscover.alias.example.") == AliasAnswer(
        Outcome.HIT, ("next.alias.example", "end.alias.example")
    )
    assert alias(names, "gone.alias.example").names == ("no.such.host.alias.example",)
    assert alias(names, "end.alias.example").outcome is Outcome.NODATA
    for host in ("loop", "self"):
        looping = alias(names, f"{host}.alias.example")
        assert looping.outcome is Outcome.SERVFAIL
        assert "loop" in looping.detail
    assert alias(names, "long4.alias.example").outcome is Outcome.HIT
    too_long = alias(names, "long3.alias.example")
    assert (too_long.outcome, too_long.detail) == (
        Outcome.SERVFAIL,
        "the host is an alias more than 8 times over",
    )


def test_a_silent_name_server_is_a_time_out_in_time() -> None:
    with silent_nameserver() as nameserver:
        names = DnsNameServer(nameserver, lifetime_s=0.5, try_s=0.2)
        began = time.monotonic()
        assert exchangers(names, "corp.example").outcome is Outcome.TIMEOUT
        assert all_addresses(names, "corp.example").outcome is Outcome.TIMEOUT
    assert time.monotonic() - began < 4


def test_a_name_server_that_is_not_there_is_no_exception() -> None:
    names = DnsNameServer(f"127.0.0.1:{unused_port()}", lifetime_s=0.5, try_s=0.2)
    assert exchangers(names, "corp.example") == MxAnswer(
        Outcome.TIMEOUT, detail="the name server cannot be reached"
    )


def test_a_name_server_that_talks_nonsense_is_no_exception() -> None:
    nonsense = [
        lambda question: question[:2] + b"\x81\x80\xff\xff nonsense",
        lambda question: b"\0",
        lambda question: question[:2] + b"\x81\x80\0\1\0\1\0\0\0\0\xc0\x0c",
        lambda question: question,
    ]
    with answering(*nonsense) as nameserver:
        answer = exchangers(DnsNameServer(nameserver, lifetime_s=0.5, try_s=0.2), "corp.example")
    assert answer.outcome is Outcome.TIMEOUT


def test_an_answer_to_another_question_is_passed_over() -> None:
    wrong = said(("a.example.", "MX", "1 mx.evil.example."))
    right = said(("a.example.", "MX", "5 mx.a.example."))
    other_id = b"\0\0"
    with answering(
        lambda question: other_id + wrong(question)[2:],
        lambda question: wrong(question.replace(b"\1a", b"\1b")),
        right,
    ) as nameserver:
        answer = exchangers(DnsNameServer(nameserver), "a.example")
    assert answer.records == (MxRecord(5, "mx.a.example"),)


def test_the_system_s_name_servers_are_the_usual_ones() -> None:
    """There may be none here, or one that knows nothing: an outcome it is all the same."""
    answer = exchangers(DnsNameServer(lifetime_s=0.2, try_s=0.1), "corp.example")
    assert answer.outcome is not Outcome.HIT


def test_hundreds_of_questions_wait_side_by_side(rig: Rig) -> None:
    async def ask(names: DnsNameServer) -> list[MxAnswer]:
        return await asyncio.gather(*(names.exchangers("corp.example") for _ in range(400)))

    with delayed_nameserver(rig.dns.address, delay_s=0.05) as nameserver:
        began = time.monotonic()
        answers = asyncio.run(ask(DnsNameServer(nameserver)))
    assert {answer.outcome for answer in answers} == {Outcome.HIT}
    assert time.monotonic() - began < 400 * 0.05 / 4


def test_whoever_gives_up_waits_no_longer() -> None:
    async def give_up(names: DnsNameServer) -> None:
        async with asyncio.timeout(0.1):
            await names.addresses("corp.example")

    with silent_nameserver() as nameserver:
        began = time.monotonic()
        with pytest.raises(TimeoutError):
            asyncio.run(give_up(DnsNameServer(nameserver)))
    assert time.monotonic() - began < 2.5


def test_addresses_of_both_kinds_come_by_turns(rig: Rig, names: DnsNameServer) -> None:
    rig.dns.add_zone(
        "both.example",
        "host A 192.0.2.1\nhost A 192.0.2.2\nhost AAAA 2001:db8::1\nsix AAAA 2001:db8::6\n"
        "other CNAME six\ntext TXT x",
    )
    first, second, *rest = all_addresses(names, "host.both.example").addresses
    assert (second, {first, *rest}) == ("2001:db8::1", {"192.0.2.1", "192.0.2.2"})
    assert all_addresses(names, "other.both.example").addresses == ("2001:db8::6",)
    assert all_addresses(names, "text.both.example") == AddressAnswer(
        Outcome.NODATA, detail="text.both.example has no address"
    )
    assert all_addresses(names, "no.both.example") == AddressAnswer(
        Outcome.NXDOMAIN, detail="no.both.example does not exist"
    )


def test_no_answer_for_ipv6_costs_little() -> None:
    def only_ipv4(question: bytes) -> bytes:
        asked = dns.message.from_wire(question).question[0]
        if asked.rdtype != dns.rdatatype.A:
            return b"\0"
        return said(("a.example.", "A", "192.0.2.1"))(question)

    with answering(only_ipv4) as nameserver:
        began = time.monotonic()
        answer = all_addresses(DnsNameServer(nameserver), "a.example")
    assert answer.addresses == ("192.0.2.1",)
    assert time.monotonic() - began < 1.5


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
