"""The steps from an address to its provider, and which of them counts."""

import asyncio
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import replace
from itertools import count

import pytest

from mailctl.domain.answers import MxAnswer
from mailctl.domain.providers import MxTrust, Origin
from mailctl.domain.resolution import Method, Outcome, Resolution, Trust
from mailctl.domain.servers import Endpoint, Security
from mailctl.ports import Internet
from mailctl.resolve.addresses import parse_address
from mailctl.resolve.answers import chosen
from mailctl.resolve.chain import resolve, resolve_each
from mailctl.resolve.directory import Directory
from mailctl.resolve.inquiry import MOST_AT_ONCE
from mailctl.resolve.terms import Terms
from tests.resolve.worlds import (
    NOBODY,
    Names,
    Nobody,
    Pages,
    client_config,
    custom,
    directory,
    exchangers,
    mail_services,
    names,
    texts,
)

OURS = custom("ours", "ours.example")
SHY = custom("shy", "shy.example", trust=MxTrust.CONFIRM)
AT_OURS = {"corp.example": exchangers((10, "mx1.ours.example"))}
BEHIND_A_GATEWAY = {"corp.example": exchangers((10, "d1.ess.barracudanetworks.com"))}
HOSTERS = ["gmail", "microsoft365", "zoho", "fastmail", "yandex", "icloud", "ionos", "ovh"]
AUTOCONFIG = "https://autoconfig.corp.example/mail/config-v1.1.xml"
WELL_KNOWN = "https://corp.example/.well-known/autoconfig/mail/config-v1.1.xml"
ISPDB = "https://autoconfig.thunderbird.net/v1.1/corp.example"
AUTODISCOVER = (
    "https://autodiscover.corp.example/autodiscover/autodiscover.json/v1.0/"
    "ada@corp.example?Protocol=EWS"
)
OWN_SERVERS = mail_services("corp.example", "imap.corp.example", "smtp.corp.example")
FOREIGN_SERVERS = mail_services("corp.example", "imap.hoster.example", "smtp.hoster.example")


def resolved(
    world: Directory,
    internet: Internet | None = NOBODY,
    address: str = "ada@corp.example",
    *,
    limit_s: float = 5.0,
    is_private: bool = False,
) -> Resolution:
    return resolve(
        parse_address(address),
        world,
        internet=internet,
        timer=time.perf_counter,
        terms=Terms(time.perf_counter() + limit_s, is_private),
    )


def answer(outcome: Outcome) -> Internet:
    """Return name servers that say this of corp.example, and nobody to ask but them."""
    return Internet(Names({"corp.example": MxAnswer(outcome, detail="said the server")}))


def mx_only(server: Names) -> Internet:
    return Internet(server, Nobody())


def name(resolution: Resolution) -> str | None:
    return resolution.provider.name if resolution.provider else None


def steps(resolution: Resolution) -> list[tuple[str, Outcome]]:
    return [(step.step, step.outcome) for step in resolution.trace]


def outcome(resolution: Resolution, step: str) -> Outcome:
    return dict(steps(resolution))[step]


def test_a_mapping_beats_everything_and_asks_nobody() -> None:
    found = resolved(directory(OURS, mappings={"gmail.com": "ours"}), NOBODY, "ada@gmail.com")
    assert (name(found), found.method, found.trust) == ("ours", Method.MAPPING, Trust.USER)
    assert steps(found) == [("mapping", Outcome.HIT)]


def test_a_mapping_is_evidence_with_its_author() -> None:
    found = resolved(directory(OURS, mappings={"corp.example": "ours"}, by="root"))
    assert [fact.fact for fact in found.evidence] == ["corp.example is mapped (admin by root)"]


@pytest.mark.parametrize("domain", ["mail.corp.example", "xcorp.example", "example"])
def test_a_mapping_is_for_its_very_domain(domain: str) -> None:
    world = directory(OURS, mappings={domain: "ours"})
    assert name(resolved(world, None)) is None


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("corp.example", "ours"),
        ("a.corp.example", "ours"),
        ("b.a.corp.example", "ours"),
        ("xcorp.example", None),
        ("other.example", None),
    ],
)
def test_a_mapping_may_include_the_domains_below(domain: str, expected: str | None) -> None:
    world = directory(OURS, mappings={"corp.example": "ours"}, with_subdomains=True)
    found = resolved(world, None, f"ada@{domain}")
    assert name(found) == expected
    if expected:
        assert found.method is Method.MAPPING
        assert found.trace[0].detail == "corp.example → ours"


def test_of_two_mappings_the_nearer_counts() -> None:
    near = custom("near")
    world = directory(
        OURS,
        near,
        mappings={"corp.example": "ours", "a.corp.example": "near"},
        with_subdomains=True,
    )
    assert name(resolved(world, None, "ada@x.a.corp.example")) == "near"
    assert name(resolved(world, None, "ada@b.corp.example")) == "ours"


def test_a_mapping_to_a_provider_that_is_gone_counts_for_nothing() -> None:
    world = directory(OURS, mappings={"corp.example": "gone"})
    found = resolved(world, mx_only(Names(AT_OURS)))
    assert (name(found), found.method) == ("ours", Method.MX)
    assert steps(found)[0] == ("mapping", Outcome.MISS)
    assert "gone, which no longer exists" in found.trace[0].detail


def test_a_preset_domain_beats_mx_and_asks_nobody() -> None:
    found = resolved(directory(OURS), NOBODY, "ada@GMAIL.com")
    assert (name(found), found.method, found.trust) == ("gmail", Method.PRESET, Trust.BUILTIN)
    assert steps(found) == [("mapping", Outcome.MISS), ("preset", Outcome.HIT)]


def test_ones_own_provider_replaces_the_preset_of_its_name() -> None:
    own = custom("gmail")
    found = resolved(directory(own), NOBODY, "ada@gmail.com")
    assert found.provider == own


def test_offline_nobody_is_asked_and_the_trace_says_so() -> None:
    found = resolved(directory(OURS), None)
    assert name(found) is None
    assert steps(found)[-1] == ("mx", Outcome.SKIPPED)
    assert found.trace[-1].detail == "offline"
    assert not found.is_temporary_failure
    assert sorted(names(found.candidates)) == sorted(["ours", *HOSTERS])


def test_where_mx_decides_nothing_else_is_asked() -> None:
    server = Names(AT_OURS, takes={"MX corp.example": 0.05})
    found = resolved(directory(OURS), mx_only(server))
    assert (name(found), found.method, found.trust) == ("ours", Method.MX, Trust.BUILTIN)
    assert server.asked == ["MX corp.example"]
    assert steps(found) == [
        ("mapping", Outcome.MISS),
        ("preset", Outcome.MISS),
        ("mx", Outcome.HIT),
        *(
            (step, Outcome.SKIPPED)
            for step in ("srv", "autoconfig", "well-known", "ispdb", "autodiscover", "signs")
        ),
    ]
    assert found.candidates == ()


def test_where_mx_is_slow_the_others_are_asked_meanwhile() -> None:
    server = Names(AT_OURS, takes={"MX corp.example": 0.9}, services=OWN_SERVERS)
    pages = Pages({AUTOCONFIG: client_config()})
    found = resolved(directory(OURS), Internet(server, pages))
    assert name(found) == "ours"
    assert outcome(found, "srv") is Outcome.HIT
    assert AUTOCONFIG in pages.asked


@pytest.mark.parametrize("said", [Outcome.NXDOMAIN, Outcome.NULL_MX])
def test_where_the_domain_takes_no_mail_nobody_else_is_asked(said: Outcome) -> None:
    server = Names({"corp.example": MxAnswer(said)}, services=OWN_SERVERS)
    found = resolved(directory(OURS), mx_only(server))
    assert (name(found), outcome(found, "mx")) == (None, said)
    assert server.asked == ["MX corp.example"]


def test_the_settings_are_those_of_the_provider_and_the_address() -> None:
    found = resolved(directory(OURS), mx_only(Names(AT_OURS)), "Ada+x@corp.example")
    settings = found.settings
    assert settings is not None
    assert settings.incoming == Endpoint("imap.ours.example", 993, Security.TLS)
    assert settings.submission == Endpoint("smtp.ours.example", 465, Security.TLS)
    assert settings.username == "Ada+x@corp.example"


def test_on_a_shared_platform_the_exchanger_is_the_server() -> None:
    server = Names({"corp.example": exchangers((10, "w00d1ab1.kasserver.com"))})
    found = resolved(directory(), mx_only(server))
    assert name(found) == "all-inkl"
    assert found.settings
    assert found.settings.incoming == Endpoint("w00d1ab1.kasserver.com", 993, Security.TLS)


def test_the_name_server_is_asked_for_the_a_label_domain() -> None:
    server = Names()
    resolved(directory(), Internet(server), "ada@BÜCHER.example.")
    assert server.asked[0] == "MX xn--bcher-kva.example"
    assert all(question.endswith("xn--bcher-kva.example") for question in server.asked)


@pytest.mark.parametrize(
    ("said", "is_temporary"),
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
    said: Outcome, is_temporary: bool
) -> None:
    found = resolved(directory(OURS), answer(said))
    assert found.is_temporary_failure is is_temporary
    step = next(step for step in found.trace if step.step == "mx")
    assert (step.outcome, step.detail) == (said, "said the server")


def test_what_was_decided_is_no_failure() -> None:
    assert not resolved(directory(OURS), mx_only(Names(AT_OURS))).is_temporary_failure


def test_an_answer_in_spite_of_a_failing_name_server_is_shaky() -> None:
    server = Names({"corp.example": MxAnswer(Outcome.SERVFAIL)}, services=OWN_SERVERS)
    found = resolved(directory(), Internet(server))
    assert (name(found), found.is_shaky, found.is_temporary_failure) == (
        "corp-example",
        True,
        False,
    )


def test_a_pattern_that_wants_confirmation_only_suggests() -> None:
    server = Names({"corp.example": exchangers((1, "a.shy.example"))})
    found = resolved(directory(OURS, SHY), Internet(server))
    assert found.provider == SHY
    assert (found.method, found.trust) == (Method.MX, Trust.UNAUTHENTICATED)
    assert outcome(found, "mx") is Outcome.SUGGESTION
    assert names(found.candidates)[0] == "shy"
    assert "1 a.shy.example" in found.candidates[0].reason
    assert found.settings


def test_what_the_exchangers_suggest_loses_to_what_the_domain_says_itself() -> None:
    server = Names({"corp.example": exchangers((1, "a.shy.example"))}, services=OWN_SERVERS)
    found = resolved(directory(SHY), Internet(server))
    assert (name(found), found.method, found.trust) == ("corp-example", Method.SRV, Trust.BOUNDED)
    assert found.candidates == ()


def test_own_servers_in_srv_records_beat_autoconfig() -> None:
    pages = Pages({AUTOCONFIG: client_config(imap="imap.other.example")})
    found = resolved(directory(), Internet(Names(services=OWN_SERVERS, each_takes=0.03), pages))
    assert (found.method, found.trust) == (Method.SRV, Trust.BOUNDED)
    assert found.provider
    assert found.provider.origin is Origin.DISCOVERED
    assert found.settings
    assert found.settings.incoming == Endpoint("imap.corp.example", 993, Security.TLS)


def test_a_slow_autoconfig_beats_a_fast_ispdb() -> None:
    pages = Pages(
        {AUTOCONFIG: client_config(), ISPDB: client_config(imap="imap.ispdb.example")},
        takes={AUTOCONFIG: 0.05},
    )
    found = resolved(directory(), Internet(Names(), pages))
    assert found.settings
    assert found.settings.incoming == Endpoint("imap.corp.example", 993, Security.TLS)
    assert (found.method, found.trust) == (Method.AUTOCONFIG, Trust.AUTHENTICATED)


def test_the_steps_stand_in_the_order_of_their_weight() -> None:
    found = resolved(directory(), Internet(Names(), Pages()))
    assert [step.step for step in found.trace] == [
        *("mapping", "preset", "mx", "srv", "autoconfig", "well-known", "ispdb"),
        *("autodiscover", "signs"),
    ]


@pytest.mark.parametrize("place", [AUTOCONFIG, WELL_KNOWN, ISPDB])
def test_foreign_servers_in_srv_records_lose_to_a_web_server_that_vouches(place: str) -> None:
    pages = Pages({place: client_config()}, takes={place: 0.03})
    found = resolved(directory(), Internet(Names(services=FOREIGN_SERVERS), pages))
    assert (found.method, found.trust) == (Method.AUTOCONFIG, Trust.AUTHENTICATED)
    assert outcome(found, "srv") is Outcome.UNTRUSTED


def test_foreign_servers_in_srv_records_lose_to_exchange() -> None:
    pages = Pages({AUTODISCOVER: b'{"Url": "https://mail.corp.example/EWS/Exchange.asmx"}'})
    found = resolved(directory(), Internet(Names(services=FOREIGN_SERVERS), pages))
    assert found.method is Method.AUTODISCOVER
    assert found.settings
    assert found.settings.ews_url == "https://mail.corp.example/EWS/Exchange.asmx"


def test_foreign_servers_alone_need_a_person() -> None:
    found = resolved(directory(), Internet(Names(services=FOREIGN_SERVERS), Pages()))
    assert (found.method, found.trust) == (Method.SRV, Trust.UNAUTHENTICATED)
    assert found.settings
    assert found.settings.incoming == Endpoint("imap.hoster.example", 993, Security.TLS)
    assert found.evidence
    assert sorted(names(found.candidates)) == sorted(HOSTERS)


def test_servers_that_only_receive_lose_to_a_whole_autoconfig() -> None:
    half = mail_services("corp.example", "imap.corp.example", None)
    pages = Pages({AUTOCONFIG: client_config()}, takes={AUTOCONFIG: 0.03})
    found = resolved(directory(), Internet(Names(services=half), pages))
    assert found.method is Method.AUTOCONFIG
    alone = resolved(directory(), Internet(Names(services=half), Pages()))
    assert (alone.method, alone.trust) == (Method.SRV, Trust.BOUNDED)
    assert alone.settings
    assert alone.settings.submission is None


def test_a_suggestion_of_a_known_provider_comes_before_foreign_servers() -> None:
    server = Names(
        services=FOREIGN_SERVERS,
        aliases={"autodiscover.corp.example": "autodiscover.outlook.com"},
        takes={"CNAME autodiscover.corp.example": 0.03},
    )
    found = resolved(directory(), Internet(server, Pages()))
    assert (name(found), found.trust) == ("microsoft365", Trust.UNAUTHENTICATED)
    assert names(found.candidates)[0] == "microsoft365"


def test_behind_a_gateway_spf_suggests_the_provider() -> None:
    spf = {"corp.example": texts("v=spf1 include:_spf.google.com -all")}
    found = resolved(directory(), Internet(Names(BEHIND_A_GATEWAY, texts=spf), Pages()))
    assert (name(found), found.method, found.trust) == (
        "gmail",
        Method.MX,
        Trust.UNAUTHENTICATED,
    )
    assert outcome(found, "signs") is Outcome.SUGGESTION
    elsewhere = resolved(directory(), Internet(Names(texts=spf), Pages()))
    assert name(elsewhere) is None
    assert names(elsewhere.candidates)[0] == "gmail"


def test_behind_a_gateway_a_worse_exchanger_suggests_ones_own_provider() -> None:
    records = exchangers((10, "d1.ess.barracudanetworks.com"), (20, "mx1.ours.example"))
    found = resolved(directory(OURS), Internet(Names({"corp.example": records}), Pages()))
    assert name(found) == "ours"


def test_signs_lead_to_the_provider_that_replaces_the_preset() -> None:
    own = custom("microsoft365")
    server = Names(aliases={"autodiscover.corp.example": "autodiscover.outlook.com"})
    assert resolved(directory(own), Internet(server, Pages())).provider == own


def test_a_service_that_lets_no_program_in_is_an_answer_too() -> None:
    server = Names({"corp.example": exchangers((10, "mail.tutanota.de"))}, services=OWN_SERVERS)
    found = resolved(directory(), Internet(server, Pages()))
    assert (name(found), server.asked) == ("tuta", ["MX corp.example"])


def test_a_private_address_is_told_to_nobody_and_its_domain_to_its_own_servers_alone() -> None:
    server, pages = Names(), Pages()
    found = resolved(directory(), Internet(server, pages), is_private=True)
    assert sorted(pages.asked) == [AUTOCONFIG, WELL_KNOWN]
    assert "ada" not in " ".join([*pages.asked, *server.asked])
    assert [step.step for step in found.trace if "auto" in step.step] == ["autoconfig"]


def test_without_web_servers_the_name_servers_are_asked_alone() -> None:
    found = resolved(directory(), Internet(Names(services=OWN_SERVERS)))
    assert [step.step for step in found.trace] == ["mapping", "preset", "mx", "srv", "signs"]
    assert found.method is Method.SRV


def test_at_the_deadline_all_that_is_open_has_timed_out() -> None:
    server, pages = Names(takes={"MX corp.example": 9.0}), Pages(each_takes=9.0)
    started = time.perf_counter()
    found = resolved(directory(), Internet(server, pages), limit_s=1.0)
    assert time.perf_counter() - started < 6
    assert outcome(found, "mx") is Outcome.TIMEOUT
    assert outcome(found, "autoconfig") is Outcome.TIMEOUT
    assert outcome(found, "srv") is Outcome.NODATA
    assert found.is_temporary_failure
    assert (server.open, pages.open) == (0, 0)


def test_at_the_deadline_what_was_found_is_used() -> None:
    server = Names(services=FOREIGN_SERVERS)
    found = resolved(directory(), Internet(server, Pages(each_takes=9.0)), limit_s=0.1)
    assert (found.method, found.trust) == (Method.SRV, Trust.UNAUTHENTICATED)
    assert outcome(found, "autoconfig") is Outcome.TIMEOUT


def test_what_is_not_needed_any_more_is_called_off_and_skipped() -> None:
    server, pages = Names(services=OWN_SERVERS), Pages(each_takes=9.0)
    found = resolved(directory(), Internet(server, pages))
    assert outcome(found, "autoconfig") is Outcome.SKIPPED
    assert (server.open, pages.open) == (0, 0)
    assert AUTOCONFIG in pages.cut_short


@pytest.mark.parametrize("limit_s", [0.0, -3.0])
def test_a_limit_that_has_passed_before_the_start_finds_nothing(limit_s: float) -> None:
    server = Names(AT_OURS, each_takes=0.05)
    found = resolved(directory(OURS), Internet(server, Pages()), limit_s=limit_s)
    assert (name(found), outcome(found, "mx")) == (None, Outcome.TIMEOUT)
    assert server.open == 0


def test_an_undecided_answer_has_no_settings_and_no_evidence() -> None:
    found = resolved(directory(OURS), Internet(Names(), Pages()))
    assert (found.settings, found.evidence, found.method, found.trust) == (None, (), None, None)


def test_candidates_are_evidence_then_ones_own_then_hosters() -> None:
    mixed = {"corp.example": exchangers((5, "aspmx.l.google.com"), (5, "mx.ours.example"))}
    found = resolved(directory(custom("alpha"), OURS, custom("zoho")), Internet(Names(mixed)))
    ranked = names(found.candidates)
    assert ranked[:2] == ["gmail", "ours"]
    assert ranked[2:4] == ["alpha", "zoho"]
    assert sorted(ranked[4:]) == sorted(set(HOSTERS) - {"gmail", "zoho"})


def test_nothing_is_offered_twice() -> None:
    records = exchangers((5, "aspmx.l.google.com"), (5, "mx.ours.example"), (9, "b.ours.example"))
    ranked = names(resolved(directory(OURS), Internet(Names({"corp.example": records}))).candidates)
    assert len(ranked) == len(set(ranked))


def test_what_was_discovered_for_others_is_not_offered() -> None:
    theirs = replace(custom("theirs"), origin=Origin.DISCOVERED)
    assert "theirs" not in names(resolved(directory(theirs), None).candidates)


def test_without_any_evidence_the_hosters_are_offered() -> None:
    found = resolved(directory(), Internet(Names(), Pages()))
    assert sorted(names(found.candidates)) == sorted(HOSTERS)


def test_every_step_says_how_long_it_took() -> None:
    ticks = count()
    found = resolve(
        parse_address("ada@corp.example"),
        directory(OURS),
        internet=Internet(Names(AT_OURS)),
        timer=lambda: next(ticks) / 1000,
        terms=Terms(5.0),
    )
    assert [step.ms for step in found.trace if step.outcome is not Outcome.SKIPPED] == [
        *(1.0, 1.0),
        pytest.approx(2.0),
    ]


def test_a_persons_choice_takes_the_place_of_what_was_found() -> None:
    found = resolved(directory(), Internet(Names(services=FOREIGN_SERVERS), Pages()))
    mine = chosen(found, OURS)
    assert (name(mine), mine.method, mine.trust) == ("ours", Method.MANUAL, Trust.USER)
    assert mine.settings
    assert mine.settings.incoming == OURS.incoming
    assert mine.trace == found.trace


def each(
    world: Directory,
    internet: Internet | None,
    *addresses: str,
    limit_s: float = 5.0,
    pause: Callable[[], None] = lambda: None,
) -> list[Resolution]:
    found = []
    for resolution in resolve_each(
        [parse_address(address) for address in addresses],
        world,
        internet=internet,
        timer=time.perf_counter,
        limit_s=limit_s,
    ):
        found.append(resolution)
        pause()
    return found


def listening(server: Names, *addresses: str) -> Generator[Resolution, None, None]:
    """Return answers that may be taken one by one, or left."""
    answers = resolve_each(
        [parse_address(address) for address in addresses],
        directory(OURS),
        internet=Internet(server),
        timer=time.perf_counter,
        limit_s=5.0,
    )
    assert isinstance(answers, Generator)
    return answers


def wait_until(is_so: Callable[[], bool]) -> None:
    ends = time.perf_counter() + 5
    while not is_so():
        assert time.perf_counter() < ends
        time.sleep(0.005)


def test_many_are_answered_in_their_order_however_fast_each_is() -> None:
    server = Names(
        {f"d{n}.example": exchangers((1, "mx.ours.example")) for n in range(5)},
        takes={f"MX d{n}.example": (5 - n) / 100 for n in range(5)},
    )
    found = each(directory(OURS), Internet(server), *(f"ada@d{n}.example" for n in range(5)))
    assert [str(resolution.address) for resolution in found] == [
        f"ada@d{n}.example" for n in range(5)
    ]
    assert {name(resolution) for resolution in found} == {"ours"}


def test_each_domain_is_asked_about_once_and_each_address_has_its_own_settings() -> None:
    server = Names(AT_OURS)
    found = each(
        directory(OURS),
        mx_only(server),
        *("ada@corp.example", "ben@CORP.example", "ada@corp.example"),
    )
    assert server.asked == ["MX corp.example"]
    assert [r.settings.username for r in found if r.settings] == [
        *("ada@corp.example", "ben@corp.example", "ada@corp.example"),
    ]


def test_what_is_known_stands_among_what_is_asked_for() -> None:
    server = Names(AT_OURS, each_takes=0.02)
    found = each(
        directory(OURS, mappings={"mapped.example": "ours"}),
        mx_only(server),
        *("a@corp.example", "b@gmail.com", "c@mapped.example", "d@corp.example"),
    )
    assert [(name(r), r.method) for r in found] == [
        ("ours", Method.MX),
        ("gmail", Method.PRESET),
        ("ours", Method.MAPPING),
        ("ours", Method.MX),
    ]
    assert server.asked == ["MX corp.example"]


def test_what_is_known_asks_nobody_and_nothing_is_nothing() -> None:
    assert each(directory(), NOBODY) == []
    (found,) = each(directory(), NOBODY, "ada@gmail.com")
    assert name(found) == "gmail"


def test_offline_many_are_answered_with_what_is_known() -> None:
    found = each(directory(), None, "a@corp.example", "b@gmail.com", "c@corp.example")
    assert [name(resolution) for resolution in found] == [None, "gmail", None]
    assert [steps(resolution)[-1] for resolution in found] == [
        ("mx", Outcome.SKIPPED),
        ("preset", Outcome.HIT),
        ("mx", Outcome.SKIPPED),
    ]


def test_one_alone_and_one_among_many_get_the_same_answer() -> None:
    world = directory(OURS, SHY)
    for internet in (
        Internet(Names(AT_OURS)),
        Internet(Names({"corp.example": exchangers((1, "a.shy.example"))}), Pages()),
        Internet(Names(services=FOREIGN_SERVERS), Pages()),
        Internet(Names(), Pages({ISPDB: client_config()})),
        answer(Outcome.SERVFAIL),
    ):
        alone = resolved(world, internet)
        (among,) = each(world, internet, "ada@corp.example")
        assert replace(among, trace=()) == replace(alone, trace=())
        assert steps(among) == steps(alone)


def test_many_are_answered_each_as_soon_as_it_is_known() -> None:
    server = Names(
        {f"{n}.example": exchangers((1, "mx.ours.example")) for n in ("fast", "slow")},
        takes={"MX slow.example": 0.1},
    )
    open_then: list[int] = []
    each(
        directory(OURS),
        mx_only(server),
        *("a@fast.example", "b@slow.example"),
        pause=lambda: open_then.append(server.open),
    )
    assert open_then == [1, 0]


def test_a_crowd_is_asked_about_side_by_side_but_not_all_at_once() -> None:
    domains = [f"d{n}.example" for n in range(MOST_AT_ONCE * 2 + 20)]
    server = Names({d: exchangers((1, "mx.ours.example")) for d in domains}, each_takes=0.02)
    found = each(directory(OURS), mx_only(server), *(f"ada@{domain}" for domain in domains))
    assert {name(resolution) for resolution in found} == {"ours"}
    assert server.most_open == MOST_AT_ONCE
    assert len(server.asked) == len(domains)


def test_the_wait_for_ones_turn_does_not_count() -> None:
    domains = [f"d{n}.example" for n in range(MOST_AT_ONCE * 3)]
    server = Names({d: exchangers((1, "mx.ours.example")) for d in domains}, each_takes=0.1)
    found = each(
        directory(OURS), mx_only(server), *(f"a@{domain}" for domain in domains), limit_s=0.2
    )
    assert {name(resolution) for resolution in found} == {"ours"}


def test_one_that_times_out_holds_up_nobody_else() -> None:
    server = Names(AT_OURS, takes={"MX slow.example": 9.0})
    found = each(
        directory(OURS),
        Internet(server),
        *("a@slow.example", "b@corp.example"),
        limit_s=0.1,
    )
    assert [name(resolution) for resolution in found] == [None, "ours"]
    assert found[0].is_temporary_failure
    assert server.open == 0


def test_who_stops_listening_leaves_nobody_running() -> None:
    crowd = [f"a@d{n}.example" for n in range(MOST_AT_ONCE + 10)]
    server = Names(each_takes=9.0)
    with closing(listening(server, "a@gmail.com", *crowd)) as answers:
        next(answers)
        wait_until(lambda: server.open == MOST_AT_ONCE)
    assert (server.open, len(server.asked)) == (0, MOST_AT_ONCE)
    assert len(server.cut_short) == MOST_AT_ONCE


def test_who_forgets_to_stop_listening_can_end_all_the_same() -> None:
    with closing(listening(Names(each_takes=9.0), "a@gmail.com", "a@corp.example")) as answers:
        next(answers)
        beside = [each for each in threading.enumerate() if each is not threading.main_thread()]
        assert all(each.daemon for each in beside)


def test_who_never_starts_listening_asks_nobody() -> None:
    server = Names()
    answers = listening(server, "a@corp.example")
    answers.close()
    assert server.asked == []


def test_a_slow_listener_costs_nobody_an_answer() -> None:
    domains = [f"d{n}.example" for n in range(3)]
    server = Names(
        {domain: exchangers((1, "mx.ours.example")) for domain in domains},
        takes={f"MX d{n}.example": 0.02 + n / 100 for n in range(3)},
    )
    found = each(
        directory(OURS),
        Internet(server),
        *(f"a@{domain}" for domain in domains),
        limit_s=0.5,
        pause=lambda: time.sleep(0.6),
    )
    assert [name(resolution) for resolution in found] == ["ours"] * 3


def test_who_stands_first_is_asked_about_first() -> None:
    domains = [f"d{n}.example" for n in range(MOST_AT_ONCE + 5)]
    server = Names({d: exchangers((1, "mx.ours.example")) for d in domains}, each_takes=0.01)
    each(directory(OURS), mx_only(server), *(f"a@{domain}" for domain in domains))
    assert server.asked == [f"MX {domain}" for domain in domains]


def test_a_bug_in_one_answer_comes_to_light_there_and_spoils_no_other() -> None:
    class Broken(Names):
        async def exchangers(self, domain: str, /) -> MxAnswer:
            if domain == "bad.example":
                raise ZeroDivisionError
            await asyncio.sleep(0.05)
            return MxAnswer(Outcome.NXDOMAIN)

    answers = listening(Broken(), "ada@good.example", "ada@bad.example")
    assert next(answers).provider is None
    with pytest.raises(ZeroDivisionError):
        next(answers)
