"""What MX records say about where the mailboxes are."""

import pytest

from mailctl.domain.providers import MxTrust
from mailctl.domain.resolution import Outcome
from mailctl.ports import MxAnswer
from mailctl.resolve.exchangers import judge
from tests.resolve.worlds import custom, directory, exchangers, names

GOOGLE, MICROSOFT = "aspmx.l.google.com", "corp-example.mail.protection.outlook.com"
GATEWAY, FORWARDER = "d1.ess.barracudanetworks.com", "mx1.improvmx.com"
OURS = custom("ours", "ours.example")
CAUTIOUS = custom("cautious", "cautious.example", trust=MxTrust.CONFIRM)
WORLD = directory(OURS, CAUTIOUS)


def outcome(*records: tuple[int, str]) -> tuple[Outcome, str | None, list[str]]:
    verdict = judge("corp.example", exchangers(*records), WORLD)
    name = verdict.provider.name if verdict.provider else None
    return verdict.outcome, name, names(verdict.candidates)


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([(1, GOOGLE)], (Outcome.HIT, "gmail", [])),
        ([(1, GOOGLE.upper())], (Outcome.HIT, "gmail", [])),
        ([(1, GOOGLE), (1, "alt1." + GOOGLE)], (Outcome.HIT, "gmail", [])),
        ([(1, GOOGLE), (9, "mx.backup.example")], (Outcome.HIT, "gmail", [])),
        ([(1, GOOGLE), (9, MICROSOFT)], (Outcome.HIT, "gmail", [])),
        ([(9, MICROSOFT), (1, GOOGLE)], (Outcome.HIT, "gmail", [])),
        ([(0, "mx.ours.example")], (Outcome.HIT, "ours", [])),
        ([(0, "ours.example")], (Outcome.HIT, "ours", [])),
        ([(5, GOOGLE), (5, MICROSOFT)], (Outcome.AMBIGUOUS, None, ["gmail", "microsoft365"])),
        ([(5, GOOGLE), (5, "mx.else.example")], (Outcome.AMBIGUOUS, None, ["gmail"])),
        ([(5, GOOGLE), (5, GATEWAY)], (Outcome.AMBIGUOUS, None, ["gmail"])),
        ([(0, GATEWAY)], (Outcome.GATEWAY, None, [])),
        ([(0, GATEWAY), (20, MICROSOFT)], (Outcome.GATEWAY, None, ["microsoft365"])),
        (
            [(0, GATEWAY), (20, MICROSOFT), (20, GOOGLE), (30, "alt1." + GOOGLE)],
            (Outcome.GATEWAY, None, ["microsoft365", "gmail"]),
        ),
        ([(0, FORWARDER)], (Outcome.FORWARDER, None, [])),
        ([(0, "mx.else.example")], (Outcome.MISS, None, [])),
        ([(0, "mx.else.example"), (9, GOOGLE)], (Outcome.MISS, None, ["gmail"])),
        ([(0, "mx.cautious.example")], (Outcome.SUGGESTION, None, ["cautious"])),
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
    assert verdict.provider
    assert verdict.provider.name == "microsoft365"
