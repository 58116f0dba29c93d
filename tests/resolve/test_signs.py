"""What a domain's DNS says of its provider besides MX, and how little of it counts."""

import asyncio
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.answers import AliasAnswer, TextAnswer
from mailctl.domain.ids import ProviderName
from mailctl.domain.resolution import Candidate, Method, Outcome, Trust
from mailctl.resolve.signs import ask_signs, weigh
from mailctl.resolve.verdicts import Verdict
from tests.resolve.worlds import Names, directory, names, texts

UNKNOWN, BEHIND = Verdict(Outcome.MISS, "10 mx.corp.example"), Verdict(Outcome.GATEWAY, "Mimecast")
OUTLOOK = "autodiscover.outlook.com"
GOOGLE_SPF, OUTLOOK_SPF = "_spf.google.com", "spf.protection.outlook.com"
BULK = ["sendgrid.net", "servers.mcsv.net", "amazonses.com", "mailgun.org", "_spf.salesforce.com"]


def weighed(*written: str, alias: str = "", mx: Verdict = BEHIND) -> Verdict:
    return weigh(
        "corp.example",
        AliasAnswer(Outcome.HIT, (alias, "edge.elsewhere.example")),
        texts(*written),
        directory(),
        mx=mx,
    )


def name(verdict: Verdict) -> str | None:
    return verdict.provider.name if verdict.provider else None


def behind(*backups: str) -> Verdict:
    """Return a gateway's verdict where worse exchangers are those providers'."""
    named = tuple(Candidate(ProviderName(backup), f"MX 20 of {backup}") for backup in backups)
    return Verdict(Outcome.GATEWAY, "Mimecast", candidates=named)


@pytest.mark.parametrize("mx", [UNKNOWN, BEHIND, Verdict(Outcome.SERVFAIL, "")])
def test_the_alias_of_autodiscover_suggests_its_provider(mx: Verdict) -> None:
    verdict = weighed(alias=OUTLOOK, mx=mx)
    assert (verdict.outcome, name(verdict)) == (Outcome.SUGGESTION, "microsoft365")
    assert (verdict.method, verdict.trust) == (Method.AUTODISCOVER, Trust.UNAUTHENTICATED)
    (fact,) = verdict.evidence
    assert fact.fact == "autodiscover.corp.example is autodiscover.outlook.com"


@pytest.mark.parametrize(
    "alias",
    [
        "",
        "outlook.com",
        "x.autodiscover.outlook.com",
        "autodiscover.outlook.com.evil.example",
        "xautodiscover.outlook.com",
        "autodiscover.0utlook.com",
    ],
)
def test_only_the_very_alias_counts(alias: str) -> None:
    assert weighed(alias=alias).outcome is Outcome.MISS


def test_the_alias_counts_for_more_than_spf() -> None:
    verdict = weighed(f"v=spf1 include:{GOOGLE_SPF} -all", alias=OUTLOOK)
    assert name(verdict) == "microsoft365"
    assert names(verdict.candidates) == ["microsoft365", "gmail"]
    assert all("google" not in fact.fact for fact in verdict.evidence)


@pytest.mark.parametrize(
    "record",
    [
        f"v=spf1 include:{GOOGLE_SPF} -all",
        f"v=spf1 +include:{GOOGLE_SPF} ~all",
        f"v=spf1 redirect={GOOGLE_SPF}",
        f"v=spf1   include:{GOOGLE_SPF}.   -all ",
        f"V=SPF1 INCLUDE:{GOOGLE_SPF.upper()} -ALL",
        f"v=spf1 ip4:192.0.2.1 mx include:sendgrid.net include:{GOOGLE_SPF} -all",
    ],
)
def test_behind_a_gateway_spf_suggests_whose_servers_send(record: str) -> None:
    verdict = weighed(record)
    assert (verdict.outcome, name(verdict)) == (Outcome.SUGGESTION, "gmail")
    assert (verdict.method, verdict.trust) == (Method.MX, Trust.UNAUTHENTICATED)
    assert [fact.source for fact in verdict.evidence] == ["spf"]


@pytest.mark.parametrize(
    "record",
    [
        f"v=spf1 -include:{GOOGLE_SPF} all",
        f"v=spf1 ~include:{GOOGLE_SPF} -all",
        f"v=spf1 ?include:{GOOGLE_SPF} -all",
        f"v=spf1 exists:{GOOGLE_SPF} -all",
        f"v=spf1 exp={GOOGLE_SPF}",
        f"v=spf1 include:x.{GOOGLE_SPF} -all",
        f"v=spf1 include:{GOOGLE_SPF}.evil.example -all",
        "v=spf1 include:%{d}._spf.google.com -all",
        f"v=spf10 include:{GOOGLE_SPF} -all",
        f"v=spf2.0/pra include:{GOOGLE_SPF} -all",
        f"x v=spf1 include:{GOOGLE_SPF} -all",
        f"include:{GOOGLE_SPF}",
        "v=spf1",
        "",
    ],
)
def test_what_spf_does_not_pass_is_no_sign(record: str) -> None:
    assert weighed(record).outcome is Outcome.MISS


@pytest.mark.parametrize("sender", BULK)
def test_those_who_send_in_bulk_have_no_mailboxes(sender: str) -> None:
    assert weighed(f"v=spf1 include:{sender} -all").candidates == ()


@pytest.mark.parametrize(
    "outcome", [o for o in Outcome if o is not Outcome.GATEWAY], ids=lambda o: o.value
)
def test_spf_only_offers_where_no_gateway_hides_the_mailbox(outcome: Outcome) -> None:
    verdict = weighed(f"v=spf1 include:{GOOGLE_SPF} -all", mx=Verdict(outcome, ""))
    assert (verdict.outcome, name(verdict)) == (Outcome.MISS, None)
    assert names(verdict.candidates) == ["gmail"]
    assert GOOGLE_SPF in verdict.detail


def test_two_providers_in_spf_are_both_offered_and_neither_suggested() -> None:
    verdict = weighed(f"v=spf1 include:{GOOGLE_SPF} include:{OUTLOOK_SPF} -all")
    assert (verdict.outcome, name(verdict), verdict.trust) == (Outcome.AMBIGUOUS, None, None)
    assert names(verdict.candidates) == ["gmail", "microsoft365"]
    assert GOOGLE_SPF in verdict.detail
    assert OUTLOOK_SPF in verdict.detail


def test_several_spf_records_are_all_read() -> None:
    one = f"v=spf1 include:{GOOGLE_SPF} -all"
    other = f"v=spf1 include:{OUTLOOK_SPF} -all"
    assert name(weighed(one, "v=spf1 include:sendgrid.net ~all")) == "gmail"
    assert weighed(one, other).outcome is Outcome.AMBIGUOUS


@given(st.permutations([f"include:{s}" for s in [GOOGLE_SPF, *BULK]]), st.integers(0, 6))
def test_where_in_the_record_a_provider_stands_changes_nothing(
    terms: Sequence[str], cut: int
) -> None:
    first, second = terms[:cut], terms[cut:]
    verdict = weighed(f"v=spf1 {' '.join(first)}", f"v=spf1 {' '.join(second)}")
    assert (verdict.outcome, name(verdict)) == (Outcome.SUGGESTION, "gmail")


def test_a_txt_record_suggests_nobody_and_is_offered_last() -> None:
    verdict = weighed("MS=ms12345678", f"v=spf1 include:{GOOGLE_SPF} -all")
    assert name(verdict) == "gmail"
    assert names(verdict.candidates) == ["gmail", "microsoft365"]
    alone = weighed("MS=ms12345678")
    assert (alone.outcome, name(alone)) == (Outcome.MISS, None)
    assert names(alone.candidates) == ["microsoft365"]


def test_a_txt_record_supports_whom_others_suggest() -> None:
    verdict = weighed("MS=ms12345678", "yandex-verification: 0a", alias=OUTLOOK)
    assert [fact.source for fact in verdict.evidence] == ["autodiscover", "txt"]
    assert verdict.evidence[1].fact == "corp.example has a TXT record MS"


def test_what_a_txt_record_proves_to_others_is_not_told() -> None:
    verdict = weighed("zoho-verification=zb0123456789.zmverify.zoho.com")
    assert "zb0123456789" not in f"{verdict}"


def test_a_worse_exchanger_behind_a_gateway_suggests_its_provider() -> None:
    verdict = weighed(mx=behind("microsoft365"))
    assert (verdict.outcome, name(verdict)) == (Outcome.SUGGESTION, "microsoft365")
    assert [fact.fact for fact in verdict.evidence] == ["MX 20 of microsoft365"]


def test_a_worse_exchanger_and_spf_have_to_agree() -> None:
    agreed = weighed(f"v=spf1 include:{OUTLOOK_SPF} -all", mx=behind("microsoft365"))
    assert name(agreed) == "microsoft365"
    assert [fact.source for fact in agreed.evidence] == ["mx", "spf"]
    split = weighed(f"v=spf1 include:{GOOGLE_SPF} -all", mx=behind("microsoft365"))
    assert (split.outcome, name(split)) == (Outcome.AMBIGUOUS, None)
    assert names(split.candidates) == ["microsoft365", "gmail"]


def test_every_fact_that_made_it_ambiguous_is_told_once() -> None:
    spf = f"the SPF record of corp.example has include:{GOOGLE_SPF}"
    verdict = weighed(f"v=spf1 include:{GOOGLE_SPF} -all", mx=behind("microsoft365", "zoho"))
    assert verdict.detail == f"MX 20 of microsoft365; MX 20 of zoho; {spf}"


def test_exchangers_of_equal_preference_are_no_backup() -> None:
    mixed = Verdict(Outcome.AMBIGUOUS, "", candidates=behind("gmail", "zoho").candidates)
    assert weighed(mx=mixed).outcome is Outcome.MISS


@pytest.mark.parametrize("silent", [Outcome.TIMEOUT, Outcome.SERVFAIL])
def test_without_a_sign_a_name_server_that_failed_is_worth_telling(silent: Outcome) -> None:
    for alias, text in (
        (AliasAnswer(silent), TextAnswer(Outcome.NODATA)),
        (AliasAnswer(Outcome.NXDOMAIN), TextAnswer(silent)),
    ):
        assert weigh("corp.example", alias, text, directory(), mx=BEHIND).outcome is silent


def test_a_sign_counts_although_another_question_failed() -> None:
    verdict = weigh(
        "corp.example",
        AliasAnswer(Outcome.TIMEOUT),
        texts(f"v=spf1 include:{GOOGLE_SPF} -all"),
        directory(),
        mx=BEHIND,
    )
    assert name(verdict) == "gmail"


def test_the_name_server_is_asked_two_questions_whatever_the_exchangers_say() -> None:
    async def exchangers() -> Verdict:
        return BEHIND

    server = Names(
        texts={"corp.example": texts(f"v=spf1 include:{GOOGLE_SPF} -all")},
        aliases={"autodiscover.corp.example": OUTLOOK},
    )

    async def ask() -> Verdict:
        return await ask_signs("corp.example", server, directory(), exchangers=exchangers())

    assert name(asyncio.run(ask())) == "microsoft365"
    assert sorted(server.asked) == ["CNAME autodiscover.corp.example", "TXT corp.example"]
