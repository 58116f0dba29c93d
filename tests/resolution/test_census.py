"""The table is whole: many cases, each in a world of its own, and no kind of answer left out."""

from collections import Counter
from collections.abc import Iterable

from mailctl.domain.resolution import Method, Outcome, Trust
from mailctl.errors import ExitCode
from tests.resolution.cases import Flaw, Nameserver
from tests.resolution.table import CASES
from tests.resolution.world import SHARED_ZONES
from tests.rig.zones import ZONES


def repeated(names: Iterable[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]


def test_there_are_at_least_150_cases() -> None:
    assert len(CASES) >= 150


def test_no_two_cases_have_one_name() -> None:
    assert repeated(case.name for case in CASES) == []


def test_no_two_cases_share_a_zone_or_a_web_server() -> None:
    assert repeated([*SHARED_ZONES, *ZONES, *(zone for c in CASES for zone in c.own_zones)]) == []
    assert repeated(host for case in CASES for host in case.own_sites) == []
    assert repeated(path for case in CASES for path in case.ispdb_pages) == []


def test_every_way_to_an_answer_occurs() -> None:
    assert {case.expected.method for case in CASES} == {None, *Method} - {Method.MANUAL}
    assert {case.expected.trust for case in CASES} == {None, *Trust} - {Trust.REFUSED}
    decided = {step for case in CASES for step, how in case.expected.steps.items() if how == "hit"}
    assert decided == {
        *("mapping", "preset", "mx", "srv"),
        *("autoconfig", "well-known", "ispdb", "autodiscover"),
    }
    suggested = {
        step for case in CASES for step, how in case.expected.steps.items() if how == "suggestion"
    }
    assert suggested == {"mx", "signs"}


def test_every_end_of_a_step_occurs() -> None:
    assert {how for case in CASES for how in case.expected.steps.values()} == {*Outcome}


def test_every_end_of_the_program_occurs() -> None:
    assert {case.expected.code for case in CASES} == {
        ExitCode.OK,
        ExitCode.USAGE,
        ExitCode.TEMPORARY,
        ExitCode.CHOICE_NEEDED,
    }


def test_every_kind_of_bad_server_occurs() -> None:
    assert {flaw for case in CASES for flaw in case.flaws.values()} == {*Flaw}
    assert {case.nameserver for case in CASES} == {*Nameserver}
