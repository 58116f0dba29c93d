"""Every message of the table, read."""

import time

import pytest

from mailctl.domain.defects import Defect
from mailctl.mail.content import read_content
from mailctl.mail.text import WORDS_MAX, searchable_words
from tests.mail.nasty import file_cases, header_cases, kind_cases, structure_cases, text_cases
from tests.mail.nasty.table import Nasty, told

CASES = [
    *header_cases.CASES,
    *text_cases.CASES,
    *structure_cases.CASES,
    *file_cases.CASES,
    *kind_cases.CASES,
]
LONG_S = 10


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_nasty_message_is_read_as_far_as_it_can_be(case: Nasty) -> None:
    started = time.process_time()
    found = told(case.source)
    assert time.process_time() - started < LONG_S
    expected = {"defects": set(), **case.expected}
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize(
    "case", [case for case in CASES if len(case.source) < WORDS_MAX], ids=lambda case: case.name
)
def test_the_index_knows_the_same_words(case: Nasty) -> None:
    content, words = read_content(case.source), searchable_words(case.source)
    names = " ".join(file.name for file in content.attachments)
    assert words.body.split() == content.text.split()
    assert words.attachments.split() == names.split()


def test_the_table_is_long_and_names_each_message_once() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60


def test_every_defect_of_content_is_in_the_table() -> None:
    of_envelopes = {Defect.DATE, Defect.FROM, Defect.MESSAGE_ID, Defect.BODY}
    found = {defect for case in CASES for defect in read_content(case.source).defects}
    assert found == set(Defect) - of_envelopes
