"""Links follow what changes: people, companies, domains, merges, and what a person says."""

import json
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.commands.linked_mail import OWN, Post, candidates, done, links, own_account
from tests.conftest import Run


@pytest.fixture
def post(run: Run, tmp_path: Path) -> Post:
    own_account(run)
    return Post(run, tmp_path)


@pytest.fixture
def message(post: Post) -> str:
    """A mail of somebody who nobody knows yet."""
    return post.deliver("1", "From: bob@acme.example", f"To: {OWN}", "Subject: hello")


def add_bob(run: Run) -> None:
    done(run, "contact", "add", "--name", "Bob", "--email", "bob@acme.example")


def add_acme(run: Run) -> None:
    done(run, "company", "add", "--name", "Acme", "--domain", "acme.example")


def test_a_contact_that_is_added_later_links_old_mail(run: Run, message: str) -> None:
    assert links(run, message) == {}
    add_bob(run)
    assert links(run, message) == {"Bob": "address"}


def test_an_address_that_is_added_later_links_old_mail(run: Run, message: str) -> None:
    done(run, "contact", "add", "--name", "Bob", "--email", "bob@home.example")
    done(run, "contact", "set", "Bob", "email+=bob@acme.example")
    assert links(run, message) == {"Bob": "address"}
    done(run, "contact", "set", "Bob", "email-=bob@acme.example")
    assert links(run, message) == {}


def test_contacts_from_a_file_link_old_mail(run: Run, message: str, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,email\nBob,bob@acme.example\n")
    done(run, "contact", "import", str(file))
    assert links(run, message) == {"Bob": "address"}


def test_a_domain_that_is_added_later_links_old_mail(run: Run, message: str) -> None:
    add_acme(run)
    assert links(run, message) == {"Acme": "domain"}
    done(run, "company", "set", "Acme", "domain=other.example")
    assert links(run, message) == {}


def test_a_contact_that_joins_a_company_brings_its_mail(run: Run, message: str) -> None:
    add_bob(run)
    done(run, "company", "add", "--name", "Beta", "--domain", "beta.example")
    done(run, "contact", "set", "Bob", "company=Beta")
    assert links(run, message) == {"Bob": "address", "Beta": "company"}
    done(run, "contact", "set", "Bob", "company=")
    assert links(run, message) == {"Bob": "address"}


def test_a_new_name_is_the_name_of_old_links(run: Run, message: str) -> None:
    add_bob(run)
    before = done(run, "link", "list")[0]["made_at"]
    done(run, "contact", "set", "Bob", "name=Robert")
    assert links(run, message) == {"Robert": "address"}
    assert done(run, "link", "list")[0]["made_at"] == before


def test_who_is_removed_takes_the_links_along_and_the_next_one_comes_in(
    run: Run, message: str
) -> None:
    add_acme(run)
    add_bob(run)
    done(run, "company", "add", "--name", "Beta")
    done(run, "contact", "set", "Bob", "company=Beta")
    assert links(run, message) == {"Bob": "address", "Beta": "company"}
    run("contact", "remove", "Bob", "--yes")
    assert links(run, message) == {"Acme": "domain"}


def test_where_one_of_two_candidates_goes_the_other_is_linked(run: Run, message: str) -> None:
    add_bob(run)
    twin = ("--name", "Beth", "--email", "bob@acme.example", "--allow-duplicate")
    done(run, "contact", "add", *twin)
    assert candidates(run, message) == {"Bob", "Beth"}
    run("contact", "remove", "Beth", "--yes")
    assert links(run, message) == {"Bob": "address"}


def test_a_company_with_linked_mail_is_not_removed_unasked(run: Run, message: str) -> None:
    add_acme(run)
    refused = run("company", "remove", "Acme", "-o", "json")
    assert refused.code == ExitCode.GUARD
    assert "1 messages are linked" in json.loads(refused.err)["error"]["message"]
    assert links(run, message) == {"Acme": "domain"}
    done(run, "company", "remove", "Acme", "--yes")
    assert links(run, message) == {}


def test_a_link_removed_by_hand_never_comes_back(run: Run, message: str) -> None:
    add_bob(run)
    done(run, "link", "remove", message, "--to", "contact:Bob")
    assert links(run, message) == {}
    done(run, "link", "run")
    done(run, "contact", "set", "Bob", "email+=bob@home.example")
    assert links(run, message) == {}
    done(run, "link", "add", message, "--to", "contact:Bob")
    assert links(run, message) == {"Bob": "manual"}


def test_what_is_not_linked_cannot_be_taken_away(run: Run, message: str) -> None:
    add_bob(run)
    done(run, "contact", "add", "--name", "Eve", "--email", "eve@x.example")
    ran = run("link", "remove", message, "--to", "contact:Eve")
    assert ran.code == ExitCode.NOT_FOUND


@pytest.mark.parametrize("name", ["Bob", "nothing at all", ""])
def test_what_names_nothing_is_refused(run: Run, message: str, name: str) -> None:
    assert run("link", "add", message, "--to", name).code == ExitCode.USAGE


def test_links_are_set_for_messages_from_a_pipe(run: Run, message: str) -> None:
    add_bob(run)
    done(run, "company", "add", "--name", "Beta")
    lines = run("message", "list", "-o", "ndjson").out
    made = done(run, "link", "add", "-", "--to", "company:Beta", typed=lines)
    assert [each["manual"] for each in made] == [True]


def test_mail_of_who_is_united_is_of_who_is_kept(run: Run, message: str, post: Post) -> None:
    other = post.deliver("2", "From: bob@home.example", f"To: {OWN}", "Subject: x")
    add_bob(run)
    done(run, "contact", "add", "--name", "Robert", "--email", "bob@home.example")
    done(run, "link", "add", message, "--to", "contact:Robert")
    done(run, "contact", "merge", "Bob", "Robert")
    assert links(run, other) == {"Bob": "address"}
    assert set(links(run, message)) == {"Bob"}
    done(run, "contact", "unmerge", "Bob")
    assert links(run, other) == {"Robert": "address"}
    assert links(run, message) == {"Bob": "address", "Robert": "manual"}


def test_what_was_taken_away_from_who_was_united_stays_away(run: Run, message: str) -> None:
    add_bob(run)
    done(run, "contact", "add", "--name", "Robert", "--email", "bob@home.example")
    done(run, "link", "remove", message, "--to", "contact:Bob")
    done(run, "contact", "merge", "Robert", "Bob")
    assert links(run, message) == {}
    done(run, "contact", "unmerge", "Robert")
    assert links(run, message) == {}


def test_companies_that_are_united_have_the_mail_of_both(run: Run, message: str) -> None:
    add_acme(run)
    done(run, "company", "add", "--name", "Holding", "--domain", "holding.example")
    done(run, "company", "merge", "Holding", "Acme")
    assert links(run, message) == {"Holding": "domain"}
    done(run, "company", "unmerge", "Holding")
    assert links(run, message) == {"Acme": "domain"}


def test_a_dry_run_changes_nothing(run: Run, message: str) -> None:
    add_bob(run)
    done(run, "link", "remove", message, "--to", "contact:Bob")
    told = done(run, "link", "run", "--dry-run")
    assert (told["messages"], told["added"], told["is_dry_run"]) == (1, 0, True)
    assert links(run, message) == {}


def test_only_mail_since_a_day_is_linked_anew(run: Run, message: str) -> None:
    assert done(run, "link", "run", "--since", "2026-11-03")["messages"] == 0
    assert done(run, "link", "run", "--since", "2026-11-02")["messages"] == 1
