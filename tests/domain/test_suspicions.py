"""What looks like something that it is not."""

import pytest

from mailctl.domain.addresses import Person
from mailctl.domain.content import Attachment
from mailctl.domain.suspicions import suspicions


def kinds(person: Person, *names: str) -> list[str]:
    files = [
        Attachment(number, name, "x", "text/plain", 1, is_inline=False, content_id=None)
        for number, name in enumerate(names, start=1)
    ]
    return [suspicion.kind for suspicion in suspicions([person], files)]


@pytest.mark.parametrize(
    "name",
    [
        "boss@corp.example",
        "Boss (boss@corp.example)",
        '"boss@corp.example" via list',
        "Boss <boss@corp.example>",
        "boss@corp.example, a@x.example",
        "босс@почта.рф",
    ],
)
def test_an_address_of_another_in_a_name_is_suspicious(name: str) -> None:
    assert kinds(Person(name, "evil@x.example")) == ["name-is-other-address"] * (
        1 + name.count(", ")
    )


@pytest.mark.parametrize(
    "name", ["", "Ada", "ADA@example.org", "ada @ work", "@ada", "ada@", "a@b", "@" * 9_999]
)
def test_any_other_name_is_not(name: str) -> None:
    assert kinds(Person(name, "ada@example.org")) == []


def test_a_file_whose_name_is_read_in_another_order_is_suspicious() -> None:
    person = Person("", "ada@example.org")
    assert kinds(person, "a.txt", "invoice\u202efdp.exe") == ["file-name-reversed"]
