"""Templates filled from tables, and what is wrong with either."""

import contextlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.errors import BadUsage
from mailctl.mail.mailboxes import mailboxes
from mailctl.mail.templates import read_rows, read_template
from tests.mail.test_compose import LINE_ENDS

TEMPLATE = """\
To: {{ name }} <{{ email }}>
Subject: Invoice {{ number }}
X-Invoice: {{ number }}

Dear {{ name }},
{% if total > 100 %}a lot: {% endif %}{{ total }}
"""
ROW = {"name": "Ädä", "email": "ada@x.example", "number": "7", "total": 120}


def test_a_row_fills_head_and_text() -> None:
    filled = read_template(TEMPLATE).fill(ROW, 1)
    assert filled.fields == {"to": "Ädä <ada@x.example>", "subject": "Invoice 7"}
    assert filled.headers == (("X-Invoice", "7"),)
    assert filled.text == "Dear Ädä,\na lot: 120\n"


def test_values_are_escaped_in_html_and_in_nothing_else() -> None:
    filled = read_template("To: a\n\n{{ name }}", "<p>{{ name }}</p>").fill({"name": "<b>&"}, 1)
    assert (filled.text, filled.html) == ("<b>&", "<p>&lt;b&gt;&amp;</p>")


@pytest.mark.parametrize("name", ["Ada", "Müller, Jörg", 'A "B" \\ C', "x <y@z.example>", ""])
def test_a_name_of_any_kind_is_one_mailbox(name: str) -> None:
    template = read_template("To: {{ mailbox(name, email) }}\n\nx")
    filled = template.fill({"name": name, "email": "a@b.example"}, 1)
    assert list(mailboxes(filled.fields["to"])) == [(name, "a@b.example")]


@pytest.mark.parametrize(
    "address",
    [
        "x@a.example, evil@z.example",
        "x@a.example>, <evil@z.example",
        "x@a.example; evil@z.example",
        "x@a.example\nBcc: evil@z.example",
        "x@a.example\r\n",
        "<x@a.example>",
    ],
)
@pytest.mark.parametrize("name", ["Ada", ""])
def test_an_address_of_a_row_is_one_or_refused(name: str, address: str) -> None:
    template = read_template("To: {{ mailbox(name, email) }}\n\nx")
    with pytest.raises(BadUsage) as refused:
        template.fill({"name": name, "email": address}, 7)
    assert refused.value.sentence.startswith("row 7: ")
    assert refused.value.hint == "the columns of that row: name, email"


@given(st.text(max_size=40), st.sampled_from(["a@b.example", '"a b"@c.example', "ü@b.example"]))
def test_any_name_of_a_row_is_one_mailbox(name: str, address: str) -> None:
    template = read_template("To: {{ mailbox(name, email) }}\n\nx")
    filled = template.fill({"name": name, "email": address}, 1)
    ((found, to),) = mailboxes(filled.fields["to"])
    assert (found.split(), to) == (name.split(), address)


@pytest.mark.parametrize("character", LINE_ENDS, ids=ascii)
@pytest.mark.parametrize(
    "place", ["To", "Cc", "Bcc", "Reply-To", "Subject", "X-Own", "text", "html"]
)
def test_no_value_of_a_row_becomes_another_field(place: str, character: str) -> None:
    row = {place.replace("-", "_"): f"x{character}Bcc: evil@x.example"}
    value = "{{ " + place.replace("-", "_") + " }}"
    head = f"{place}: {value}\n" if place not in {"text", "html"} else "X-Own: x\n"
    template = read_template(
        f"{head}\n{value if place == 'text' else 'x'}", value if place == "html" else None
    )
    filled = template.fill(row, 1)
    own = [*filled.fields, *(name.lower() for name, _ in filled.headers)]
    assert own == [head.partition(":")[0].lower()]


def test_null_may_be_asked_about() -> None:
    template = read_template(
        "To: x\n\n{% if a %}no{% endif %}{{ a or 'friend' }}{{ 0 }}{{ false }}"
    )
    assert template.fill({"a": None}, 1).text == "friend0False"


@pytest.mark.parametrize(
    ("template", "fields"),
    [
        ("To: a\r\nSubject: b\r\n\r\nx", {"to": "a", "subject": "b"}),
        ("\ufeffTO: a\n\nx", {"to": "a"}),
        ("To: a,\n  b\n\nx", {"to": "a, b"}),
        ("To:a\n\nx", {"to": "a"}),
        ("To:\n\nx", {"to": ""}),
        ("To: {{ a }}: {# c #}b\n\nx", {"to": "{{ b }}: b"}),
    ],
)
def test_the_head_is_read_as_mail_is(template: str, fields: dict[str, str]) -> None:
    filled = read_template(template).fill({"a": "{{ b }}"}, 1)
    assert (filled.fields, filled.text) == (fields, "x")


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_template_is_read_or_refused(text: str, html: str) -> None:
    with contextlib.suppress(BadUsage):
        read_template(text, html).fill(ROW, 1)


@given(st.text(max_size=60), st.sampled_from(["csv", "json", "ndjson"]))
def test_any_data_is_read_or_refused(text: str, kind: str) -> None:
    with contextlib.suppress(BadUsage):
        list(read_rows(text, kind=kind))


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("To: {{ nothing }}\n\nx", "row 3"),
        ("To: a\n\n{{ name.secret }}", "row 3"),
        ("To: a\n\n{{ 1 / 0 }}", "row 3"),
        ("To: a\n\n{{ name + 1 }}", "row 3"),
        ("To: a\n\n{{ ''.__class__.__mro__ }}", "row 3"),
        ("To: a\n\n{{ range(9) }}", "row 3"),
    ],
)
def test_what_a_row_lacks_is_named_with_the_row(template: str, said: str) -> None:
    with pytest.raises(BadUsage) as refused:
        read_template(template).fill(ROW, 3)
    assert said in refused.value.sentence


@pytest.mark.parametrize(
    "template", ["no head\n\nx", "To: a\nTo: b\n\nx", "To: {{ a\n\nx", "To: a\n\n{% if %}"]
)
def test_a_template_that_is_none_is_refused(template: str) -> None:
    with pytest.raises(BadUsage) as refused:
        read_template(template)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("text", "kind", "rows"),
    [
        ("a,b\r\n1,2\r\n", "csv", [{"a": "1", "b": "2"}]),
        ('\ufeffa;b\n"1;2"\n', "csv", [{"a;b": "1;2"}]),
        ('a\n"x\ny"\n', "csv", [{"a": "x\ny"}]),
        ('[{"a": 1}]', "json", [{"a": 1}]),
        ('{"a": 1}\n\n{"a": 2}\n', "ndjson", [{"a": 1}, {"a": 2}]),
        ("a\n", "csv", []),
    ],
)
def test_rows_are_read(text: str, kind: str, rows: list[object]) -> None:
    assert list(read_rows(text, kind=kind)) == rows


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("a,b\n1\n", "csv"),
        ("a,b\n1,2,3\n", "csv"),
        ("a,a\n1,2\n", "csv"),
        ('a\n"open\n', "csv"),
        ("a\n" + "x" * (2 << 20), "csv"),
        ("{}", "json"),
        ("[1]", "json"),
        ("[", "json"),
        ("[" * 100_000, "json"),
        ('{"a": 1}\nx\n', "ndjson"),
    ],
)
def test_what_are_no_rows_is_refused(text: str, kind: str) -> None:
    with pytest.raises(BadUsage) as refused:
        list(read_rows(text, kind=kind))
    assert refused.value.hint


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.text(max_size=9)), max_size=4))
def test_json_rows_come_back(rows: list[dict[str, str]]) -> None:
    assert list(read_rows(json.dumps(rows), kind="json")) == rows


def test_a_template_cannot_run_away() -> None:
    began = time.process_time()
    long = "To: a\n\n{% for a in rows %}{% for b in rows %}{{ b * 99 }}{% endfor %}{% endfor %}"
    with pytest.raises(BadUsage):
        read_template(long).fill({"rows": ["x" * 99] * 2000}, 1)
    assert time.process_time() - began < 10
