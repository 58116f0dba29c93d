"""link rule: numbers in mail mean records, in the order of the rules."""

import json
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.commands.linked_mail import OWN, Post, candidates, done, links, own_account
from tests.conftest import Run

FROM = ("From: bob@acme.example", f"To: {OWN}")
INVOICES = ("--name", "invoices", "--match", r"Inv-(\d+)", "--to", "record:invoice")


@pytest.fixture
def post(run: Run, tmp_path: Path) -> Post:
    own_account(run)
    done(run, "record", "type", "add", "invoice", "--field", "order")
    done(run, "record", "add", "invoice:4711")
    return Post(run, tmp_path)


def test_a_number_in_the_subject_links_the_record_that_has_it(run: Run, post: Post) -> None:
    done(run, "link", "rule", "add", *INVOICES)
    message = post.deliver("1", *FROM, "Subject: your INV-4711")
    assert links(run, message) == {"4711": "rule"}
    (link,) = done(run, "link", "list", "--message", message)
    assert (link["rule"], link["place"], link["evidence"]) == ("invoices", "subject", "4711")


def test_a_number_that_no_record_has_links_nothing(run: Run, post: Post) -> None:
    done(run, "link", "rule", "add", *INVOICES)
    assert links(run, post.deliver("1", *FROM, "Subject: Inv-4712 or inv-47")) == {}


def test_a_record_that_is_added_later_links_old_mail(run: Run, post: Post) -> None:
    done(run, "link", "rule", "add", *INVOICES)
    message = post.deliver("1", *FROM, "Subject: x", body="as for Inv-5000, thanks")
    done(run, "record", "add", "invoice:5000")
    assert links(run, message) == {"5000": "rule"}
    done(run, "record", "set", "invoice:5000", "number=5001")
    assert links(run, message) == {}
    done(run, "record", "set", "invoice:5001", "number=5000")
    assert links(run, message) == {"5000": "rule"}


def test_a_rule_that_is_added_later_links_old_mail(run: Run, post: Post) -> None:
    message = post.deliver("1", *FROM, "Subject: x", body="see inv-4711")
    other = post.deliver("2", *FROM, "Subject: y")
    done(run, "link", "rule", "add", *INVOICES)
    assert (links(run, message), links(run, other)) == ({"4711": "rule"}, {})
    run("link", "rule", "remove", "invoices", "--yes")
    assert links(run, message) == {}


def test_only_mail_that_a_new_rule_finds_something_in_is_touched(run: Run, post: Post) -> None:
    message = post.deliver("1", *FROM, "Subject: inv-4711")
    done(run, "contact", "add", "--name", "Bob", "--email", "bob@acme.example")
    before = {link["made_at"] for link in done(run, "link", "list", "--message", message)}
    done(run, "link", "rule", "add", *INVOICES)
    found = {each["step"]: each["made_at"] for each in done(run, "link", "list")}
    assert before == {found["address"]}


def test_a_rule_looks_only_where_it_is_told_to(run: Run, post: Post) -> None:
    done(run, "link", "rule", "add", *INVOICES, "--in", "subject")
    assert links(run, post.deliver("1", *FROM, "Subject: x", body="Inv-4711")) == {}
    done(run, "link", "rule", "set", "invoices", "in=body")
    assert len(done(run, "link", "list")) == 1


@pytest.mark.parametrize("body", ["Rechnung für Sie: Inv-4711", "請求書 Inv-4711 です", "Inv-4711"])
def test_texts_of_every_script_are_looked_into(run: Run, post: Post, body: str) -> None:
    done(run, "link", "rule", "add", *INVOICES)
    fields = (*FROM, "Subject: x", "Content-Type: text/plain; charset=utf-8")
    assert links(run, post.deliver("1", *fields, body=body)) == {"4711": "rule"}


def test_words_of_other_scripts_can_be_searched_for(run: Run, post: Post) -> None:
    rule = ("--name", "jp", "--match", "請求書(?P<number>[0-9]+)", "--to", "record:invoice")
    done(run, "link", "rule", "add", *rule)
    fields = (*FROM, "Subject: x", "Content-Type: text/plain; charset=utf-8")
    message = post.deliver("1", *fields, body="請求書4711です")
    assert links(run, message) == {"4711": "rule"}


def test_the_first_rule_that_finds_a_record_of_a_type_decides(run: Run, post: Post) -> None:
    done(run, "record", "add", "invoice:1")
    second = ("--name", "any", "--match", r"(\d+)", "--to", "record:invoice")
    done(run, "link", "rule", "add", *second)
    message = post.deliver("1", *FROM, "Subject: Inv-4711 of day 1")
    assert set(links(run, message)) == {"4711", "1"}
    done(run, "link", "rule", "add", *INVOICES, "--position", "5")
    assert links(run, message) == {"4711": "rule"}
    done(run, "link", "rule", "set", "invoices", "enabled=false")
    assert set(links(run, message)) == {"4711", "1"}
    done(run, "link", "rule", "set", "invoices", "enabled=true", "position=99")
    assert set(links(run, message)) == {"4711", "1"}
    run("link", "rule", "remove", "any", "--yes")
    assert links(run, message) == {"4711": "rule"}


def test_records_are_made_where_a_rule_says_so(run: Run, post: Post) -> None:
    done(run, "record", "type", "add", "case", "--mask", "C-###")
    case = ("--name", "cases", "--match", r"\b(C-\d+)\b", "--to", "record:case", "--create")
    done(run, "link", "rule", "add", *case)
    message = post.deliver("1", *FROM, "Subject: C-123 and C-1234567")
    assert links(run, message) == {"C-123": "rule"}
    (record,) = done(run, "record", "list", "--type", "case")
    assert record["source"] == "rule:cases"


def test_a_value_may_be_a_field_of_records_and_mean_several(run: Run, post: Post) -> None:
    for number in ("1", "2"):
        done(run, "record", "add", f"invoice:{number}", "--field", "order=A 77")
    done(run, "record", "set", "invoice:4711", "order=a 78")
    orders = ("--name", "orders", "--match", r"order (A\s+\d+)", "--to", "record:invoice")
    done(run, "link", "rule", "add", *orders, "--by", "order")
    one = post.deliver("1", *FROM, "Subject: your order a  78")
    several = post.deliver("2", *FROM, "Subject: your order A 77")
    assert links(run, one) == {"4711": "rule"}
    assert (links(run, several), candidates(run, several)) == ({}, {"1", "2"})


def test_rules_are_listed_in_their_order_with_their_hits(run: Run, post: Post) -> None:
    post.deliver("1", *FROM, "Subject: Inv-4711")
    done(run, "link", "rule", "add", *INVOICES)
    first = ("--name", "first", "--match", "zzz(z+)", "--to", "invoice", "--position", "1")
    done(run, "link", "rule", "add", *first)
    rules = done(run, "link", "rule", "list")
    assert [(each["name"], each["position"], each["hits"]) for each in rules] == [
        ("first", 1, 0),
        ("invoices", 10, 1),
    ]


@pytest.mark.parametrize(
    ("options", "why"),
    [
        (("--match", "(?=x)y"), "RE2"),
        (("--match", r"(x)\1"), "RE2"),
        (("--match", "(unclosed"), "cannot be searched for"),
        (("--match", "((a{100}){100}){100}"), "cannot be searched for"),
        (("--match", r"\d*"), "every text"),
        (("--match", ""), "characters"),
        (("--match", "x", "--in", "header"), "subject, body"),
        (("--match", "x", "--by", "colour"), "colour"),
        (("--match", "x", "--by", "title", "--create"), "by their number"),
        (("--match", "x", "--position", "-1"), "position"),
        (("--match", "x", "--name", ""), "name"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(
    run: Run, post: Post, options: tuple[str, ...], why: str
) -> None:
    ran = run("link", "rule", "add", "--name", "r", "--to", "record:invoice", *options)
    assert ran.code == ExitCode.USAGE
    assert why in ran.err
    assert done(run, "link", "rule", "list") == []


def test_a_rule_to_no_type_and_one_of_a_taken_name_are_refused(run: Run, post: Post) -> None:
    ran = run("link", "rule", "add", "--name", "r", "--match", "x", "--to", "record:deal")
    assert ran.code == ExitCode.NOT_FOUND
    done(run, "link", "rule", "add", *INVOICES)
    assert run("link", "rule", "add", *INVOICES).code == ExitCode.CONFLICT
    assert run("link", "rule", "set", "nobody", "in=body").code == ExitCode.NOT_FOUND


def test_what_a_rule_compares_and_links_to_is_not_taken_away_unasked(run: Run, post: Post) -> None:
    done(run, "link", "rule", "add", *INVOICES, "--by", "order")
    assert run("record", "type", "set", "invoice", "fields-=order").code == ExitCode.CONFLICT
    run("record", "remove", "invoice:4711", "--yes")
    assert run("record", "type", "remove", "invoice").code == ExitCode.GUARD
    done(run, "record", "type", "remove", "invoice", "--yes")
    assert done(run, "link", "rule", "list") == []


def test_a_rule_with_links_is_not_removed_unasked(run: Run, post: Post) -> None:
    post.deliver("1", *FROM, "Subject: Inv-4711")
    done(run, "link", "rule", "add", *INVOICES)
    assert run("link", "rule", "remove", "invoices").code == ExitCode.GUARD
    assert len(done(run, "link", "list", "--rule", "invoices")) == 1


def test_rules_are_tried_at_a_message_and_at_a_file(run: Run, post: Post, tmp_path: Path) -> None:
    done(run, "link", "rule", "add", *INVOICES)
    message = post.deliver("1", *FROM, "Subject: Inv-4711", body="and inv-9")
    expected = [("subject", "4711", ["4711"], "linked"), ("body", "9", [], "no invoice has it")]
    for words in (("--message", message), ("--file", str(tmp_path / "1.eml"))):
        hits = done(run, "link", "rule", "test", *words)
        assert [(e["place"], e["value"], e["records"], e["outcome"]) for e in hits] == expected
    assert run("link", "rule", "test").code == ExitCode.USAGE
    assert run("link", "rule", "test", "--file", "/nowhere.eml").code == ExitCode.USAGE


def test_no_text_takes_a_rule_long(run: Run, post: Post) -> None:
    slow = ("--name", "slow", "--match", "(a*)*b(c+)", "--to", "record:invoice")
    done(run, "link", "rule", "add", *slow)
    assert links(run, post.deliver("1", *FROM, "Subject: x", body="a" * 200_000)) == {}


def test_a_list_of_numbers_is_no_reference(run: Run, post: Post) -> None:
    done(run, "link", "rule", "add", *INVOICES)
    body = " ".join(f"inv-{number}" for number in range(4600, 4800))
    assert links(run, post.deliver("1", *FROM, "Subject: x", body=body)) == {}


def test_an_explanation_tells_every_step(run: Run, post: Post) -> None:
    done(run, "contact", "add", "--name", "Bob", "--email", "bob@acme.example")
    done(run, "link", "rule", "add", *INVOICES)
    message = post.deliver("1", *FROM, "Cc: x@x.example", "Subject: Inv-4711 and Inv-1")
    told = done(run, "link", "explain", message)
    assert [(e["kind"], e["step"], e["rule"], e["manual"]) for e in told["links"]] == [
        ("contact", "address", None, False),
        ("record:invoice", "rule", "invoices", False),
    ]
    steps = [(each["step"], each["compared"]) for each in told["steps"]]
    assert steps == [
        ("address", "from bob@acme.example"),
        ("insiders", f"to {OWN}"),
        ("address", "cc x@x.example"),
        ("rule invoices", "subject '4711'"),
        ("rule invoices", "subject '1'"),
    ]
    outcomes = [each["outcome"].partition(":")[0] for each in told["steps"]]
    assert outcomes[0] == "linked"
    assert outcomes[3:] == ["linked", "no invoice has it"]
    assert "no contact, and no company" in told["steps"][2]["outcome"]
    assert "is linked to:" in run("link", "explain", message).out
    assert json.loads(run("link", "explain", message, "-o", "json").out) == told
