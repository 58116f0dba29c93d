"""What a message lacks it has of its conversation, and what is dealt with is told apart."""

from pathlib import Path

import pytest

from tests.commands.linked_mail import OWN, Post, candidates, done, links, own_account
from tests.conftest import Run

STRANGER = ("From: eve@else.example", f"To: {OWN}")


def answers(name: str) -> str:
    return f"In-Reply-To: <{name}@post.example>"


@pytest.fixture
def post(run: Run, tmp_path: Path) -> Post:
    own_account(run)
    done(run, "contact", "add", "--name", "Bob", "--email", "bob@acme.example")
    done(run, "record", "type", "add", "invoice")
    done(run, "record", "add", "invoice:4711")
    rule = ("--name", "invoices", "--match", r"Inv-(\d+)", "--to", "record:invoice")
    done(run, "link", "rule", "add", *rule)
    return Post(run, tmp_path)


@pytest.fixture
def first(post: Post) -> str:
    """The beginning of a conversation: of Bob, about an invoice."""
    return post.deliver("1", "From: bob@acme.example", f"To: {OWN}", "Subject: Inv-4711")


def test_an_answer_without_a_number_has_the_links_of_what_it_answers(
    run: Run, post: Post, first: str
) -> None:
    answer = post.deliver("2", *STRANGER, "Subject: Re: that", answers("1"))
    assert links(run, answer) == {"Bob": "thread", "4711": "thread"}


def test_a_parent_that_comes_late_brings_its_links(run: Run, post: Post) -> None:
    answer = post.deliver("2", *STRANGER, "Subject: Re: that", answers("1"))
    assert links(run, answer) == {}
    post.deliver("1", "From: bob@acme.example", f"To: {OWN}", "Subject: Inv-4711")
    assert links(run, answer) == {"Bob": "thread", "4711": "thread"}


def test_a_common_subject_alone_joins_nobody(run: Run, post: Post, first: str) -> None:
    assert links(run, post.deliver("2", *STRANGER, "Subject: Re: that")) == {}


def test_the_newest_value_is_inherited(run: Run, post: Post, first: str) -> None:
    done(run, "record", "add", "invoice:4712")
    post.deliver("2", *STRANGER, "Subject: rather Inv-4712", answers("1"))
    last = post.deliver("3", *STRANGER, "Subject: fine", answers("2"))
    assert links(run, last)["4712"] == "thread"
    assert links(run, first) == {"Bob": "address", "4711": "rule"}


def test_what_is_said_by_hand_is_inherited_and_not_overwritten(
    run: Run, post: Post, first: str
) -> None:
    done(run, "contact", "add", "--name", "Cy", "--email", "cy@x.example")
    answer = post.deliver("2", *STRANGER, "Subject: Re: that", answers("1"))
    done(run, "link", "add", answer, "--to", "contact:Cy")
    assert links(run, answer) == {"Cy": "manual", "4711": "thread"}
    last = post.deliver("3", *STRANGER, "Subject: fine", answers("2"))
    assert links(run, last) == {"Cy": "thread", "4711": "thread"}
    assert links(run, answer)["Cy"] == "manual"


def test_what_was_removed_by_hand_is_not_inherited(run: Run, post: Post, first: str) -> None:
    answer = post.deliver("2", *STRANGER, "Subject: Re: that", answers("1"))
    done(run, "link", "remove", answer, "--to", "invoice:4711")
    post.deliver("3", *STRANGER, "Subject: fine", answers("2"))
    assert links(run, answer) == {"Bob": "thread"}


def test_a_whole_conversation_is_linked_at_once(run: Run, post: Post, first: str) -> None:
    done(run, "company", "add", "--name", "Beta")
    answer = post.deliver("2", *STRANGER, "Subject: Re: that", answers("1"))
    made = done(run, "link", "add", answer, "--to", "company:Beta", "--thread")
    assert len(made) == 2
    assert links(run, first)["Beta"] == links(run, answer)["Beta"] == "manual"


def test_the_conversation_chooses_among_candidates_and_brings_nobody_else(
    run: Run, post: Post, first: str
) -> None:
    for name in ("Ann", "Bea"):
        twin = ("--name", name, "--email", "office@acme.example", "--allow-duplicate")
        done(run, "contact", "add", *twin)
    office = ("From: office@acme.example", f"To: {OWN}", "Subject: Re: that")
    answer = post.deliver("2", *office, answers("1"))
    assert (links(run, answer), candidates(run, answer)) == ({"4711": "thread"}, {"Ann", "Bea"})
    done(run, "link", "add", first, "--to", "contact:Ann")
    done(run, "link", "remove", first, "--to", "contact:Bob")
    assert links(run, answer) == {"Ann": "thread", "4711": "thread"}
    assert candidates(run, answer) == set()


def test_mail_is_dealt_with_where_it_has_a_contact_and_a_record(
    run: Run, post: Post, first: str
) -> None:
    other = post.deliver("2", "From: bob@acme.example", f"To: {OWN}", "Subject: hello")
    assert [m["subject"] for m in done(run, "message", "list", "--unprocessed")] == ["hello"]
    (told,) = done(run, "message", "process", other)
    assert told["processed"] is True
    assert done(run, "message", "list", "--unprocessed") == []
    done(run, "message", "unprocess", first, other)
    assert len(done(run, "message", "list", "--unprocessed")) == 2


def test_what_a_pipe_names_is_marked(run: Run, first: str) -> None:
    lines = run("message", "list", "-o", "ndjson").out
    assert len(done(run, "message", "unprocess", "-", typed=lines)) == 1
    found = done(run, "message", "list", "--unprocessed", "--limit", "5")
    assert [each["processed"] for each in found] == [False]
