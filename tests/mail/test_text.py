"""What a person reads of a message."""

import time

import pytest

from mailctl.mail.text import readable_text
from tests.mail.test_parse import multipart

PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n\r\nthe plain text"
HTML = b"Content-Type: text/html; charset=utf-8\r\n\r\n<p>the HTML text</p>"


def of_html(html: bytes) -> str:
    return readable_text(b"Content-Type: text/html; charset=utf-8\r\n\r\n" + html)


def test_plain_text_is_preferred_wherever_it_stands() -> None:
    mail = multipart(HTML, PLAIN, kind=b"alternative")
    assert readable_text(mail) == "the plain text"


def test_texts_that_are_no_alternatives_are_all_read() -> None:
    assert readable_text(multipart(HTML, PLAIN)) == "the HTML text\n\nthe plain text"


def test_a_text_that_stands_there_twice_is_read_once() -> None:
    html = HTML.replace(b"HTML", b"plain")
    assert readable_text(multipart(PLAIN, html, PLAIN)) == "the plain text"


def test_of_nested_alternatives_one_is_read() -> None:
    inner = b"Content-Type: multipart/%s; boundary=i\r\n\r\n--i\r\n%s\r\n--i\r\n%s\r\n--i--"
    related = inner % (b"related", HTML, b"Content-Type: image/png\r\n\r\nx")
    alternative = inner % (b"alternative", PLAIN, related)
    footer = b"\r\nthe footer"
    assert readable_text(multipart(alternative, footer)) == "the plain text\n\nthe footer"
    mixed = inner % (b"mixed", HTML, HTML.replace(b"HTML", b"second HTML"))
    assert readable_text(multipart(PLAIN, mixed, kind=b"alternative")) == "the plain text"
    assert (
        readable_text(multipart(b"\r\n ", mixed, kind=b"alternative"))
        == "the HTML text\n\nthe second HTML text"
    )


def test_html_is_read_where_there_is_nothing_else() -> None:
    assert readable_text(multipart(HTML)) == "the HTML text"


def test_html_is_read_where_the_plain_part_is_blank() -> None:
    blank = b"Content-Type: text/plain\r\n\r\n \r\n"
    assert readable_text(multipart(blank, HTML, kind=b"alternative")) == "the HTML text"


def test_an_attachment_is_not_taken_for_the_text() -> None:
    notes = b"Content-Type: text/plain\r\nContent-Disposition: attachment\r\n\r\nnotes"
    assert readable_text(multipart(notes, HTML)) == "the HTML text"


def test_a_forwarded_message_is_not_taken_for_the_text() -> None:
    forwarded = b"Content-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\nthe forwarded text"
    assert readable_text(multipart(forwarded, HTML)) == "the HTML text"


def test_a_mail_without_text_has_none() -> None:
    assert readable_text(multipart(b"Content-Type: image/png\r\n\r\nx")) == ""


def test_a_mail_without_a_type_is_plain_text() -> None:
    assert readable_text(b"Subject: x\r\n\r\nline\r\nline\r\n\r\n") == "line\nline"


@pytest.mark.parametrize(
    ("field", "octets", "text"),
    [
        (b"charset=iso-8859-1", b"gr\xfcn", "grün"),
        (b"charset=utf-8", b"gr\xc3\xbcn", "grün"),
        (b"charset=us-ascii", b"gr\xfcn", "grün"),
        (b"charset=x-unknown", b"gr\xc3\xbcn", "grün"),
        (b"charset=rot13", b"gruen", "gruen"),
        (b"charset=idna", b"gr\xfcn", "grün"),
        (b"charset*=us-ascii''a; charset*0=b", b"gruen", "gruen"),
        (b"charset=utf-8\r\nContent-Transfer-Encoding: base64", b"Z3LDvG4=", "grün"),
        (b"charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable", b"gr=C3=BCn", "grün"),
    ],
)
def test_text_is_decoded_by_its_charset_or_a_guess(field: bytes, octets: bytes, text: str) -> None:
    assert readable_text(b"Content-Type: text/plain; " + field + b"\r\n\r\n" + octets) == text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        (b"<p>one</p><p>two</p>", "one\n\ntwo"),
        (b"<div>one</div>two", "one\ntwo"),
        (b"<div>one</div><b>two</b>", "one\ntwo"),
        (b"one<br>two<br/>three", "one\ntwo\nthree"),
        (b"<table><tr><td>Phone</td><td>+49</td></tr><tr><td>x</td></tr></table>", "Phone +49\nx"),
        (b"o<b>n</b>e  two&nbsp;three &lt;four&gt;", "one two three <four>"),
        (b"<head><title>no</title></head><style>no</style><script>no</script>yes", "yes"),
        (b"<template>no</template><!-- no -->yes", "yes"),
        (b"<p>one</p><div><br></div><p>two</p>", "one\n\ntwo"),
        (b"<script>never closed", ""),
        (b"", ""),
        (b"<", "<"),
        (b"<p>gr\xc3\xbcn", "grün"),
    ],
)
def test_html_is_read_as_a_browser_shows_it(html: bytes, text: str) -> None:
    assert of_html(html) == text


@pytest.mark.parametrize(
    "html",
    [
        b"<!--" * 50_000,
        b"<div>" * 100_000 + b"end",
        b"<ul><li>" * 50_000 + b"end",
        b"<a><div>" * 50_000 + b"end",
        b"<b><p>" * 50_000 + b"end",
        b"<div " + b" ".join(b"a%d=1" % number for number in range(50_000)) + b">end",
        b"<a <b " * 50_000,
        b"<" * 200_000,
        b"&" * 200_000,
        b"</p>" * 50_000 + b"end",
    ],
    ids=lambda html: html[:8].decode(),
)
def test_hostile_html_is_read_in_good_time(html: bytes) -> None:
    started = time.process_time()
    of_html(html)
    assert time.process_time() - started < 5


def test_what_is_nested_too_deep_keeps_its_words() -> None:
    assert of_html(b"<div>" * 5_000 + b"end") == "end"


def test_many_blocks_side_by_side_are_all_read() -> None:
    text = of_html(b"".join(b"<div>%d</div>" % number for number in range(3_000)))
    assert text.splitlines() == [str(number) for number in range(3_000)]
