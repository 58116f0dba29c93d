"""Templates filled from tables, and what is wrong with either."""

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.errors import BadUsage
from mailctl.mail.mailboxes import mailboxes
from mailctl.mail.templates import read_rows, read_template

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
    with pytest.raises(BadUsage):
        list(read_rows(text, kind=kind))


@given(st.lists(st.dictionaries(st.sampled_from("abc"), st.text(max_size=9)), max_size=4))
def test_json_rows_come_back(rows: list[dict[str, str]]) -> None:
    assert list(read_rows(json.dumps(rows), kind="json")) == rows


def test_a_template_cannot_run_away() -> None:
    began = time.monotonic()
    long = "To: a\n\n{% for a in rows %}{% for b in rows %}{{ b * 99 }}{% endfor %}{% endfor %}"
    with pytest.raises(BadUsage):
        read_template(long).fill({"rows": ["x" * 99] * 2000}, 1)
    assert time.monotonic() - began < 10
