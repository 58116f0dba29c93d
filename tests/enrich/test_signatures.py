"""Whose signature is taken where several stand in one mail, or none is marked."""

import pytest

from mailctl.domain.facts import FactField
from mailctl.enrich.extract import read_signature

HEAD = "From: Anna Smith <anna.smith@acme.example>\nContent-Type: text/plain; charset=utf-8\n\n"
OWN = "+16465550100"


def phones(body: str) -> list[str]:
    return [fact.value for fact in read_signature((HEAD + body).encode()).of(FactField.PHONE)]


@pytest.mark.parametrize(
    "below",
    [
        "Hi Anna,\nplease call.\nBest regards,\nBob\n+1 646 555 0177",
        "Bob Brown\nCEO\nBrown Ltd\n+1 646 555 0177",
        "From: Bob Brown\nTo: Anna\n\nhi\nRegards\nBob Brown\n+1 646 555 0177",
        "> Regards\n> Bob Brown\n> +1 646 555 0177",
        "On 3 Mar 2026 at 10:00 Bob Brown wrote:\nRegards\nBob Brown\n+1 646 555 0177",
        "P.S. Bob has a new number: +1 646 555 0177",
        "This email is confidential, call +1 646 555 0177 if you got it in error and delete it.",
        "_______________________\nA mailing list, to unsubscribe call +1 646 555 0177",
        "Assistant: Bob Brown, +1 646 555 0177",
    ],
)
def test_what_is_below_the_own_signature_is_not_taken(below: str) -> None:
    assert phones(f"ok\n\nRegards,\nAnna Smith\nAnalyst\n+1 646 555 0100\n\n{below}\n") == [OWN]


@pytest.mark.parametrize("name", ["Bob Brown", "Bob", "John Smith"])
def test_a_signature_of_somebody_else_gives_nothing(name: str) -> None:
    assert phones(f"ok\n\nBest regards,\n{name}\n+1 646 555 0177\n") == []


@pytest.mark.parametrize("name", ["Anna Smith", "Anna", "A. Smith", "Smith, Anna", "ANNA SMITH"])
def test_the_own_one_is_known_however_the_name_is_written(name: str) -> None:
    assert phones(f"ok\n\nBest regards,\n{name}\n+1 646 555 0100\n") == [OWN]


@pytest.mark.parametrize(
    "above", ["Best regards,", "--", "Thanks!", "Mit freundlichen Grüßen", "С уважением,", "_____"]
)
def test_what_stands_above_a_signature_may_be_many_things(above: str) -> None:
    assert phones(f"ok\n\n{above}\nAnna Smith\n+1 646 555 0100\n") == [OWN]


def test_a_signature_that_nothing_announces_begins_with_the_name() -> None:
    assert phones("ok\n\nAnna Smith\nAnalyst\n+1 646 555 0100\n") == [OWN]


def test_a_paragraph_with_the_own_address_is_one() -> None:
    assert phones("ok\n\nAcme\nanna.smith@acme.example\n+1 646 555 0100\n") == [OWN]


def test_a_sentence_with_the_own_address_is_none() -> None:
    assert phones("please write to anna.smith@acme.example\nor call Bob +1 646 555 0177\n") == []


def test_numbers_in_the_text_are_no_facts() -> None:
    assert phones("call Bob at +1 646 555 0177\n\nRegards\nAnna Smith\nAnalyst\n") == []


@pytest.mark.parametrize(
    "field",
    ["List-Unsubscribe: <https://x.example>", "Auto-Submitted: auto-replied", "Precedence: bulk"],
)
def test_mail_that_nobody_wrote_to_us_gives_nothing(field: str) -> None:
    source = f"{field}\n{HEAD}ok\n\nRegards\nAnna Smith\n+1 646 555 0100\n"
    assert read_signature(source.encode()).facts == ()


def test_the_country_asked_for_counts_where_nothing_else_tells_one() -> None:
    source = (HEAD + "ok\n\nRegards\nAnna Smith\nTel. 030 1234567\n").encode()
    (phone,) = read_signature(source, region="DE").of(FactField.PHONE)
    assert (phone.value, phone.written) == ("+49301234567", "030 1234567")
