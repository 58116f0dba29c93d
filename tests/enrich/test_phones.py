"""What in a line is a phone number, of which kind, and what only looks like one."""

import pytest

from mailctl.enrich.phones import phones_in

NUMBERS = [
    ("Tel.: +49 (0)30 1234567-89", "+4930123456789", "work", ""),
    ("M: 0171 1234567", "+491711234567", "mobile", ""),
    ("Fax 030/1234568", "+49301234568", "fax", ""),
    ("Tel 0171 1234567", "+491711234567", "mobile", ""),
    ("+49 30 1234567 (home)", "+49301234567", "home", ""),
    ("Тел.: +7 (495) 123-45-67 доб. 123", "+74951234567", "work", "123"),
    ("8 916 123 45 67", "+79161234567", "mobile", ""),
    ("(415) 555-0134 ext. 12", "+14155550134", "work", "12"),
    ("电话：+86 21 12345678 转 801", "+862112345678", "work", "801"),
    ("0049 30 1234567", "+49301234567", "work", ""),
]
NO_NUMBERS = [
    "IBAN DE89 3704 0044 0532 0130 00",
    "USt-IdNr. DE123456789",
    "HRB 123456",
    "Order no. 4500123456",
    "ИНН 7701234567, КПП 770101001",
    "12.03.2026 10:00",
    "2026-03-12",
    "Meeting ID: 812 3456 7890",
    "P.IVA e C.F. 09988776655",
    "TVA BE 0123.456.789",
    "€ 1.000.000,00",
    "NIP 634-123-45-67",
    "ISBN 978-3-16-148410-0",
    "1234567",
]


@pytest.mark.parametrize(("text", "e164", "kind", "ext"), NUMBERS)
def test_a_number_is_read_with_its_kind_and_extension(
    text: str, e164: str, kind: str, ext: str
) -> None:
    assert [(p.e164, p.type, p.ext) for p in phones_in(text, ["DE"])] == [(e164, kind, ext)]


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_other_numbers_are_no_phones(text: str) -> None:
    assert list(phones_in(text, ["DE", "IT"])) == []


def test_two_numbers_in_a_row_are_two() -> None:
    found = phones_in("+33 1 42 68 53 00 / +33 6 12 34 56 78", [])
    assert [(p.e164, p.type) for p in found] == [
        ("+33142685300", "work"),
        ("+33612345678", "mobile"),
    ]


def test_a_number_is_of_the_first_country_that_has_it() -> None:
    assert [p.e164 for p in phones_in("Tel 020 7946 0958", ["GB", "DE"])] == ["+442079460958"]
    assert [p.e164 for p in phones_in("Tél. 01 42 68 53 00", ["US", "FR"])] == ["+33142685300"]
