"""The program's links, compared with the truth."""

from pathlib import Path

import pytest

from tests.conftest import Run
from tests.linking_set.judging import links_found, take_over
from tests.linking_set.kinds import made
from tests.linking_set.scoring import score


@pytest.mark.parametrize("is_mail_first", [False, True], ids=["mail last", "mail first"])
def test_links_are_right_and_few_are_missed(
    run: Run, tmp_path: Path, *, is_mail_first: bool
) -> None:
    the_set = made()
    take_over(run, the_set, tmp_path, is_mail_first=is_mail_first)
    result = score(the_set.messages, links_found(run, the_set))
    said = "\n".join((*result.lines(), *result.differences))
    for name, tally in result.by_link.items():
        assert tally.precision == 1, f"{name}\n{said}"
        assert tally.recall >= 0.98, f"{name}\n{said}"


def test_who_becomes_a_colleague_later_is_no_customer_any_more(run: Run) -> None:
    run(
        *("account", "add", "ada@ourfirm.example", "--provider", "gmail", "--no-verify"),
        "--password-stdin",
        typed="pw",
    )
    people = ("emil@sister.example", "frieda@north.branches.example", "b@branches.example")
    for email in people:
        run("contact", "add", "--email", email)
        mail = f"From: {email}\r\nTo: ada@ourfirm.example\r\nSubject: s\r\n\r\nx\r\n"
        assert run("message", "import", "-", typed=mail).code == 0
    assert linked(run) == set(people)
    domains = "internal-domains=sister.example,*.branches.example"
    assert run("account", "set", "ada@ourfirm.example", domains).code == 0
    more_mail_comes(run)
    assert linked(run) == {"b@branches.example"}
    run("account", "set", "ada@ourfirm.example", "internal-domains=")
    more_mail_comes(run)
    assert linked(run) == set(people)


def more_mail_comes(run: Run) -> None:
    """Bring a mail of nobody's: with it is linked what waits."""
    mail = f"From: x@y.example\r\nSubject: {len(linked(run))}\r\n\r\nx\r\n"
    assert run("message", "import", "-", typed=mail).code == 0


def linked(run: Run) -> set[str]:
    return set(run("link", "list", "-o", "csv", "--fields", "evidence").out.split()[1:])
