"""What MX records say about where the mailboxes are."""

import asyncio
from collections.abc import Mapping

import pytest

from mailctl.domain.answers import AliasAnswer, MxAnswer
from mailctl.domain.providers import MxTrust
from mailctl.domain.resolution import Method, Outcome, Trust
from mailctl.resolve.exchangers import ask_exchangers, judge
from mailctl.resolve.verdicts import Verdict
from tests.resolve.worlds import Names, custom, directory, exchangers, names

GOOGLE, MICROSOFT = "aspmx.l.google.com", "corp-example.mail.protection.outlook.com"
GATEWAY, FORWARDER = "d1.ess.barracudanetworks.com", "mx1.improvmx.com"
SHARED = "mx.atmailcloud.com"
OURS = custom("ours", "ours.example")
CAUTIOUS = custom("cautious", "cautious.example", trust=MxTrust.CONFIRM)
WORLD = directory(OURS, CAUTIOUS)


def outcome(*records: tuple[int, str]) -> tuple[Outcome, str | None, list[str]]:
    verdict = judge("corp.example", exchangers(*records), WORLD)
    return verdict.outcome, name(verdict), names(verdict.candidates)


def name(verdict: Verdict) -> str | None:
    return verdict.provider.name if verdict.provider else None


def asked(
    *records: tuple[int, str], aliases: Mapping[str, str | AliasAnswer] | None = None
) -> tuple[Verdict, list[str]]:
    """Return what the exchangers say, and what the name server was asked."""
    server = Names({"corp.example": exchangers(*records)}, aliases=aliases)
    return asyncio.run(ask_exchangers("corp.example", server, WORLD)), server.asked


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([(1, GOOGLE)], (Outcome.HIT, "gmail", [])),
        ([(1, GOOGLE.upper())], (Outcome.HIT, "gmail", [])),
        ([(1, GOOGLE), (1, "alt1." + GOOGLE)], (Outcome.HIT, "gmail", [])),
        ([(1, GOOGLE), (9, "mx.backup.example")], (Outcome.HIT, "gmail", [])),
        ([(1, GOOGLE), (9, MICROSOFT)], (Outcome.HIT, "gmail", [])),
        ([(1, GOOGLE), (9, GATEWAY)], (Outcome.HIT, "gmail", [])),
        ([(9, MICROSOFT), (1, GOOGLE)], (Outcome.HIT, "gmail", [])),
        ([(0, "mx.ours.example")], (Outcome.HIT, "ours", [])),
        ([(0, "ours.example")], (Outcome.HIT, "ours", [])),
        ([(5, GOOGLE), (5, MICROSOFT)], (Outcome.AMBIGUOUS, None, ["gmail", "microsoft365"])),
        ([(5, GOOGLE), (5, "mx.else.example")], (Outcome.AMBIGUOUS, None, ["gmail"])),
        ([(5, GOOGLE), (5, GATEWAY)], (Outcome.AMBIGUOUS, None, ["gmail"])),
        (
            [(5, GOOGLE), (5, "mx.cautious.example")],
            (Outcome.AMBIGUOUS, None, ["gmail", "cautious"]),
        ),
        ([(0, GATEWAY)], (Outcome.GATEWAY, None, [])),
        ([(0, GATEWAY), (0, "mx.else.example")], (Outcome.GATEWAY, None, [])),
        ([(0, GATEWAY), (20, MICROSOFT)], (Outcome.GATEWAY, None, ["microsoft365"])),
        (
            [(0, GATEWAY), (20, MICROSOFT), (20, GOOGLE), (30, "alt1." + GOOGLE)],
            (Outcome.GATEWAY, None, ["microsoft365", "gmail"]),
        ),
        ([(0, FORWARDER)], (Outcome.FORWARDER, None, [])),
        ([(0, "gmr-smtp-in.l.google.com")], (Outcome.FORWARDER, None, [])),
        ([(0, FORWARDER), (10, GOOGLE)], (Outcome.FORWARDER, None, ["gmail"])),
        ([(0, SHARED)], (Outcome.AMBIGUOUS, None, [])),
        ([(0, "mx.else.example")], (Outcome.MISS, None, [])),
        ([(0, "mx.else.example"), (9, GOOGLE)], (Outcome.MISS, None, ["gmail"])),
        ([(0, "mx.cautious.example")], (Outcome.SUGGESTION, "cautious", [])),
    ],
)
def test_only_the_best_preference_of_one_provider_decides(
    records: list[tuple[int, str]], expected: tuple[Outcome, str | None, list[str]]
) -> None:
    assert outcome(*records) == expected


@pytest.mark.parametrize(
    "host",
    [
        "aspmx.l.google.com.evil.example",
        "aspmx.l.google.com-evil.example",
        "evilours.example",
        "ours.example.org",
        "ours.example.",
        "xn--google-x.com",
        "mx.\u212aours.example",
        "оurs.example",
        "example",
        "",
    ],
)
def test_a_look_alike_is_nobody(host: str) -> None:
    expected = "ours" if host == "ours.example." else None
    assert outcome((0, host))[1] == expected


@pytest.mark.parametrize(
    "failed", [each for each in Outcome if each is not Outcome.HIT], ids=lambda each: each.value
)
def test_an_answer_without_records_is_passed_on(failed: Outcome) -> None:
    verdict = judge("corp.example", MxAnswer(failed, detail="why"), WORLD)
    assert (verdict.outcome, verdict.detail, verdict.provider) == (failed, "why", None)


def test_a_sure_pattern_decides_by_what_is_built_in() -> None:
    verdict = judge("corp.example", exchangers((1, "mx.ours.example")), WORLD)
    assert (verdict.method, verdict.trust, verdict.decides) == (Method.MX, Trust.BUILTIN, True)
    assert verdict.mx_host == "mx.ours.example"


def test_a_pattern_that_wants_confirmation_suggests_and_nothing_vouches_for_it() -> None:
    verdict = judge("corp.example", exchangers((1, "mx.cautious.example")), WORLD)
    assert verdict.provider == CAUTIOUS
    assert (verdict.method, verdict.trust) == (Method.MX, Trust.UNAUTHENTICATED)
    assert not verdict.decides
    assert [fact.fact for fact in verdict.evidence] == ["corp.example MX 1 mx.cautious.example"]


def test_every_record_that_decided_is_evidence() -> None:
    verdict = judge(
        "corp.example", exchangers((1, GOOGLE), (1, "alt1." + GOOGLE), (5, "x.y")), WORLD
    )
    facts = [fact.fact for fact in verdict.evidence]
    assert facts == [f"corp.example MX 1 {GOOGLE}", f"corp.example MX 1 alt1.{GOOGLE}"]


def test_a_pattern_of_ones_own_beats_a_preset_of_the_same_length() -> None:
    mine = custom("mine", "l.google.com")
    verdict = judge("corp.example", exchangers((1, GOOGLE)), directory(mine))
    assert verdict.provider == mine


def test_a_longer_preset_pattern_beats_a_short_one_of_ones_own() -> None:
    verdict = judge("corp.example", exchangers((1, MICROSOFT)), directory(custom("mine", "com")))
    assert name(verdict) == "microsoft365"


def test_ones_own_provider_replaces_the_preset_that_the_exchanger_names() -> None:
    mine = custom("gmail")
    verdict = judge("corp.example", exchangers((1, GOOGLE)), directory(mine))
    assert verdict.provider == mine


def test_an_exchanger_that_is_known_is_not_asked_about() -> None:
    verdict, questions = asked((1, GOOGLE), (9, "mx.else.example"))
    assert name(verdict) == "gmail"
    assert questions == ["MX corp.example"]


def test_an_unknown_exchanger_may_be_the_alias_of_a_known_one() -> None:
    verdict, questions = asked(
        (5, "mx.corp.example"), aliases={"mx.corp.example": "mx1.ours.example"}
    )
    assert (verdict.outcome, name(verdict)) == (Outcome.HIT, "ours")
    assert questions == ["MX corp.example", "CNAME mx.corp.example"]


@pytest.mark.parametrize(
    ("target", "expected"),
    [(GATEWAY, Outcome.GATEWAY), (FORWARDER, Outcome.FORWARDER), ("x.y.example", Outcome.MISS)],
)
def test_what_an_exchanger_stands_for_is_classified_like_itself(
    target: str, expected: Outcome
) -> None:
    verdict, _ = asked((5, "mx.corp.example"), aliases={"mx.corp.example": target})
    assert verdict.outcome is expected


def test_an_alias_is_followed_once() -> None:
    _, questions = asked(
        (5, "a.corp.example"),
        aliases={"a.corp.example": "b.corp.example", "b.corp.example": "mx1.ours.example"},
    )
    assert questions == ["MX corp.example", "CNAME a.corp.example"]


def test_a_few_unknown_exchangers_are_asked_about_and_not_every_one() -> None:
    _, questions = asked(*[(5, f"mx{number}.corp.example") for number in range(9)])
    assert questions == ["MX corp.example", *(f"CNAME mx{n}.corp.example" for n in range(3))]


def test_only_exchangers_of_the_best_preference_are_asked_about() -> None:
    _, questions = asked((9, "b.corp.example"), (5, "a.corp.example"))
    assert questions == ["MX corp.example", "CNAME a.corp.example"]


def test_every_best_exchanger_has_to_stand_for_the_same_provider() -> None:
    verdict, _ = asked(
        (5, "a.corp.example"), (5, "b.corp.example"), aliases={"a.corp.example": "mx.ours.example"}
    )
    assert (verdict.outcome, names(verdict.candidates)) == (Outcome.AMBIGUOUS, ["ours"])


def test_an_alias_that_cannot_be_told_changes_nothing() -> None:
    verdict, _ = asked(
        (5, "mx.corp.example"), aliases={"mx.corp.example": AliasAnswer(Outcome.SERVFAIL)}
    )
    assert verdict.outcome is Outcome.MISS


def test_a_domain_without_an_answer_has_no_exchangers_to_ask_about() -> None:
    server = Names({"corp.example": MxAnswer(Outcome.NXDOMAIN)})
    asyncio.run(ask_exchangers("corp.example", server, WORLD))
    assert server.asked == ["MX corp.example"]


def test_evidence_says_what_the_mx_record_says() -> None:
    verdict, _ = asked((5, "mx.corp.example"), aliases={"mx.corp.example": "mx1.ours.example"})
    (fact,) = verdict.evidence
    assert "corp.example MX 5 mx.corp.example" in fact.fact
    assert "mx1.ours.example" in fact.fact + fact.supports


def test_each_of_two_names_of_one_exchanger_is_evidence_under_its_own() -> None:
    hosts = ("a.corp.example", "b.corp.example")
    verdict, _ = asked(
        *((5, host) for host in hosts), aliases=dict.fromkeys(hosts, "mx1.ours.example")
    )
    for host, fact in zip(hosts, verdict.evidence, strict=True):
        assert f"corp.example MX 5 {host}" in fact.fact
