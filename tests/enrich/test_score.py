"""How well signatures are read: the labelled mails, and the limits that must hold."""

import pytest

from tests.enrich.labelled import held_out_mails, known_mails
from tests.enrich.score import Score, score

# The mails of held_out.yaml were written after the extractor. Before anything was mended for
# them it read: name 0.948, job_title 0.909, company 0.947, department 0.909, phones 0.924,
# emails 1.000, web 0.960, social 0.941, and nothing of somebody else. Those of held_out_2.yaml,
# written after that: name 0.937, job_title 0.897, company 0.925, department 0.667, phones 0.992.
LIMITS = {
    "name": 0.97,
    "job_title": 0.90,
    "company": 0.90,
    "department": 0.90,
    "phones": 0.95,
    "emails": 0.95,
    "web": 0.95,
    "social": 0.95,
}


@pytest.fixture(scope="module")
def known() -> Score:
    return score(known_mails())


@pytest.fixture(scope="module")
def held_out() -> Score:
    return score(held_out_mails())


def test_there_are_enough_mails(known: Score, held_out: Score) -> None:
    assert known.mails >= 300
    assert held_out.mails >= 60


@pytest.mark.parametrize(("field", "limit"), LIMITS.items())
def test_a_field_is_read_well_enough(
    known: Score, held_out: Score, field: str, limit: float
) -> None:
    assert known.f1(field) >= limit, known.misses
    assert held_out.f1(field) >= limit, held_out.misses


def test_nothing_of_somebody_else_is_taken(known: Score, held_out: Score) -> None:
    assert known.of_others == []
    assert held_out.of_others == []
