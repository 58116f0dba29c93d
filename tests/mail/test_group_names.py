"""Which names before an @ stand for an office."""

import pytest

from mailctl.mail.group_names import is_group_name


@pytest.mark.parametrize(
    "name",
    [
        *("info", "Support", "sales-de", "sales.team", "customer.support", "support+123", "info2"),
        *("help_desk", "buchhaltung", "zakaz", "the.sales.team", "it-support"),
    ],
)
def test_the_name_of_an_office_is_one(name: str) -> None:
    assert is_group_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("ben", "info.smith", "b.sales", "teamer", "my", "de", "", "+info", "ada.office.lovelace"),
        *("no-reply", "2026", "mail", "customer"),
    ],
)
def test_what_may_be_a_person_is_none(name: str) -> None:
    assert not is_group_name(name)
