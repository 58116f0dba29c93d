"""contact proposals, accept, decline: nobody becomes a contact before a person says so."""

from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.linked_mail import OWN, done, links, own_account
from tests.conftest import Run

MAILS = {
    "1": (f"From: {OWN}", "To: Bob Stone <bob@acme.example>, info@acme.example"),
    "2": ("From: Bob Stone <Bob+x@acme.example>", f"To: {OWN}"),
    "3": ("From: Eve <eve@else.example>", f"To: {OWN}, zoe@corp.example"),
    "4": ("From: no-reply@shop.example", f"To: {OWN}"),
}


@pytest.fixture(autouse=True)
def _mail(run: Run, tmp_path: Path) -> None:
    """Mail of an account whose owner wrote to Bob alone."""
    own_account(run)
    for name, fields in MAILS.items():
        file = tmp_path / f"{name}.eml"
        date = f"Date: Mon, 2 Nov 2026 10:0{name}:00 +0000"
        head = [*fields, "Subject: x", f"Message-ID: <{name}@post.example>", date]
        file.write_bytes("\r\n".join([*head, "", "x", ""]).encode())
        done(run, "message", "import", str(file), "--account", OWN)


def proposed(run: Run, *options: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = done(run, "contact", "proposals", *options)
    return found


def names(run: Run, *options: str) -> list[str]:
    return [each["name"] for each in proposed(run, *options)]


def test_nobody_is_proposed_unasked(run: Run) -> None:
    assert proposed(run) == []


def test_people_are_proposed_to_whom_the_owner_wrote(run: Run) -> None:
    done(run, "account", "set", OWN, "create-contacts=sent")
    (bob,) = proposed(run)
    assert (bob["name"], bob["address"], bob["messages"]) == ("Bob Stone", "bob@acme.example", 1)


def test_all_people_are_but_neither_colleagues_offices_nor_machines(run: Run) -> None:
    done(run, "account", "set", OWN, "create-contacts=all")
    assert names(run) == ["Bob Stone", "Eve"]
    assert names(run, "--policy", "none") == []


def test_who_is_a_contact_already_is_not_proposed(run: Run) -> None:
    done(run, "contact", "add", "--email", "BOB@acme.example")
    assert names(run, "--policy", "all") == ["Eve"]


def test_who_is_accepted_is_a_contact_of_the_company_and_has_the_mail(run: Run) -> None:
    done(run, "company", "add", "--name", "Acme", "--domain", "acme.example")
    (bob,) = done(run, "contact", "accept", "bob@acme.example")
    assert (bob["name"], bob["company"], bob["source"]) == ("Bob Stone", "Acme", "mail")
    assert links(run, "<2@post.example>") == {"Bob Stone": "address", "Acme": "company"}
    assert names(run, "--policy", "all") == ["Eve"]


def test_everybody_who_is_proposed_is_accepted_at_once(run: Run) -> None:
    done(run, "account", "set", OWN, "create-contacts=all")
    assert len(done(run, "contact", "accept", "--all")) == 2
    assert proposed(run) == []


def test_who_is_declined_is_never_proposed_again(run: Run) -> None:
    done(run, "contact", "decline", "eve@else.example")
    assert names(run, "--policy", "all") == ["Bob Stone"]


@pytest.mark.parametrize("words", [("accept",), ("accept", "x@x.example", "--all")])
def test_it_must_be_said_who_is_meant(run: Run, words: tuple[str, ...]) -> None:
    assert run("contact", *words).code == ExitCode.USAGE


def test_whom_nobody_proposes_is_not_found(run: Run) -> None:
    for verb in ("accept", "decline"):
        assert run("contact", verb, "nobody@x.example").code == ExitCode.NOT_FOUND
    assert run("account", "set", OWN, "create-contacts=some").code == ExitCode.USAGE
