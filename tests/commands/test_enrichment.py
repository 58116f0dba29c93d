"""enrich: what signatures say is proposed, taken, refused, taken back; nothing is overwritten."""

from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.commands.linked_mail import OWN, done, own_account
from tests.conftest import Run

SIGNATURE = """Hello,

the offer is attached.

Kind regards,
Bob Stone
Head of Purchasing
Acme Tools Ltd
Phone: +44 20 7946 0958
"""


class Letters:
    """Delivers letters of one sender, each a minute after the other."""

    def __init__(self, run: Run, directory: Path) -> None:
        self._run, self._directory, self._count = run, directory, 0

    def deliver(self, text: str, sender: str = "Bob Stone <bob@acme.example>") -> None:
        self._count += 1
        file = self._directory / f"letter{self._count}.eml"
        head = (
            f"From: {sender}\nTo: {OWN}\nSubject: x\nMessage-ID: <{self._count}@letters.example>\n"
            f"Date: Mon, 2 Nov 2026 10:{self._count:02}:00 +0000\n\n"
        )
        file.write_bytes((head + text).replace("\n", "\r\n").encode())
        done(self._run, "message", "import", str(file))


@pytest.fixture
def letters(run: Run, tmp_path: Path) -> Letters:
    own_account(run)
    done(run, "contact", "add", "--name", "Bob Stone", "--email", "bob@acme.example")
    return Letters(run, tmp_path)


def proposed(run: Run, *options: str) -> dict[str, dict[str, Any]]:
    found = done(run, "enrich", "list", *options)
    assert len({each["field"] for each in found}) == len(found), "two of one field"
    return {each["field"]: each for each in found}


def bob(run: Run) -> Any:
    return done(run, "contact", "show", "bob@acme.example")


def test_what_a_signature_says_and_the_contact_lacks_is_proposed(
    run: Run, letters: Letters
) -> None:
    letters.deliver(SIGNATURE)
    found = proposed(run)
    assert {field: each["value"] for field, each in found.items()} == {
        "job_title": "Head of Purchasing",
        "company": "Acme Tools Ltd",
        "phone": "+442079460958",
    }
    phone = found["phone"]
    assert (phone["contact"], phone["old"], phone["state"]) == (bob(run)["id"], None, "open")
    assert phone["sender"] == {"name": "Bob Stone", "address": "bob@acme.example"}
    assert phone["evidence"]["line"] == "Phone: +44 20 7946 0958"
    assert bob(run)["job_title"] == ""


def test_nothing_new_is_proposed_by_the_same_mail_and_by_reading_again(
    run: Run, letters: Letters
) -> None:
    letters.deliver(SIGNATURE)
    before = done(run, "enrich", "list")
    told = done(run, "enrich", "run")
    assert told["facts"] == 0
    assert done(run, "enrich", "list") == before
    assert done(run, "enrich", "run") == {"messages": 0, "facts": 0, "taken": 0, "waiting": 0}


@pytest.mark.parametrize("known", ["020 7946 0958", "+44 (0)20 7946-0958", "00442079460958"])
def test_a_phone_is_known_in_any_notation(run: Run, letters: Letters, known: str) -> None:
    done(run, "contact", "set", "bob@acme.example", f"phone={known}", "--region", "GB")
    letters.deliver(SIGNATURE)
    assert "phone" not in proposed(run)


def test_a_name_in_another_order_and_a_company_in_another_form_are_known(
    run: Run, letters: Letters
) -> None:
    done(run, "company", "add", "--name", "ACME Tools")
    done(run, "contact", "set", "bob@acme.example", "name=Stone, Bob", "company=ACME Tools")
    letters.deliver(SIGNATURE)
    assert set(proposed(run)) == {"job_title", "phone"}


def test_what_is_accepted_is_the_contacts_and_its_links_follow(run: Run, letters: Letters) -> None:
    letters.deliver(SIGNATURE)
    made = done(run, "enrich", "accept", "--all")
    assert {each["state"] for each in made} == {"accepted"}
    contact = bob(run)
    assert (contact["job_title"], contact["company"]) == ("Head of Purchasing", "Acme Tools Ltd")
    assert [each["value"] for each in contact["phones"]] == ["+442079460958"]
    assert proposed(run) == {}
    (company,) = done(run, "company", "list")
    assert company["domains"] == ["acme.example"]
    assert {each["name"] for each in done(run, "link", "list")} == {"Bob Stone", "Acme Tools Ltd"}


def test_every_accepted_fact_is_undone(run: Run, letters: Letters) -> None:
    letters.deliver(SIGNATURE)
    before = bob(run)
    made = done(run, "enrich", "accept", "--all")
    done(run, "enrich", "undo", *(each["id"] for each in made))
    after = bob(run)
    assert {**after, "changed_at": None} == {**before, "changed_at": None}
    assert done(run, "company", "list") == []
    assert proposed(run) == {}
    assert len(done(run, "enrich", "list", "--state", "undone")) == 3


def test_a_fact_is_undone_after_a_merge(run: Run, letters: Letters) -> None:
    letters.deliver(SIGNATURE)
    phone = proposed(run)["phone"]["id"]
    done(run, "enrich", "accept", phone)
    done(run, "contact", "add", "--name", "Robert Stone", "--email", "robert@acme.example")
    done(run, "contact", "merge", "robert@acme.example", "bob@acme.example")
    assert len(bob(run)["phones"]) == 1
    done(run, "enrich", "undo", phone)
    assert bob(run)["phones"] == []


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("job_title", "job-title=Boss"),
        ("phone", "phone-=+442079460958"),
        ("phone", "phone=+442079460958|fax"),
        ("company", "company="),
    ],
)
def test_undoing_is_refused_where_the_value_was_changed_since(
    run: Run, letters: Letters, field: str, change: str
) -> None:
    letters.deliver(SIGNATURE)
    fact = proposed(run)[field]["id"]
    done(run, "enrich", "accept", fact)
    done(run, "contact", "set", "bob@acme.example", change)
    refused = run("enrich", "undo", fact)
    assert refused.code == ExitCode.CONFLICT
    assert "changed since" in refused.err


def test_undoing_is_refused_where_the_contact_is_gone_and_of_what_was_not_accepted(
    run: Run, letters: Letters
) -> None:
    letters.deliver(SIGNATURE)
    found = proposed(run)
    assert run("enrich", "undo", found["phone"]["id"]).code == ExitCode.CONFLICT
    done(run, "enrich", "accept", found["phone"]["id"])
    run("contact", "remove", "bob@acme.example", "--yes")
    assert run("enrich", "undo", found["phone"]["id"]).code == ExitCode.CONFLICT


def test_what_is_rejected_never_returns(run: Run, letters: Letters) -> None:
    letters.deliver(SIGNATURE)
    done(run, "enrich", "reject", proposed(run)["phone"]["id"])
    letters.deliver(SIGNATURE)
    done(run, "enrich", "run")
    assert "phone" not in proposed(run)


def test_a_newer_statement_is_proposed_against_an_older_one(run: Run, letters: Letters) -> None:
    letters.deliver(SIGNATURE)
    done(run, "enrich", "accept", proposed(run)["job_title"]["id"])
    letters.deliver(SIGNATURE.replace("Head of Purchasing", "Managing Director"))
    title = proposed(run)["job_title"]
    assert (title["old"], title["value"]) == ("Head of Purchasing", "Managing Director")


def test_only_the_newest_title_is_proposed_in_whatever_order_mail_comes(
    run: Run, letters: Letters
) -> None:
    letters.deliver(SIGNATURE.replace("Head of Purchasing", "Managing Director"))
    letters.deliver(SIGNATURE)
    assert proposed(run)["job_title"]["value"] == "Head of Purchasing"


def test_what_a_person_typed_is_proposed_against_and_never_overwritten_unasked(
    run: Run, letters: Letters
) -> None:
    done(run, "contact", "set", "bob@acme.example", "job-title=Buyer")
    done(run, "enrich", "policy", "all=auto:0.1")
    letters.deliver(SIGNATURE)
    contact = bob(run)
    assert contact["job_title"] == "Buyer"
    assert [each["value"] for each in contact["phones"]] == ["+442079460958"]
    assert proposed(run)["job_title"]["old"] == "Buyer"


def test_what_was_taken_from_mail_is_followed_unasked_where_the_policy_says_so(
    run: Run, letters: Letters
) -> None:
    done(run, "enrich", "policy", "job_title=auto:0.1")
    letters.deliver(SIGNATURE)
    assert bob(run)["job_title"] == "Head of Purchasing"
    letters.deliver(SIGNATURE.replace("Head of Purchasing", "Managing Director"))
    assert bob(run)["job_title"] == "Managing Director"


def test_a_field_that_is_off_is_not_proposed(run: Run, letters: Letters) -> None:
    done(run, "enrich", "policy", "phone=off")
    letters.deliver(SIGNATURE)
    assert "phone" not in proposed(run)
    done(run, "enrich", "policy", "phone=propose")
    assert "phone" in proposed(run)


def test_own_mail_says_nothing(run: Run, letters: Letters) -> None:
    letters.deliver(SIGNATURE, sender=f"Ada <{OWN}>")
    assert done(run, "enrich", "list", "--unknown") == []


def test_a_sender_who_is_no_contact_is_proposed_as_accounts_say(run: Run, letters: Letters) -> None:
    run("contact", "remove", "bob@acme.example", "--yes")
    letters.deliver(SIGNATURE)
    assert done(run, "enrich", "list") == []
    unknown = proposed(run, "--unknown")
    assert unknown["phone"]["contact"] is None
    done(run, "enrich", "accept", unknown["phone"]["id"])
    assert bob(run)["name"] == "Bob Stone"
    assert [each["value"] for each in bob(run)["phones"]] == ["+442079460958"]


def test_of_two_contacts_with_one_address_the_name_tells_who_it_is(
    run: Run, letters: Letters
) -> None:
    twin = ("--name", "Beth Stone", "--email", "bob@acme.example", "--allow-duplicate")
    done(run, "contact", "add", *twin)
    letters.deliver(SIGNATURE)
    assert {each["contact_name"] for each in proposed(run).values()} == {"Bob Stone"}
    done(run, "contact", "set", "Bob Stone", "name=B. S.")
    assert proposed(run) == {}


def test_who_writes_from_another_address_is_known_by_one_in_the_signature(
    run: Run, letters: Letters
) -> None:
    letters.deliver(SIGNATURE + "E-Mail: bob@acme.example\n", sender="Bob Stone <b.s@gmx.de>")
    found = proposed(run)
    assert {each["matched_by"] for each in found.values()} == {"signature"}
    assert found["email"]["value"] == "b.s@gmx.de"
    done(run, "enrich", "accept", "--all")
    emails = [each["value"] for each in bob(run)["emails"]]
    assert emails == ["bob@acme.example", "b.s@gmx.de"]


def test_who_is_known_by_name_alone_is_proposed_and_never_taken_unasked(
    run: Run, letters: Letters
) -> None:
    done(run, "enrich", "policy", "all=auto:0.1")
    letters.deliver(SIGNATURE, sender="Bob Stone <mallory@evil.example>")
    assert bob(run)["phones"] == []
    phone = proposed(run)["phone"]
    assert (phone["matched_by"], phone["sender"]["address"]) == ("name", "mallory@evil.example")


def test_a_further_address_is_proposed_though_its_company_is_known(
    run: Run, letters: Letters
) -> None:
    done(run, "company", "add", "--name", "Acme Tools", "--domain", "acme.example")
    letters.deliver(SIGNATURE + "E-Mail: bob.stone@acme.example\n")
    assert proposed(run)["email"]["value"] == "bob.stone@acme.example"


def test_the_address_of_another_contact_is_not_taken(run: Run, letters: Letters) -> None:
    done(run, "contact", "add", "--name", "Eve", "--email", "eve@acme.example")
    letters.deliver(SIGNATURE + "E-Mail: eve@acme.example\n")
    assert "email" not in proposed(run)


@pytest.mark.parametrize(
    "words",
    [
        ("accept",),
        ("accept", "prp_x", "--all"),
        ("policy", "phone=sometimes"),
        ("policy", "phone"),
        ("policy", "shoe=auto"),
        ("policy", "phone=auto:2"),
        ("list", "--state", "lost"),
    ],
)
def test_what_cannot_be_meant_is_refused(run: Run, words: tuple[str, ...]) -> None:
    assert run("enrich", *words).code == ExitCode.USAGE


@pytest.mark.parametrize("verb", ["accept", "reject", "undo", "show"])
def test_what_is_not_there_is_not_found(run: Run, verb: str) -> None:
    assert run("enrich", verb, "prp_nothing").code == ExitCode.NOT_FOUND


def test_policies_are_listed(run: Run) -> None:
    done(run, "enrich", "policy", "name=auto:0.95")
    found = {
        each["field"]: (each["policy"], each["threshold"]) for each in done(run, "enrich", "policy")
    }
    assert found["name"] == ("auto", 0.95)
    assert found["phone"] == ("propose", None)


def test_one_proposal_is_shown_with_its_line(run: Run, letters: Letters) -> None:
    letters.deliver(SIGNATURE)
    phone = proposed(run)["phone"]["id"]
    assert done(run, "enrich", "show", phone)["evidence"]["line"] == "Phone: +44 20 7946 0958"
