"""Signatures: below the sender's words, above what is quoted, and there once."""

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.drafts import Signature
from mailctl.mail.compose import compose
from mailctl.mail.content import read_content
from mailctl.mail.signed import html_of, signed_html, signed_text, text_of
from tests.mail.test_compose import DRAFT, words

RICH = '<p><b>Ada</b><br>\n<img src="cid:logo.png"> A &amp; B</p>'
own_delimiters = re.compile(r"--\s*$", re.MULTILINE)
lines = (
    st.lists(words, min_size=1, max_size=4)
    .map("\n".join)
    .filter(lambda text: text.strip() and not own_delimiters.search(text))
)


@pytest.mark.parametrize(
    ("own", "signature", "expected"),
    [
        ("Hi", "Ada\nCorp", "Hi\n\n-- \nAda\nCorp\n"),
        ("Hi", "\n\nAda\n\n", "Hi\n\n-- \nAda\n"),
        ("Hi", "Ada\r\nCorp\r\n", "Hi\n\n-- \nAda\nCorp\n"),
        ("Hi\r\n\r\n-- \r\nAda\r\nCorp\r\n", "Ada\nCorp", "Hi\n\n-- \nAda\nCorp\n"),
        ("Hi\n\n-- \nAda\n\n\n", "Ada", "Hi\n\n-- \nAda\n"),
        ("Hi", "-- \nAda", "Hi\n\n-- \nAda\n"),
        ("Hi", "--\nAda", "Hi\n\n-- \nAda\n"),
        ("Hi", "-- \r\nAda", "Hi\n\n-- \nAda\n"),
        ("Hi", "--- Ada ---", "Hi\n\n-- \n--- Ada ---\n"),
        ("Dear Ada", "Ada", "Dear Ada\n\n-- \nAda\n"),
        ("Regards\nAda", "Ada", "Regards\nAda\n\n-- \nAda\n"),
        ("Hi", " \n \n", "Hi\n"),
        ("Hi", "-- \n", "Hi\n"),
        ("", "Ada", "-- \nAda\n"),
    ],
)
def test_the_text_is_signed_once(own: str, signature: str, expected: str) -> None:
    assert signed_text(replace(DRAFT, text=own, signature=Signature(signature))) == expected


@pytest.mark.parametrize(
    "own",
    [
        "<p>Dear Ada</p>",
        "<p>Regards Ada</p>",
        "<p>Ada, how are you?</p>",
        "<!-- Ada --><p>x</p>",
        '<p title="Ada">x</p>',
    ],
)
def test_a_name_in_the_words_is_no_signature(own: str) -> None:
    html = signed_html(replace(DRAFT, html=own, signature=Signature("Ada", "Ada")))
    assert html is not None
    assert html.startswith(own)
    assert html.count('<div class="signature">') == 1


@pytest.mark.parametrize(
    "own",
    [
        f"<p>Hi</p>{RICH}",
        f"<p>Hi</p>\n<div>{RICH}\n</div>\n",
        f"<html><body><p>Hi</p><div><div>{RICH}</div></div>\n</BODY></html>",
    ],
)
def test_html_that_ends_with_the_signature_is_not_signed_again(own: str) -> None:
    assert signed_html(replace(DRAFT, html=own, signature=Signature("", RICH))) == own


@pytest.mark.parametrize("end", ["</body>", "</BODY >", "</body></html>", ""])
def test_the_signature_stands_within_the_page(end: str) -> None:
    html = signed_html(
        replace(DRAFT, html=f"<html><body><p>Hi</p>{end}", signature=Signature("", RICH))
    )
    assert html is not None
    assert html.endswith(end)
    assert html.index("Hi") < html.index("<div>-- </div>") < html.index(RICH)


def test_a_signature_that_is_a_page_gives_what_it_shows() -> None:
    page = f"<!DOCTYPE html><html><head><title>x</title></head><body lang=de>{RICH}</body></html>"
    html = signed_html(replace(DRAFT, text="Hi", signature=Signature("", page)))
    assert html is not None
    assert RICH in html
    assert "<body" not in html
    assert "DOCTYPE" not in html


def test_a_text_signature_is_escaped_in_html() -> None:
    evil = Signature("</div><script>alert(1)</script> & <b>")
    html = signed_html(replace(DRAFT, html="<p>Hi</p>", signature=evil))
    assert html is not None
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &lt;b&gt;" in html


@given(lines, lines)
def test_signing_what_is_signed_changes_nothing(own: str, signature: str) -> None:
    draft = replace(DRAFT, text=own, signature=Signature(signature))
    once = signed_text(draft)
    assert signed_text(replace(draft, text=once)) == once
    rich = replace(draft, html=html_of(own), signature=Signature("", html_of(signature)))
    html = signed_html(rich)
    assert html is not None
    assert signed_html(replace(rich, html=html)) == html


@given(lines, lines, lines)
def test_words_signature_and_quote_stand_in_this_order(own: str, name: str, old: str) -> None:
    quote = "\n".join(f"> {line}" for line in old.splitlines())
    draft = replace(DRAFT, text=own, signature=Signature(name), quoted_text=quote)
    text = read_content(compose(draft).source).text
    mine, _, below = text.partition("\n-- \n")
    assert mine.strip() == own.strip()
    assert below.strip().endswith(quote.strip())
    assert below.count(name.strip()) >= 1


@given(lines)
def test_text_as_html_reads_the_same(text: str) -> None:
    shown = text_of(html_of(text)).replace("\u00a0", " ")
    assert [line.split() for line in shown.splitlines() if line.strip()] == [
        line.split() for line in text.splitlines() if line.strip()
    ]
