"""Whose name a signature has: the sender's, nobody's that is known, or somebody else's."""

import pytest

from mailctl.domain.addresses import Person
from mailctl.enrich.persons import Match, bare_name, compared

SAME = [
    ("Anna Smith", "Anna Smith", "a@x.example"),
    ("Anna Smith", "Smith, Anna", "x@x.example"),
    ("Anna Smith", "", "anna.smith@x.example"),
    ("Anna Smith", "", "asmith@x.example"),
    ("Anna Smith", "smitha@x.example", "smitha@x.example"),
    ("Bill Gates", "William Gates", "w@x.example"),
    ("Иван Петров", "Ivan Petrov", "ip@x.example"),
    ("Сергей Иванович Кузнецов", "Sergey Kuznetsov", "s@x.example"),
    ("Юлия Щербакова", "Julia Scherbakova", "j@x.example"),
    ("Jürgen Müller", "Juergen Mueller", "j@x.example"),
    ("Олександр Шевченко", "Oleksandr Shevchenko", "o@x.example"),
    ("山田 太郎", "山田太郎", "y@x.example"),
    ("Uwe Brandt", "Uwe Brandt", "info@brandt-sanitaer.example"),
]
OTHER = [
    ("Anna Smith", "John Brown", "jb@x.example"),
    ("Mary Smith", "John Smith", "john.smith@x.example"),
    ("John Smith", "", "anna.smith@x.example"),
    ("Anna Jones", "Anna Smith", "anna.smith@x.example"),
    ("Anna Smith", "Bob", "bob@x.example"),
    ("Артём Гусев", "Роман Белых", "r.belykh@x.example"),
]
UNKNOWN = [
    ("Nora Fields", "Brightwave Support", "support@brightwave.example"),
    ("Nora Fields", "", "info@x.example"),
    ("Nora Fields", "", "x77@x.example"),
]


@pytest.mark.parametrize(("name", "shown", "address"), SAME)
def test_one_person_written_in_two_ways_is_one(name: str, shown: str, address: str) -> None:
    assert compared(name, Person(shown, address)) is Match.CONFIRMED


@pytest.mark.parametrize(("name", "shown", "address"), OTHER)
def test_another_name_is_somebody_else(name: str, shown: str, address: str) -> None:
    assert compared(name, Person(shown, address)) is Match.OTHER


@pytest.mark.parametrize(("name", "shown", "address"), UNKNOWN)
def test_an_office_may_be_anybody(name: str, shown: str, address: str) -> None:
    assert compared(name, Person(shown, address)) is Match.UNKNOWN


@pytest.mark.parametrize(
    "written",
    [
        "Dr. Anna Smith",
        "i. A. Dipl.-Ing. Anna Smith",
        "Anna Smith, PhD",
        "Anna Smith (she/her)",
        "Anna Smith MRICS",
        "Prof. Dr. Anna Smith, LL.M.",
    ],
)
def test_titles_are_no_part_of_a_name(written: str) -> None:
    assert bare_name(written) == "Anna Smith"
