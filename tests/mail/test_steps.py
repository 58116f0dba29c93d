"""Twice as much mail takes twice as many steps: counted, for clocks lie on a busy machine."""

import sys
import time
from base64 import b64encode
from collections.abc import Callable
from types import FrameType

import pytest

from mailctl.mail.content import read_content
from mailctl.mail.parse import read_envelope
from mailctl.mail.text import searchable_words
from tests.mail.nasty.table import file, html, mail, parts, text
from tests.mail.nasty.tnef_maker import (
    attribute,
    message_within,
    old_file,
    properties,
    tnef,
    variable,
)

SMALL = 400
LARGE = 40_000
SLACK = 2_000
LONG_S = 8.0


def calendar(lines: bytes) -> bytes:
    return text(b"BEGIN:VEVENT\r\n" + lines + b"END:VEVENT\r\n", b"text/calendar")


def winmail(*attributes: bytes) -> bytes:
    return text(b64encode(tnef(*attributes)), b"application/ms-tnef", b"base64")


def report(lines: bytes) -> bytes:
    return text(b"Reporting-MTA: x\r\n\r\n" + lines, b"message/delivery-status")


GROWING: dict[str, Callable[[int], bytes]] = {
    "fields": lambda n: mail(header=b"X: y\r\n" * n),
    "From fields": lambda n: b"From: a@b.example\r\n" * n + mail(),
    "folded lines": lambda n: mail(subject=b"x\r\n y" * n),
    "encoded words": lambda n: mail(subject=b"=?utf-8?Q?a?= " * n),
    "encoded words without ends": lambda n: mail(subject=b"=?utf-8?Q?a" * n),
    "question marks in an encoded word": lambda n: mail(subject=b"=?utf-8?Q?" + b"?=20" * n),
    "people": lambda n: mail(header=b"To: " + b"A B <a@b.example>, " * n + b"\r\n"),
    "references": lambda n: mail(header=b"References: " + b"<a@x> " * n + b"\r\n"),
    "parts": lambda n: parts(*[b"\r\nx"] * n),
    "nested parts": lambda n: b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (level, level)
        for level in range(n)
    ),
    "parts with one boundary": lambda n: mail(
        b"--b\nContent-Type: multipart/mixed; boundary=b\n\n" * n,
        header=b"Content-Type: multipart/mixed; boundary=b\n",
    ),
    "alternatives": lambda n: parts(*[b"Content-Type: text/html\n\nx"] * n, kind=b"alternative"),
    "lines like delimiters": lambda n: parts(b"\r\n" + b"--=_bx\r\n" * n),
    "files of one name": lambda n: parts(*[file(b"attachment; filename=a")] * n),
    "parameters": lambda n: parts(file(b"attachment" + b"; a=b" * n + b"; filename=a")),
    "pieces of a name": lambda n: parts(
        file(b"attachment" + b"".join(b"; filename*%d*=%%C3" % each for each in range(n)))
    ),
    "quotes in a name": lambda n: parts(file(b'attachment; filename="' + b'a" ' * n)),
    "tags": lambda n: html(b"<b><i>x" * n),
    "nested blocks": lambda n: html(b"<div><blockquote><ul><li>x" * n),
    "cells": lambda n: html(b"<td>x" * n),
    "cells with paragraphs": lambda n: html(b"<td><p>x" * n),
    "nested tables": lambda n: html(b"<table><tr><td>x" * n),
    "hidden elements": lambda n: html(b"<p hidden>x<div style='display:none'>" * n),
    "attributes": lambda n: html(b"<p " + b"a='b' " * n + b">"),
    "quotes without ends": lambda n: html(b"<a b='\"" * n),
    "entities": lambda n: html(b"&amp;&#65;&" * n),
    "comments without ends": lambda n: html(b"<!-- <script " * n),
    "links": lambda n: html(b"<a href=http://x.example/>x</a>" * n),
    "links in text": lambda n: text(b"http://x.example/)))), " * n),
    "flowed lines": lambda n: text(b"> a \r\n>> b \r\n" * n, b"text/plain; format=flowed"),
    "uuencoded files": lambda n: text(b"begin 644 a\n#0V%T\n`\nend\n" * n),
    "beginnings of uuencoded files": lambda n: text(b"begin 644 a\n" * n),
    "uuencoded lines": lambda n: text(b"begin 644 a\n" + b"#0V%T\n" * n),
    "padded base64": lambda n: text(b"QQ==\n" * n, encoding=b"base64"),
    "changes of character sets": lambda n: text(
        b"\x1b$BF|!\x1b(Ba" * n, b"text/plain; charset=iso-2022-jp"
    ),
    "Russian": lambda n: mail("счёт за март ".encode("koi8-r") * n),
    "Japanese": lambda n: mail("会議の日程について".encode("cp932") * n),
    "events": lambda n: calendar(b"SUMMARY:x\r\n y\r\n" * n),
    "nested components": lambda n: calendar(b"BEGIN:VALARM\r\n" * n),
    "attendees": lambda n: calendar(b'ATTENDEE;CN="x";CN=y:mailto:a@b.example\r\n' * n),
    "recipients of a report": lambda n: report(b"Final-Recipient: rfc822; a@b\r\n\r\n" * n),
    "lines of a report": lambda n: report(b"Final-Recipient: a\r\n b\r\n" * n),
    "files of Outlook": lambda n: winmail(*[old_file(b"a", b"x")] * n),
    "properties of Outlook": lambda n: winmail(
        attribute(1, 0x9003, properties(*[variable(0x1000, 0x1E, b"x")] * n))
    ),
    "messages of Outlook": lambda n: winmail(*[message_within(tnef(old_file(b"a", b"x")))] * n),
}


def read(source: bytes) -> None:
    read_envelope(source)
    read_content(source)
    searchable_words(source)


def steps(source: bytes) -> int:
    """Return how many functions are called to read a message, those of C among them."""
    count = 0

    def counted(frame: FrameType, event: str, argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(counted)
    try:
        read(source)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("name", GROWING)
def test_twice_as_much_takes_twice_as_many_steps(name: str) -> None:
    make = GROWING[name]
    steps(make(SMALL))  # what is imported and compiled the first time
    assert steps(make(2 * SMALL)) <= 2.2 * steps(make(SMALL)) + SLACK


@pytest.mark.parametrize("name", GROWING)
def test_very_much_is_read_in_good_time(name: str) -> None:
    source = GROWING[name](LARGE)
    started = time.process_time()
    read(source)
    assert time.process_time() - started < LONG_S
