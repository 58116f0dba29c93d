"""Mail is linked to contacts and companies by its addresses, and to nobody by luck."""

from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.commands.linked_mail import OWN, Post, candidates, done, links, own_account
from tests.conftest import Run

FROM_BOB = ("From: Bob <bob@acme.example>", f"To: {OWN}", "Subject: hello")


@pytest.fixture
def post(run: Run, tmp_path: Path) -> Post:
    own_account(run)
    done(run, "company", "add", "--name", "Acme", "--domain", "acme.example")
    done(run, "contact", "add", "--name", "Bob", "--email", "bob@acme.example")
    return Post(run, tmp_path)


def test_mail_from_a_contact_is_linked_to_it_and_its_company(run: Run, post: Post) -> None:
    done(run, "contact", "set", "Bob", "company=Acme")
    message = post.deliver("1", *FROM_BOB)
    assert links(run, message) == {"Bob": "address", "Acme": "company"}


def test_mail_to_a_contact_is_linked_to_it(run: Run, post: Post) -> None:
    message = post.deliver("1", f"From: {OWN}", "To: BOB@Acme.Example", "Subject: x")
    assert links(run, message) == {"Bob": "address", "Acme": "domain"}


def test_who_wrote_decides_before_who_else_got_it(run: Run, post: Post) -> None:
    done(run, "contact", "add", "--name", "Cy", "--email", "cy@other.example")
    message = post.deliver("1", *FROM_BOB, "Cc: cy@other.example")
    assert links(run, message) == {"Bob": "address", "Acme": "domain"}


def test_everybody_who_is_written_to_is_linked(run: Run, post: Post) -> None:
    done(run, "contact", "add", "--name", "Cy", "--email", "cy@other.example")
    fields = (f"From: {OWN}", "To: bob@acme.example", "Bcc: cy@other.example", "Subject: x")
    assert set(links(run, post.deliver("1", *fields))) == {"Bob", "Cy", "Acme"}


def test_where_the_sender_is_unknown_reply_to_comes_before_the_recipients(
    run: Run, post: Post
) -> None:
    done(run, "contact", "add", "--name", "Cy", "--email", "cy@other.example")
    fields = ("From: no-reply@forms.example", "Reply-To: bob@acme.example", "To: cy@other.example")
    assert set(links(run, post.deliver("1", *fields, "Subject: x"))) == {"Bob", "Acme"}


def test_what_a_display_name_says_counts_for_nothing(run: Run, post: Post) -> None:
    fields = ('From: "bob@acme.example" <mallory@evil.example>', f"To: {OWN}", "Subject: x")
    assert links(run, post.deliver("1", *fields)) == {}


def test_colleagues_are_never_linked_as_customers(run: Run, post: Post) -> None:
    done(run, "contact", "add", "--name", "Colleague", "--email", "zoe@corp.example")
    done(run, "company", "add", "--name", "Ourselves", "--domain", "corp.example")
    internal = post.deliver("1", "From: zoe@corp.example", f"To: {OWN}", "Subject: x")
    assert links(run, internal) == {}
    outgoing = post.deliver("2", "From: zoe@corp.example", "To: bob@acme.example", "Subject: y")
    assert links(run, outgoing) == {"Bob": "address", "Acme": "domain"}


def test_an_alias_makes_an_insider_of_old_mail_too(run: Run, post: Post) -> None:
    done(run, "contact", "add", "--name", "Me", "--email", "ada@private.example")
    message = post.deliver("1", "From: ada@private.example", f"To: {OWN}", "Subject: x")
    assert links(run, message) == {"Me": "address"}
    done(run, "account", "set", OWN, "aliases=ada@private.example")
    assert links(run, message) == {}
    done(run, "account", "set", OWN, "aliases=")
    assert links(run, message) == {"Me": "address"}


def test_a_new_account_makes_insiders_of_its_domain_and_lets_them_go_with_it(
    run: Run, post: Post
) -> None:
    message = post.deliver("1", *FROM_BOB)
    own_account(run, "eve@acme.example")
    assert links(run, message) == {}
    done(run, "account", "remove", "eve@acme.example", "--yes")
    assert links(run, message) == {"Bob": "address", "Acme": "domain"}


@pytest.mark.parametrize(
    ("known", "written"),
    [
        ("bob@acme.example", "bob+shop@acme.example"),
        ("b.o.b@gmail.com", "bob@googlemail.com"),
        ("bob@gmail.com", "B.ob+x@gmail.com"),
        ("bob.b@yandex.ru", "bob-b@ya.ru"),
        ("bob_b@proton.me", "bobb@protonmail.com"),
        ("bob@bücher.example", "bob@xn--bcher-kva.example"),
    ],
)
def test_every_spelling_of_a_mailbox_is_its_owners(
    run: Run, tmp_path: Path, known: str, written: str
) -> None:
    done(run, "contact", "add", "--name", "Bob", "--email", known)
    message = Post(run, tmp_path).deliver("1", f"From: {written}", f"To: {OWN}", "Subject: x")
    assert links(run, message) == {"Bob": "address"}


def test_a_mark_that_somebody_has_of_their_own_is_theirs(run: Run, post: Post) -> None:
    done(run, "contact", "add", "--name", "Shop", "--email", "bob+shop@acme.example")
    message = post.deliver("1", "From: bob+shop@acme.example", f"To: {OWN}", "Subject: x")
    assert set(links(run, message)) == {"Shop", "Acme"}


def test_of_several_contacts_with_one_address_nobody_wins(run: Run, post: Post) -> None:
    done(run, "contact", "set", "Bob", "company=Acme")
    twin = ("--name", "Beth", "--email", "bob@acme.example", "--company", "Acme")
    done(run, "contact", "add", *twin, "--allow-duplicate")
    message = post.deliver("1", *FROM_BOB)
    assert links(run, message) == {"Acme": "company"}
    assert candidates(run, message) == {"Bob", "Beth"}


def test_a_person_chooses_among_candidates(run: Run, post: Post) -> None:
    done(
        run, "contact", "add", "--name", "Beth", "--email", "bob@acme.example", "--allow-duplicate"
    )
    message = post.deliver("1", *FROM_BOB)
    done(run, "link", "add", message, "--to", "contact:Beth")
    assert links(run, message)["Beth"] == "manual"
    assert candidates(run, message) == set()
    done(run, "link", "run")
    assert links(run, message)["Beth"] == "manual"


def test_of_a_consultants_companies_the_domain_chooses(run: Run, post: Post) -> None:
    done(run, "company", "add", "--name", "Beta", "--domain", "beta.example")
    consultant = ("--email", "c@gmx.de", "--email", "c@beta.example")
    done(run, "contact", "add", "--name", "Con", *consultant, "--company", "Acme")
    done(run, "contact", "set", "Con", "company+=Beta")
    by_beta = post.deliver("1", "From: c@beta.example", f"To: {OWN}", "Subject: x")
    assert links(run, by_beta) == {"Con": "address", "Beta": "company"}
    private = post.deliver("2", "From: c@gmx.de", f"To: {OWN}", "Subject: y")
    assert links(run, private) == {"Con": "address"}
    assert candidates(run, private) == {"Acme", "Beta"}


def test_what_lies_below_a_companys_domain_is_its_own(run: Run, post: Post) -> None:
    below = post.deliver("1", "From: x@mail.eu.acme.example", f"To: {OWN}", "Subject: x")
    beside = post.deliver("2", "From: x@notacme.example", f"To: {OWN}", "Subject: y")
    assert (links(run, below), links(run, beside)) == ({"Acme": "domain"}, {})


def test_the_nearest_domain_counts(run: Run, post: Post) -> None:
    done(run, "company", "add", "--name", "Acme EU", "--domain", "eu.acme.example")
    message = post.deliver("1", "From: x@mail.eu.acme.example", f"To: {OWN}", "Subject: x")
    assert links(run, message) == {"Acme EU": "domain"}


@pytest.mark.parametrize("domain", ["gmail.com", "co.uk"])
def test_a_domain_that_many_share_is_no_companys(run: Run, tmp_path: Path, domain: str) -> None:
    run("company", "add", "--name", "Everybody", "--domain", domain)
    sender = f"x@{domain}" if domain == "gmail.com" else f"x@acme.{domain}"
    message = Post(run, tmp_path).deliver("1", f"From: {sender}", f"To: {OWN}", "Subject: x")
    assert links(run, message) == {}


def test_an_address_of_a_company_itself_is_linked_to_it(run: Run, post: Post) -> None:
    done(run, "company", "set", "Acme", "email=acme@gmx.de")
    message = post.deliver("1", "From: acme@gmx.de", f"To: {OWN}", "Subject: x")
    assert links(run, message) == {"Acme": "address"}


def test_a_forwarded_mails_people_are_not_its_own(run: Run, post: Post) -> None:
    body = "---------- Forwarded message ---------\r\nFrom: Bob <bob@acme.example>\r\n\r\nhi"
    fields = ("From: friend@else.example", f"To: {OWN}", "Subject: Fwd: x")
    assert links(run, post.deliver("1", *fields, body=body)) == {}


def test_broken_addresses_stop_nothing(run: Run, post: Post) -> None:
    fields = ("From: Bob <bob@acme.example>", "To: undisclosed-recipients:;, @@, <>", "Cc: x@")
    assert set(links(run, post.deliver("1", *fields, "Subject: x"))) == {"Bob", "Acme"}


def test_mail_in_the_list_of_messages_names_its_links(run: Run, post: Post) -> None:
    post.deliver("1", *FROM_BOB)
    (message,) = done(run, "message", "list")
    assert [(each["kind"], each["name"]) for each in message["links"]] == [
        ("contact", "Bob"),
        ("company", "Acme"),
    ]
    assert "About: contact Bob, company Acme" in run("message", "show", message["id"]).out


def test_a_second_run_changes_nothing(run: Run, post: Post) -> None:
    post.deliver("1", *FROM_BOB)
    told = done(run, "link", "run")
    assert (told["messages"], told["added"], told["removed"]) == (1, 0, 0)


def test_a_message_that_is_purged_takes_its_links_along(run: Run, post: Post) -> None:
    message = post.deliver("1", *FROM_BOB)
    assert run("message", "purge", message, "--yes").code == ExitCode.OK
    assert done(run, "link", "list") == []
    again = post.deliver("2", *FROM_BOB)
    assert set(links(run, again)) == {"Bob", "Acme"}
