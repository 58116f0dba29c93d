"""What SRV records say of a domain's servers, and which of it may be trusted."""

import asyncio
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.answers import SrvAnswer, SrvRecord
from mailctl.domain.providers import Origin, Provider
from mailctl.domain.resolution import Method, Outcome, Trust
from mailctl.domain.servers import Endpoint, Security
from mailctl.resolve.catalogue import load
from mailctl.resolve.srv import ask_services
from mailctl.resolve.verdicts import Verdict
from tests.resolve.worlds import (
    IMAP,
    IMAPS,
    SUBMISSION,
    SUBMISSIONS,
    Names,
    custom,
    directory,
    servers,
)

DECLINED = servers((0, 0, 0, ""))
OWN_IN, OWN_OUT = (
    servers((0, 1, 993, "imap.corp.example")),
    servers((0, 1, 465, "smtp.corp.example")),
)
WORLD = directory(custom("ours"))


def asked(said: Mapping[str, SrvAnswer], domain: str = "corp.example") -> Verdict:
    """Return what the records say, given under the names of their services."""
    server = Names(services={f"{service}.{domain}": answer for service, answer in said.items()})
    verdict = asyncio.run(ask_services(domain, server, WORLD))
    assert server.asked == [
        f"SRV {service}.{domain}" for service in (IMAPS, IMAP, SUBMISSIONS, SUBMISSION)
    ]
    return verdict


def found(verdict: Verdict) -> Provider:
    assert verdict.provider
    return verdict.provider


def incoming(*records: tuple[int, int, int, str]) -> Endpoint | None:
    return found(asked({IMAPS: servers(*records), SUBMISSIONS: OWN_OUT})).incoming


def test_servers_under_the_domains_own_name_are_trusted_as_far_as_the_name_reaches() -> None:
    verdict = asked({IMAPS: OWN_IN, SUBMISSIONS: OWN_OUT})
    assert (verdict.outcome, verdict.method, verdict.trust) == (
        Outcome.HIT,
        Method.SRV,
        Trust.BOUNDED,
    )
    provider = found(verdict)
    assert provider.origin is Origin.DISCOVERED
    assert provider.incoming == Endpoint("imap.corp.example", 993, Security.TLS)
    assert provider.submission == Endpoint("smtp.corp.example", 465, Security.TLS)
    assert verdict.decides
    assert verdict.is_whole
    assert [fact.fact for fact in verdict.evidence] == [
        "_imaps._tcp.corp.example is imap.corp.example:993",
        "_submissions._tcp.corp.example is smtp.corp.example:465",
    ]


@pytest.mark.parametrize(
    ("records", "host"),
    [
        ([(0, 1, 993, "a.corp.example"), (1, 9, 993, "b.corp.example")], "a"),
        ([(1, 9, 993, "b.corp.example"), (0, 1, 993, "a.corp.example")], "a"),
        ([(0, 1, 993, "b.corp.example"), (0, 5, 993, "a.corp.example")], "a"),
        ([(0, 0, 993, "b.corp.example"), (0, 0, 993, "a.corp.example")], "a"),
        ([(0, 0, 993, ""), (5, 0, 993, "a.corp.example")], "a"),
        ([(0, 0, 0, "b.corp.example"), (5, 0, 993, "a.corp.example")], "a"),
    ],
)
def test_the_lowest_priority_counts_then_the_greatest_weight(
    records: list[tuple[int, int, int, str]], host: str
) -> None:
    assert incoming(*records) == Endpoint(f"{host}.corp.example", 993, Security.TLS)


@given(
    st.lists(
        st.tuples(
            *(st.integers(0, 2), st.integers(0, 2), st.integers(0, 3)),
            st.sampled_from(["", "a.corp.example", "b.corp.example"]),
        ),
        min_size=1,
        max_size=5,
        unique_by=lambda record: record[:2],
    ).flatmap(lambda records: st.tuples(st.just(records), st.permutations(records)))
)
def test_the_order_of_the_records_changes_nothing(
    both: tuple[Sequence[tuple[int, int, int, str]], Sequence[tuple[int, int, int, str]]],
) -> None:
    one, other = (asked({IMAPS: servers(*records)}) for records in both)
    assert one == other


def test_the_port_is_the_records() -> None:
    assert incoming((0, 1, 9993, "imap.corp.example")) == Endpoint(
        "imap.corp.example", 9993, Security.TLS
    )


def test_tls_from_the_start_comes_before_starttls() -> None:
    starttls_in, starttls_out = (
        servers((0, 9, 143, "mail.corp.example")),
        servers((0, 9, 587, "mail.corp.example")),
    )
    both = found(
        asked({IMAPS: OWN_IN, IMAP: starttls_in, SUBMISSIONS: OWN_OUT, SUBMISSION: starttls_out})
    )
    assert both.incoming == Endpoint("imap.corp.example", 993, Security.TLS)
    assert both.submission == Endpoint("smtp.corp.example", 465, Security.TLS)
    only = found(
        asked({IMAPS: DECLINED, IMAP: starttls_in, SUBMISSIONS: DECLINED, SUBMISSION: starttls_out})
    )
    assert only.incoming == Endpoint("mail.corp.example", 143, Security.STARTTLS)
    assert only.submission == Endpoint("mail.corp.example", 587, Security.STARTTLS)


def test_one_record_alone_is_enough_to_receive() -> None:
    verdict = asked({IMAPS: OWN_IN})
    assert (verdict.outcome, verdict.decides, verdict.is_whole) == (Outcome.HIT, True, False)
    assert found(verdict).submission is None


def test_a_submission_service_that_is_declined_is_none() -> None:
    assert not found(asked({IMAPS: OWN_IN, SUBMISSIONS: DECLINED, SUBMISSION: DECLINED})).can_send


@pytest.mark.parametrize(
    "said", [{IMAPS: DECLINED, IMAP: DECLINED}, {IMAPS: DECLINED}, {IMAP: DECLINED}]
)
def test_a_domain_may_say_that_it_has_no_imap(said: dict[str, SrvAnswer]) -> None:
    verdict = asked(said | {SUBMISSIONS: OWN_OUT})
    assert (verdict.outcome, verdict.provider) == (Outcome.MISS, None)
    assert verdict.detail == "the domain says that it offers no IMAP"


def test_without_records_there_is_nothing_to_say() -> None:
    assert asked({}).outcome is Outcome.NODATA
    assert asked({IMAPS: SrvAnswer(Outcome.NXDOMAIN)}).outcome is Outcome.NODATA


def test_submission_alone_makes_no_mailbox() -> None:
    assert asked({SUBMISSIONS: OWN_OUT}).provider is None


@pytest.mark.parametrize("failed", [Outcome.TIMEOUT, Outcome.SERVFAIL])
def test_a_name_server_that_failed_is_told(failed: Outcome) -> None:
    verdict = asked({IMAP: SrvAnswer(failed, detail="said the server")})
    assert (verdict.outcome, verdict.detail) == (failed, "said the server")


def test_a_question_that_failed_does_not_spoil_the_others() -> None:
    verdict = asked({IMAPS: OWN_IN, IMAP: SrvAnswer(Outcome.TIMEOUT), SUBMISSIONS: OWN_OUT})
    assert verdict.outcome is Outcome.HIT


@pytest.mark.parametrize(
    "said",
    [
        {IMAPS: servers((0, 1, 993, "imap.hoster.example")), SUBMISSIONS: OWN_OUT},
        {IMAPS: OWN_IN, SUBMISSIONS: servers((0, 1, 465, "smtp.hoster.example"))},
        {IMAPS: servers((0, 1, 993, "imap.corp.example.evil.example")), SUBMISSIONS: OWN_OUT},
        {IMAPS: servers((0, 1, 993, "ximapcorp.example")), SUBMISSIONS: OWN_OUT},
        {IMAPS: servers((0, 1, 993, "x.imap.gmail.com")), SUBMISSIONS: OWN_OUT},
        {IMAPS: servers((0, 1, 993, "smtp.ours.example")), SUBMISSIONS: OWN_OUT},
    ],
)
def test_a_server_of_somebody_else_needs_a_person(said: dict[str, SrvAnswer]) -> None:
    verdict = asked(said)
    assert (verdict.outcome, verdict.trust) == (Outcome.UNTRUSTED, Trust.UNAUTHENTICATED)
    assert not verdict.decides
    assert found(verdict).origin is Origin.DISCOVERED
    assert verdict.detail.endswith(": not under corp.example's own name")


@pytest.mark.parametrize(
    ("domain", "host", "trust"),
    [
        ("a.b.corp.example", "imap.corp.example", Trust.BOUNDED),
        ("corp.co.uk", "imap.corp.co.uk", Trust.BOUNDED),
        ("corp.co.uk", "imap.other.co.uk", Trust.UNAUTHENTICATED),
        ("ada.github.io", "mail.ada.github.io", Trust.BOUNDED),
        ("ada.github.io", "eve.github.io", Trust.UNAUTHENTICATED),
        ("github.io", "mail.github.io", Trust.UNAUTHENTICATED),
        ("xn--bcher-kva.example", "imap.xn--bcher-kva.example", Trust.BOUNDED),
    ],
)
def test_ones_own_ends_where_somebody_else_may_register(
    domain: str, host: str, trust: Trust
) -> None:
    verdict = asked({IMAPS: servers((0, 1, 993, host))}, domain)
    assert verdict.trust is trust


@pytest.mark.parametrize(
    ("host", "name"), [("imap.gmail.com", "gmail"), ("imappro.zoho.com", "zoho")]
)
def test_a_host_of_the_catalogue_stands_for_all_that_is_known_of_it(host: str, name: str) -> None:
    verdict = asked(
        {
            IMAPS: servers((0, 1, 9993, host)),
            SUBMISSIONS: servers((0, 1, 465, "smtp.evil.example")),
        }
    )
    assert (verdict.outcome, verdict.trust) == (Outcome.HIT, Trust.BOUNDED)
    assert verdict.provider == load().by_name(name)
    assert verdict.is_whole


def test_a_host_of_ones_own_provider_stands_for_it() -> None:
    verdict = asked({IMAPS: servers((0, 1, 993, "imap.ours.example"))})
    assert (found(verdict).name, verdict.trust) == ("ours", Trust.BOUNDED)


@pytest.mark.parametrize(
    "host",
    [
        *("localhost", "127.0.0.1", "10.0.0.1", "0x7f.0x1", "imap_1.corp.example"),
        *("IMAP.corp.example", "imap.corp.example.", "-x.corp.example", "x/y.corp.example"),
        *("a b.corp.example", "user@corp.example", "imap.corp.example:22", "bücher.corp.example"),
        *("x\\.y.corp.example", "*.corp.example", "evil.example#.corp.example"),
    ],
)
@pytest.mark.parametrize("is_submission", [False, True])
def test_a_target_that_names_no_host_is_refused(host: str, is_submission: bool) -> None:
    odd = servers((0, 1, 993, host))
    verdict = asked(
        {IMAPS: OWN_IN, SUBMISSIONS: odd} if is_submission else {IMAPS: odd, SUBMISSIONS: OWN_OUT}
    )
    assert (verdict.outcome, verdict.provider) == (Outcome.REJECTED, None)


def test_a_record_without_a_port_is_as_good_as_none() -> None:
    answer = SrvAnswer(Outcome.HIT, (SrvRecord(0, 0, 0, "imap.corp.example"),))
    assert asked({IMAPS: answer}).provider is None


def test_only_servers_that_are_used_are_evidence() -> None:
    verdict = asked(
        {IMAPS: OWN_IN, IMAP: servers((0, 1, 143, "old.corp.example")), SUBMISSIONS: OWN_OUT}
    )
    assert all("old.corp.example" not in fact.fact for fact in verdict.evidence)


def test_evidence_does_not_call_a_foreign_server_the_domains_own() -> None:
    verdict = asked({IMAPS: servers((0, 1, 993, "imap.hoster.example"))})
    assert all("own" not in fact.supports for fact in verdict.evidence)


def test_half_an_answer_is_none_while_the_name_server_fails() -> None:
    broken = SrvAnswer(Outcome.SERVFAIL, detail="the name server failed")
    verdict = asked({IMAPS: OWN_IN, SUBMISSIONS: broken})
    assert (verdict.outcome, verdict.provider) == (Outcome.SERVFAIL, None)
