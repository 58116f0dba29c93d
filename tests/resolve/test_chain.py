"""The steps from an address to its provider, and which of them counts."""

from itertools import count

import pytest

from mailctl.domain.providers import MxTrust
from mailctl.domain.resolution import Method, Outcome, Resolution, Trust
from mailctl.domain.servers import Endpoint, Security
from mailctl.ports import MxAnswer, MxLookup
from mailctl.resolve.addresses import parse_address
from mailctl.resolve.chain import resolve
from mailctl.resolve.directory import Directory
from tests.resolve.worlds import custom, directory, exchangers, lookup, names, nobody

OURS = custom("ours", "ours.example")
AT_OURS = lookup({"corp.example": exchangers((10, "mx1.ours.example"))})
HOSTERS = ["gmail", "microsoft365", "zoho", "fastmail", "yandex", "icloud", "ionos", "ovh"]


def resolved(
    world: Directory, mx_lookup: MxLookup | None = nobody, address: str = "ada@corp.example"
) -> Resolution:
    ticks = count()
    return resolve(
        parse_address(address), world, mx_lookup=mx_lookup, timer=lambda: next(ticks) / 1000
    )


def answer(outcome: Outcome) -> MxLookup:
    return lookup({"corp.example": MxAnswer(outcome, detail="said the server")})


def name(resolution: Resolution) -> str | None:
    return resolution.provider.name if resolution.provider else None


def steps(resolution: Resolution) -> list[tuple[str, Outcome]]:
    return [(step.step, step.outcome) for step in resolution.trace]


def test_a_mapping_beats_everything_and_asks_nobody() -> None:
    found = resolved(directory(OURS, mappings={"gmail.com": "ours"}), nobody, "ada@gmail.com")
    assert (name(found), found.method, found.trust) == ("ours", Method.MAPPING, Trust.USER)
    assert steps(found) == [("mapping", Outcome.HIT)]


def test_a_mapping_is_evidence_with_its_author() -> None:
    found = resolved(directory(OURS, mappings={"corp.example": "ours"}, by="root"))
    assert [fact.fact for fact in found.evidence] == ["corp.example is mapped (admin by root)"]


@pytest.mark.parametrize("domain", ["mail.corp.example", "xcorp.example", "example"])
def test_a_mapping_is_for_its_very_domain(domain: str) -> None:
    world = directory(OURS, mappings={domain: "ours"})
    assert name(resolved(world, lookup({}))) is None


def test_a_mapping_to_a_provider_that_is_gone_counts_for_nothing() -> None:
    found = resolved(directory(OURS, mappings={"corp.example": "gone"}), AT_OURS)
    assert (name(found), found.method) == ("ours", Method.MX)
    assert steps(found)[0] == ("mapping", Outcome.MISS)
    assert "gone, which no longer exists" in found.trace[0].detail


def test_a_preset_domain_beats_mx_and_asks_nobody() -> None:
    found = resolved(directory(OURS), nobody, "ada@GMAIL.com")
    assert (name(found), found.method, found.trust) == ("gmail", Method.PRESET, Trust.BUILTIN)
    assert steps(found) == [("mapping", Outcome.MISS), ("preset", Outcome.HIT)]


def test_ones_own_provider_replaces_the_preset_of_its_name() -> None:
    own = custom("gmail")
    found = resolved(directory(own), nobody, "ada@gmail.com")
    assert found.provider == own


def test_mx_decides_where_nothing_else_does() -> None:
    found = resolved(directory(OURS), AT_OURS)
    assert (name(found), found.method, found.trust) == ("ours", Method.MX, Trust.BUILTIN)
    assert steps(found) == [
        ("mapping", Outcome.MISS),
        ("preset", Outcome.MISS),
        ("mx", Outcome.HIT),
    ]
    assert found.candidates == ()


def test_the_settings_are_those_of_the_provider_and_the_address() -> None:
    settings = resolved(directory(OURS), AT_OURS, "Ada+x@corp.example").settings
    assert settings is not None
    assert settings.incoming == Endpoint("imap.ours.example", 993, Security.TLS)
    assert settings.submission == Endpoint("smtp.ours.example", 465, Security.TLS)
    assert settings.username == "Ada+x@corp.example"


def test_the_name_server_is_asked_once_for_the_a_label_domain() -> None:
    asked: list[str] = []

    def note(domain: str, /) -> MxAnswer:
        asked.append(domain)
        return MxAnswer(Outcome.NODATA)

    resolved(directory(), note, "ada@BÜCHER.example.")
    assert asked == ["xn--bcher-kva.example"]


def test_offline_the_name_server_is_a_step_left_out() -> None:
    found = resolved(directory(OURS), None)
    assert name(found) is None
    assert steps(found)[-1] == ("mx", Outcome.SKIPPED)
    assert not found.is_temporary_failure


@pytest.mark.parametrize(
    ("outcome", "is_temporary"),
    [
        (Outcome.SERVFAIL, True),
        (Outcome.TIMEOUT, True),
        (Outcome.REFUSED, False),
        (Outcome.NXDOMAIN, False),
        (Outcome.NODATA, False),
        (Outcome.NULL_MX, False),
    ],
)
def test_only_a_failing_or_silent_name_server_is_worth_another_try(
    outcome: Outcome, is_temporary: bool
) -> None:
    found = resolved(directory(OURS), answer(outcome))
    assert found.is_temporary_failure is is_temporary
    assert steps(found)[-1] == ("mx", outcome)
    assert found.trace[-1].detail == "said the server"


def test_what_was_decided_is_no_failure() -> None:
    assert not resolved(directory(OURS), AT_OURS).is_temporary_failure


def test_an_undecided_answer_has_no_settings_and_no_evidence() -> None:
    found = resolved(directory(OURS), lookup({}))
    assert (found.settings, found.evidence, found.method, found.trust) == (None, (), None, None)


def test_a_pattern_that_wants_confirmation_only_suggests() -> None:
    shy = custom("shy", "shy.example", trust=MxTrust.CONFIRM)
    found = resolved(
        directory(OURS, shy), lookup({"corp.example": exchangers((1, "a.shy.example"))})
    )
    assert name(found) is None
    assert steps(found)[-1] == ("mx", Outcome.SUGGESTION)
    assert names(found.candidates)[0] == "shy"
    assert "1 a.shy.example" in found.candidates[0].reason


def test_candidates_are_evidence_then_ones_own_then_hosters() -> None:
    mixed = lookup({"corp.example": exchangers((5, "aspmx.l.google.com"), (5, "mx.ours.example"))})
    found = resolved(directory(custom("alpha"), OURS, custom("zoho")), mixed)
    ranked = names(found.candidates)
    assert ranked[:2] == ["gmail", "ours"]
    assert ranked[2:4] == ["alpha", "zoho"]
    assert sorted(ranked[4:]) == sorted(set(HOSTERS) - {"gmail", "zoho"})


def test_nothing_is_offered_twice() -> None:
    records = exchangers((5, "aspmx.l.google.com"), (5, "mx.ours.example"), (9, "b.ours.example"))
    ranked = names(resolved(directory(OURS), lookup({"corp.example": records})).candidates)
    assert len(ranked) == len(set(ranked))


def test_without_any_evidence_the_hosters_are_offered() -> None:
    assert sorted(names(resolved(directory(), lookup({})).candidates)) == sorted(HOSTERS)


def test_every_step_says_how_long_it_took() -> None:
    assert [step.ms for step in resolved(directory(OURS), AT_OURS).trace] == [1.0, 1.0, 1.0]
