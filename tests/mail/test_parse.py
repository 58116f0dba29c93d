"""Envelopes of mail in every state."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.addresses import Person
from mailctl.mail.parse import read_envelope, thread_id
from mailctl.mail.text import readable_text

HEADER = (
    b"From: Ada <ada@corp.example>\r\n"
    b"Date: Mon, 1 Jan 2024 10:00:00 +0000\r\n"
    b"Subject: Hello\r\n"
    b"Message-ID: <1@corp.example>\r\n"
)
LONG_S = 5.0


def mail(body: bytes = b"Hi\r\n", *, extra: bytes = b"", before: bytes = b"") -> bytes:
    return before + HEADER + extra + b"\r\n" + body


def identity(source: bytes) -> str:
    return read_envelope(source).identity


def multipart(*bodies: bytes, kind: bytes = b"mixed") -> bytes:
    inner = b"".join(b"--=_b\r\n" + body + b"\r\n" for body in bodies)
    return (
        HEADER
        + b"Content-Type: multipart/"
        + kind
        + b"; boundary==_b\r\n\r\n"
        + inner
        + b"--=_b--\r\n"
    )


def nested(levels: int) -> bytes:
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (level, level)
        for level in range(levels)
    )
    return HEADER + opened + b"\r\nhi\r\n"


PDF = b"Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\n%PDF"
TEXT = b"Content-Type: text/plain\r\n\r\nHello"

NASTY = {
    "nothing": b"",
    "one empty line": b"\r\n",
    "no header": b"\r\nonly a body\r\n",
    "only a header": HEADER,
    "no line end": b"Subject: x",
    "no separator": b"Subject: x\r\nthis is no field\r\nbody",
    "a line of mbox": b"From ada Mon Jan  1 10:00:00 2024\r\n" + mail(),
    "a folded first line": b" folded\r\nSubject: x\r\n\r\n",
    "a colon alone": b":\r\n: x\r\n\r\n",
    "nul everywhere": b"\0".join(mail()[place : place + 1] for place in range(len(mail()))),
    "nul in fields": mail(extra=b"To: a\0b <\0@x>\r\nSub\0ject: \0\r\nContent-Type: \0/\0\r\n"),
    "bare returns": mail().replace(b"\r\n", b"\r"),
    "mixed line ends": b"Subject: a\rTo: b\nCc: c\r\n\n\r\r\nbody",
    "all octets": bytes(range(256)) * 16,
    "20,000 fields": b"".join(b"X-%d: y\r\n" % number for number in range(20_000)) + mail(),
    "20,000 From fields": b"From: a@b.example\r\n" * 20_000 + mail(),
    "a field of 1 MB": mail(before=b"Subject: " + b"x" * (1 << 20) + b"\r\n"),
    "a To field of 1 MB": mail(before=b"To: " + b"a@b.example, " * 80_000 + b"\r\n"),
    "a group without end": mail(before=b"To: g:" + b"a@b.example, " * 80_000 + b"\r\n"),
    "3,000 nested comments": mail(before=b"From: " + b"(" * 3_000 + b" a@b.example\r\n"),
    "3,000 nested groups": mail(before=b"From: " + b"a:" * 3_000 + b" a@b.example\r\n"),
    "2,000 nested multiparts": nested(2_000),
    "900 nested multiparts": nested(900) + b"a\n" * 50_000,
    "1,000 nested messages": HEADER + b"Content-Type: message/rfc822\r\n\r\n" * 1_000 + b"hi",
    "20,000 parts": multipart(*[b"\r\nx"] * 20_000),
    "20,000 parameters": mail(extra=b"Content-Type: multipart/mixed" + b"; a=b" * 20_000 + b"\r\n"),
    "an open quote in parameters": mail(
        extra=b'Content-Type: multipart/mixed; a="' + b";" * 200_000 + b"\r\n"
    ),
    "a boundary said twice": mail(
        extra=b"Content-Type: multipart/mixed; boundary*=us-ascii''a; boundary*0=b\r\n"
    ),
    "a charset said twice": mail(
        extra=b"Content-Type: text/plain; charset*=us-ascii''a; charset*0=b\r\n"
    ),
    "a boundary of 8-bit": mail(extra=b"Content-Type: multipart/mixed; boundary=\xff\xfe\r\n"),
    "no boundary": mail(extra=b"Content-Type: multipart/mixed\r\n"),
    "a charset with nul": mail(b"\xff", extra=b'Content-Type: text/plain; charset="a\0b"\r\n'),
    "a charset that is none": mail(b"\xff", extra=b"Content-Type: text/plain; charset=idna\r\n"),
    "an 8-bit type": mail(extra=b"Content-Type: text/pl\xe4in; charset=\xff\r\n"),
    "an unknown encoding": mail(extra=b"Content-Transfer-Encoding: x-none\r\n"),
    "bad base64": mail(b"!!!!A", extra=b"Content-Transfer-Encoding: base64\r\n"),
    "bad uuencode": mail(
        b"begin 644 x\r\n\xff\xff\r\nMzz\r\n", extra=b"Content-Transfer-Encoding: x-uuencode\r\n"
    ),
    "references of 10,000": mail(extra=b"References: " + b"<a@x> " * 10_000 + b"\r\n"),
}


IDENTITIES = {
    "nothing": "b0f66adc8364",
    "one empty line": "b0f66adc8364",
    "no header": "756f55aaebe9",
    "only a header": "871ef4a53012",
    "no line end": "1e633cad1209",
    "no separator": "d48e44d41697",
    "a line of mbox": "893ac4a27472",
    "a folded first line": "1e633cad1209",
    "a colon alone": "b0f66adc8364",
    "nul everywhere": "07459980b29b",
    "nul in fields": "56b2d17fb476",
    "bare returns": "5bd7f24ce247",
    "mixed line ends": "ea4b5c855edf",
    "all octets": "7869ca699f4c",
    "20,000 fields": "893ac4a27472",
    "20,000 From fields": "1ce73e884a51",
    "a field of 1 MB": "73982a0e6306",
    "a To field of 1 MB": "893ac4a27472",
    "a group without end": "893ac4a27472",
    "3,000 nested comments": "f922b68a79b7",
    "3,000 nested groups": "e9c2376ebcf9",
    "2,000 nested multiparts": "15afec88a7b1",
    "900 nested multiparts": "c87fe0fbcd48",
    "1,000 nested messages": "5460d0da432d",
    "20,000 parts": "718fea6f4913",
    "20,000 parameters": "893ac4a27472",
    "an open quote in parameters": "893ac4a27472",
    "a boundary said twice": "893ac4a27472",
    "a charset said twice": "893ac4a27472",
    "a boundary of 8-bit": "893ac4a27472",
    "no boundary": "893ac4a27472",
    "a charset with nul": "1322fef16971",
    "a charset that is none": "1322fef16971",
    "an 8-bit type": "893ac4a27472",
    "an unknown encoding": "893ac4a27472",
    "bad base64": "fbb501694441",
    "bad uuencode": "2e792cbcc1e0",
    "references of 10,000": "893ac4a27472",
}
"""As they were when mail was first stored, read by the standard library."""


@pytest.mark.parametrize("name", NASTY)
def test_the_identity_of_a_nasty_message_never_changes(name: str) -> None:
    assert identity(NASTY[name]).startswith(IDENTITIES[name])


@pytest.mark.parametrize("source", NASTY.values(), ids=NASTY)
def test_a_nasty_message_is_read_in_good_time(source: bytes) -> None:
    started = time.process_time()
    envelope = read_envelope(source)
    thread_id(envelope)
    readable_text(source).encode()
    assert envelope.size_bytes == len(source)
    assert time.process_time() - started < LONG_S


LINES = st.sampled_from(
    [
        *(b"From: ", b"To: ", b"Date: ", b"Subject: ", b"Message-ID: <", b"References: <a@b> <"),
        *(
            b"Content-Type: multipart/mixed; boundary=b",
            b"Content-Type: text/html",
            b"--b",
            b"--b--",
        ),
        *(
            b"; charset=",
            b"charset*0=a; charset*=b",
            b"Content-Type: message/rfc822",
            b"\r\n",
            b"\n",
        ),
        *(
            b"Content-Transfer-Encoding: base64",
            b"Content-Disposition: ",
            b"\r\n\r\n",
            b"\r",
            b"\0",
        ),
        *(b"=?utf-8?Q?=ff?=", b"<p>", b" ", b"\xff"),
    ]
)
SOURCES = st.binary(max_size=400) | st.lists(LINES | st.binary(max_size=8), max_size=30).map(
    b"".join
)


@given(SOURCES)
def test_any_octets_have_an_envelope_and_a_text(source: bytes) -> None:
    envelope = read_envelope(source)
    readable_text(source).encode()
    envelope.subject.encode()
    thread_id(envelope)


def test_an_envelope_says_what_the_header_says() -> None:
    extra = (
        b"To: Ben <ben@x.example>, c@x.example\r\nTo: d@x.example\r\nCc: e@x.example\r\n"
        b"Bcc: f@x.example\r\nReply-To: g@x.example\r\n"
        b"In-Reply-To: <0@x>\r\nReferences: <r1@x> <r2@x>\r\n"
    )
    envelope = read_envelope(mail(extra=extra))
    assert envelope.rfc_message_id == "1@corp.example"
    assert envelope.sender == Person("Ada", "ada@corp.example")
    assert envelope.sent_at == datetime(2024, 1, 1, 10, tzinfo=UTC)
    assert [person.address[0] for person in envelope.to] == ["b", "c", "d"]
    assert [person.address[0] for person in envelope.cc] == ["e"]
    assert [person.address[0] for person in envelope.bcc] == ["f"]
    assert [person.address[0] for person in envelope.reply_to] == ["g"]
    assert envelope.subject == "Hello"
    assert envelope.in_reply_to == ("0@x",)
    assert envelope.references == ("r1@x", "r2@x")
    assert envelope.attachments == 0
    assert envelope.defects == ()


@pytest.mark.parametrize(
    ("source", "defects"),
    [
        (b"", {"from", "date", "message-id"}),
        (b"From: nobody\r\nDate: today\r\n\r\n", {"from", "date", "message-id"}),
        (mail(extra=b"From: boss@corp.example\r\n"), {"from"}),
        (nested(100), {"body"}),
    ],
    ids=["empty", "unreadable", "two From fields", "too deep"],
)
def test_what_could_not_be_read_is_named(source: bytes, defects: set[str]) -> None:
    assert set(read_envelope(source).defects) == defects


def test_of_two_from_fields_the_first_counts() -> None:
    envelope = read_envelope(mail(extra=b"From: boss@corp.example\r\n"))
    assert envelope.sender == Person("Ada", "ada@corp.example")


def test_the_way_a_mail_took_is_not_part_of_its_identity() -> None:
    came = mail(before=b"Received: from a by b\r\nDelivered-To: x@y.example\r\n")
    assert identity(came) == identity(mail())


def test_line_ends_are_not_part_of_the_identity() -> None:
    assert identity(mail().replace(b"\r\n", b"\n")) == identity(mail())


def test_folding_is_not_part_of_the_identity() -> None:
    folded = mail().replace(b"From: Ada", b"From:\r\n Ada")
    assert identity(folded) == identity(mail())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (mail(), mail(b"Ho\r\n")),
        (mail(), mail().replace(b"Hello", b"Hullo")),
        (mail(), mail().replace(b"1@corp", b"2@corp")),
        (mail(), mail().replace(b"ada@", b"eve@")),
        (mail(), mail().replace(b"10:00", b"11:00")),
        (HEADER.replace(b"\r\n", b"\r") + b"\rone", HEADER.replace(b"\r\n", b"\r") + b"\rtwo"),
        (HEADER + b"this is no field\r\none", HEADER + b"this is no field\r\ntwo"),
        (b"\r\none\r\n\r\nsame", b"\r\ntwo\r\n\r\nsame"),
        (mail(b"\xff\xfe one"), mail(b"\xff\xfe two")),
        (
            mail(b"\xff one", extra=b"Content-Type: text/plain; charset=idna\r\n"),
            mail(b"\xff two", extra=b"Content-Type: text/plain; charset=idna\r\n"),
        ),
        (
            (b"x: " + b"y" * 990 + b"\r\n") * 1_100 + mail(b"one"),
            (b"x: " + b"y" * 990 + b"\r\n") * 1_100 + mail(b"two"),
        ),
    ],
    ids=[
        *("body", "subject", "id", "sender", "date", "bare returns", "no separator"),
        *("no header", "8-bit body", "odd charset", "a header without end"),
    ],
)
def test_different_mails_have_different_identities(one: bytes, other: bytes) -> None:
    assert identity(one) != identity(other)


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_the_body_decides_octet_by_octet_but_for_line_ends(one: bytes, other: bytes) -> None:
    is_same = one.replace(b"\r\n", b"\n") == other.replace(b"\r\n", b"\n")
    assert (identity(mail(one)) == identity(mail(other))) is is_same


def test_the_identity_of_a_plain_mail_never_changes() -> None:
    assert identity(mail()).startswith("893ac4a274723f81")


@pytest.mark.parametrize(
    ("fields", "root"),
    [
        (b"References: <a@x> <b@x>\r\nIn-Reply-To: <b@x>\r\n", b"a@x"),
        (b"In-Reply-To: <a@x>\r\n", b"a@x"),
        (b"References: <a@x> <1@corp.example>\r\n", b"a@x"),
    ],
)
def test_a_reply_is_in_the_thread_of_the_oldest_mail(fields: bytes, root: bytes) -> None:
    oldest = read_envelope(HEADER.replace(b"1@corp.example", root) + b"\r\n")
    assert thread_id(read_envelope(mail(extra=fields))) == thread_id(oldest)


def test_mails_without_ids_are_threads_of_their_own() -> None:
    one, other = (read_envelope(b"Subject: x\r\n\r\n" + body) for body in (b"one", b"two"))
    assert thread_id(one) != thread_id(other)


def test_a_mail_that_refers_to_itself_is_a_thread() -> None:
    itself = read_envelope(mail(extra=b"References: <1@corp.example>\r\n"))
    assert thread_id(itself) == thread_id(read_envelope(mail()))


FORWARDED = b"Content-Type: message/rfc822\r\n\r\n" + multipart(TEXT, PDF)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        (mail(), 0),
        (multipart(TEXT, PDF), 1),
        (multipart(TEXT, PDF, PDF), 2),
        (multipart(TEXT, TEXT, kind=b"alternative"), 0),
        (multipart(TEXT, b"Content-Type: text/csv\r\nContent-Disposition: ATTACHMENT\r\n\r\na"), 1),
        (multipart(TEXT, b"Content-Type: image/png\r\nContent-Disposition: inline\r\n\r\na"), 0),
        (multipart(TEXT, b"Content-Type: image/png\r\n\r\na"), 1),
        (multipart(TEXT, FORWARDED.replace(b"=_b", b"=_c")), 1),
        (HEADER + PDF, 1),
        (multipart(b"\r\nSubject: x\r\n\r\nhi", kind=b"digest"), 1),
        (multipart(*[PDF] * 5_000), 1_000),
    ],
)
def test_attachments_are_the_parts_to_be_saved(source: bytes, count: int) -> None:
    assert read_envelope(source).attachments == count


def test_a_large_mail_is_read_like_a_small_one() -> None:
    lines = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5ejAx\r\n"
    head = (
        b"From: b@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n"
    )
    attached = (
        b"--b\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=a.pdf\r\n\r\n"
    )
    large = head + 2 * (attached + lines * 30_000) + b"--b--\r\n"
    envelope = read_envelope(large)
    assert (envelope.attachments, envelope.size_bytes) == (2, len(large))
    assert envelope.identity == read_envelope(large.replace(b"\r\n", b"\n")).identity
    assert envelope.identity != read_envelope(large.replace(b"hello", b"hallo")).identity
