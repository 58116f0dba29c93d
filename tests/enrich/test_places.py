"""What a line is by where it stands, when no word of it tells."""

import pytest

from mailctl.domain.facts import FactField
from mailctl.enrich.extract import read_signature

HEAD = (
    "From: Anna Smith <anna.smith@mail.example>\nContent-Type: text/plain; charset=utf-8\n\nHi\n\n"
)


def job_and_company(lines: str) -> tuple[str, str]:
    source = f"{HEAD}Best regards,\n{lines}\n+1 415 555 0100\n".encode()
    found = read_signature(source)
    title, company = (found.of(field) for field in (FactField.JOB_TITLE, FactField.COMPANY))
    return title[0].value if title else "", company[0].value if company else ""


@pytest.mark.parametrize(
    ("lines", "job", "company"),
    [
        ("Anna Smith\nGaffer\nBlue Ocean Ltd", "Gaffer", "Blue Ocean Ltd"),
        ("Anna Smith, Gaffer\nBlue Ocean Ltd", "Gaffer", "Blue Ocean Ltd"),
        ("Anna Smith | Gaffer | Blue Ocean", "Gaffer", "Blue Ocean"),
        ("Anna Smith\nDirector\nBlue Ocean", "Director", "Blue Ocean"),
        ("Anna Smith\nBlue Ocean\nDirector", "Director", "Blue Ocean"),
        ("Blue Ocean\nAnna Smith\nDirector", "Director", "Blue Ocean"),
        ("Blue Ocean Ltd\nAnna Smith\nhead gaffer", "head gaffer", "Blue Ocean Ltd"),
        ("Anna Smith\nArborist\nHill, Dale and Brook", "Arborist", "Hill, Dale and Brook"),
        ("Anna Smith\nHodge-Lawrence\nArborist", "Arborist", "Hodge-Lawrence"),
    ],
)
def test_a_place_tells_what_words_do_not(lines: str, job: str, company: str) -> None:
    assert job_and_company(lines) == (job, company)


@pytest.mark.parametrize(
    "line",
    [
        *("San Francisco", "Berlin, Germany", "LinkedIn | Twitter", "Follow us on Twitter"),
        *("Direct line", "Book a demo", "Working hours: Mon to Thu", "Let's build great things!"),
    ],
)
def test_what_stands_below_a_name_need_not_be_a_job_or_a_company(line: str) -> None:
    assert job_and_company(f"Anna Smith\n{line}") == ("", "")
    assert job_and_company(f"Anna Smith\nDirector\n{line}") == ("Director", "")


def test_what_was_guessed_by_place_is_less_sure() -> None:
    source = f"{HEAD}Best regards,\nAnna Smith\nGaffer\nBlue Ocean Ltd\n".encode()
    found = read_signature(source)
    (job,), (company,) = found.of(FactField.JOB_TITLE), found.of(FactField.COMPANY)
    assert job.confidence < 0.6 < company.confidence
