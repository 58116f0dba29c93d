"""Mail made from drafts: what is read of it is what was meant, whoever reads."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.parser import BytesParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.addresses import Person
from mailctl.domain.drafts import Draft, DraftFile, Signature
from mailctl.domain.outgoing import RecipientKind
from mailctl.errors import BadUsage
from mailctl.mail.compose import bcc_field, compose
from mailctl.mail.content import attachments, read_content
from mailctl.mail.parse import read_envelope
from tests.soak import count

ADA, BEN = Person("Ada Lovelace", "ada@corp.example"), Person("", "ben@x.example")
DRAFT = Draft(
    sender=ADA,
    date=datetime(2026, 11, 25, 10, tzinfo=UTC),
    message_id="mail_1@corp.example",
    to=(BEN,),
    subject="Hello",
    text="How are you?\n",
)
SCRIPTS = (
    "Grüße aus Łódź", "Привет, мир", "Γειά σου", "مرحبا بالعالم", "שלום עולם", "你好，世界",
    "こんにちは", "안녕하세요", "สวัสดีชาวโลก", "नमस्ते दुनिया", "Xin chào các bạn", "👩‍👩‍👧 🇪🇺 emoji",
)  # fmt: skip
LINE_ENDS = (
    "\r",
    "\n",
    "\r\n",
    "\0",
    "\x0b",
    "\x0c",
    "\x1b",
    "\x85",
    "\u2028",
    "\u2029",
    "\u202e",
    "\ud800",
)

letters = st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp", "Cs"))
words = st.one_of(st.text(letters, max_size=60), st.sampled_from(SCRIPTS)).map(
    lambda text: " ".join(text.split())
)
names = words.filter(lambda text: not text.startswith("=?"))
people = st.builds(Person, names, st.sampled_from(("a@b.example", "c.d@e.example", "ü@x.example")))
files = st.builds(
    DraftFile,
    words.filter(bool).map(lambda text: text.replace("/", "_")[:40] or "x"),
    st.sampled_from(("", "application/pdf", "text/plain", "image/png")),
    st.binary(max_size=300),
)
drafts = st.builds(
    replace,
    st.just(DRAFT),
    sender=people,
    to=st.lists(people, min_size=1, max_size=4).map(tuple),
    cc=st.lists(people, max_size=3).map(tuple),
    bcc=st.lists(st.just(Person("", "secret@hidden.example")), max_size=1).map(tuple),
    subject=words,
    text=st.lists(words, max_size=8).map("\n".join),
    files=st.lists(files, max_size=3).map(tuple),
)


def header(source: bytes) -> list[str]:
    """Return the names of the fields, in order."""
    head = re.sub(rb"\r\n[ \t]", b" ", source.partition(b"\r\n\r\n")[0])
    return [line.partition(b":")[0].decode() for line in head.split(b"\r\n")]


def shown(part: Any) -> str:
    """Return the text of a part, its lines ended as everywhere."""
    text: str = part.get_content()
    return text.replace("\r\n", "\n")


@given(drafts)
def test_a_mail_is_sound_on_the_wire(draft: Draft) -> None:
    letter = compose(draft)
    source = letter.source
    assert source.count(b"\n") == source.count(b"\r") == source.count(b"\r\n")
    assert max(map(len, source.split(b"\r\n"))) <= 998
    is_ascii = all(p.address.isascii() for p in (draft.sender, *draft.to, *draft.cc))
    assert source.isascii() == is_ascii or source.isascii()
    assert b"hidden.example" not in source
    assert "Bcc" not in header(source)
    assert len({each.address for each in letter.recipients}) == len(letter.recipients)


@given(drafts)
def test_what_is_read_is_what_was_meant(draft: Draft) -> None:
    source = compose(draft).source
    envelope, content = read_envelope(source), read_content(source)
    assert (envelope.sender, envelope.to, envelope.cc) == (draft.sender, draft.to, draft.cc)
    assert envelope.subject == draft.subject
    assert (envelope.rfc_message_id, envelope.sent_at) == (draft.message_id, draft.date)
    assert [line.rstrip() for line in content.text.strip().splitlines()] == [
        line.rstrip() for line in (draft.text or "").strip().splitlines()
    ]
    assert [octets for _, octets in attachments(source)] == [file.octets for file in draft.files]


@given(drafts)
def test_the_standard_library_reads_the_same(draft: Draft) -> None:
    message: Any = BytesParser(policy=policy.SMTP).parsebytes(compose(draft).source)
    assert message["subject"] == draft.subject
    found = [address.addr_spec for address in message["to"].addresses]
    octets = [each.encode("utf-8", "surrogateescape") for each in found]  # before Python 3.13
    assert [each.decode() for each in octets] == [person.address for person in draft.to]
    files = [part.get_payload(decode=True) for part in message.iter_attachments()]
    assert files == [file.octets for file in draft.files]


@pytest.mark.parametrize("character", LINE_ENDS, ids=ascii)
@pytest.mark.parametrize(
    "place",
    ["sender", "to", "cc", "bcc", "reply_to", "subject", "file", "header name", "header value"],
)
def test_no_value_becomes_a_second_field(place: str, character: str) -> None:
    evil = f"x{character}Bcc: evil@x.example"
    drafts: dict[str, Draft] = {
        "sender": replace(DRAFT, sender=Person(evil, ADA.address)),
        "to": replace(DRAFT, to=(Person(evil, "a@b.example"),)),
        "cc": replace(DRAFT, cc=(Person("", f"a@b.example{character}c"),)),
        "bcc": replace(DRAFT, bcc=(Person("", f"a@b.example{character}c"),)),
        "reply_to": replace(DRAFT, reply_to=(Person(evil, "a@b.example"),)),
        "subject": replace(DRAFT, subject=evil),
        "file": replace(DRAFT, files=(DraftFile(evil, "", b"x"),)),
        "header name": replace(DRAFT, headers=((f"X-A{character}Bcc", "x"),)),
        "header value": replace(DRAFT, headers=(("X-A", evil),)),
    }
    try:
        letter = compose(drafts[place])
    except BadUsage:
        return
    assert place == "bcc"  # which is in no header: the envelope refuses it at the server
    assert header(letter.source) == header(compose(DRAFT).source)


@pytest.mark.parametrize("character", LINE_ENDS, ids=ascii)
def test_no_blind_address_becomes_a_second_field(character: str) -> None:
    with pytest.raises(BadUsage):
        bcc_field([f"a@b.example{character}X-A: b"])


@pytest.mark.parametrize(
    "name",
    [
        *("From", "to", "CC", "Bcc", "Subject", "Date", "Message-ID", "References", "In-Reply-To"),
        *("MIME-Version", "Content-Type", "content-transfer-encoding", "Received", "Return-Path"),
        *("DKIM-Signature", "Resent-To", "Sender", "", "X Y", "X:", "Ü", "x" * 77),
    ],
)
def test_a_field_that_is_not_the_writers_is_refused(name: str) -> None:
    with pytest.raises(BadUsage) as refused:
        compose(replace(DRAFT, headers=((name, "x"),)))
    assert refused.value.hint


@pytest.mark.parametrize(
    "address",
    ["x@[127.0.0.1]", "x@[IPv6:::1]", '"a, b"@x.example', "o'neil+x@x.example", "ü@x.example"],
)
def test_an_odd_address_stands_in_the_header_as_it_is(address: str) -> None:
    (person,) = read_envelope(compose(replace(DRAFT, to=(Person("N", address),))).source).to
    assert person == Person("N", address)


def test_a_mail_to_nobody_is_refused() -> None:
    with pytest.raises(BadUsage):
        compose(replace(DRAFT, to=()))


def test_an_address_gets_the_mail_once() -> None:
    twice = (BEN, Person("Ben", "ben@X.example"))
    letter = compose(replace(DRAFT, to=twice, cc=(BEN,), bcc=(BEN,)))
    assert [(r.address, r.kind) for r in letter.recipients] == [(BEN.address, RecipientKind.TO)]


def test_a_mail_with_blind_copies_alone_names_nobody() -> None:
    source = compose(replace(DRAFT, to=(), bcc=(BEN,))).source
    assert b"To: undisclosed-recipients:;\r\n" in source
    assert b"ben@" not in source


def test_five_hundred_recipients_are_folded() -> None:
    many = tuple(Person(f"Person Nümber {n}", f"p{n}@long-domain.example") for n in range(500))
    letter = compose(replace(DRAFT, to=many))
    assert max(map(len, letter.source.split(b"\r\n"))) < 120
    assert read_envelope(letter.source).to == many


def test_nothing_tells_of_this_machine() -> None:
    source = compose(
        replace(DRAFT, files=(DraftFile("/home/ada/secret/plan.pdf", "", b"x"),))
    ).source
    assert b"/home" not in source
    assert b'filename="plan.pdf"' in source
    assert [name for name in header(source) if name in {"User-Agent", "X-Mailer", "Received"}] == []


@pytest.mark.parametrize(
    ("text", "html", "signature", "expected"),
    [
        ("Hi", None, Signature("Ada"), ("Hi\n\n-- \nAda\n", None)),
        ("Hi\n\n-- \nAda\n", None, Signature("Ada"), ("Hi\n\n-- \nAda\n", None)),
        ("Hi", None, Signature(), ("Hi\n", None)),
        ("", None, Signature("Ada"), ("-- \nAda\n", None)),
        (None, "<p>Hi</p>", Signature("A & B"), ("Hi\n\n-- \nA & B\n", "A &amp; B")),
        ("Hi", None, Signature("", "<b>Ada</b>"), ("Hi\n\n-- \nAda\n", "<b>Ada</b>")),
        ("Hi", "<p>Hi</p>", Signature("Ada", "<b>Ada</b>"), ("Hi\n\n-- \nAda\n", "<b>Ada</b>")),
    ],
)
def test_the_signature_stands_in_all_alternatives_once(
    text: str | None, html: str | None, signature: Signature, expected: tuple[str, str | None]
) -> None:
    source = compose(replace(DRAFT, text=text, html=html, signature=signature)).source
    message: Any = BytesParser(policy=policy.default).parsebytes(source)
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert shown(plain) == expected[0]
    if expected[1] is None:
        assert rich is None
    else:
        assert rich.get_content().count(expected[1]) == 1


def test_the_signature_stands_above_what_is_quoted() -> None:
    draft = replace(
        DRAFT,
        text="Yes.",
        html="<html><body><p>Yes.</p></body></html>",
        signature=Signature("Ada"),
        quoted_text="> Well?\n-- \nAda",
        quoted_html="<blockquote>Well?</blockquote>",
    )
    message: Any = BytesParser(policy=policy.default).parsebytes(compose(draft).source)
    assert shown(message.get_body(("plain",))) == "Yes.\n\n-- \nAda\n\n> Well?\n-- \nAda\n"
    html = shown(message.get_body(("html",)))
    assert html.index("Yes.") < html.index("-- ") < html.index("Well?") < html.index("</body>")


def test_pictures_in_the_html_become_parts() -> None:
    image = 'src="data:image/png;base64,iVBORw0KGgo="'
    draft = replace(
        DRAFT, html=f"<img {image}><img {image}>", files=(DraftFile("a.txt", "", b"x"),)
    )
    source = compose(draft).source
    assert b"data:" not in source
    assert source.count(b"Content-ID: <") == 1
    kinds = [part.get_content_type() for part in BytesParser().parsebytes(source).walk()]
    assert kinds == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "multipart/related"),
        *("text/html", "image/png", "text/plain"),
    ]


def test_a_mail_within_a_mail_stays_as_it_is() -> None:
    inner = b"Subject: in\r\nX: y\r\n\r\n.\r\nbody\r\n"
    source = compose(replace(DRAFT, files=(DraftFile("in.eml", "message/rfc822", inner),))).source
    assert inner in source


@pytest.mark.parametrize(
    "inner",
    [
        "Subject: in\r\n\r\nGrüße\r\n".encode(),
        b"Subject: in\r\n\r\na\rb\r\n",
        b"Subject: in\r\n\r\na\0b\r\n",
        b"Subject: in\r\n\r\n" + b"x" * 2000 + b"\r\n",
    ],
    ids=["8 bit", "carriage return", "NUL", "long line"],
)
def test_a_mail_that_could_not_stay_as_it_is_goes_along_as_octets(inner: bytes) -> None:
    outer = replace(DRAFT, files=(DraftFile("in.eml", "message/rfc822", inner),))
    source = compose(outer).source
    assert [octets for _, octets in attachments(source)] == [inner]
    assert b"Content-Type: application/octet-stream" in source


@pytest.mark.parametrize(
    ("octets", "charset"),
    [("Grüße\r\n".encode(), "utf-8"), (b"plain", None), ("Grüße".encode("latin-1"), None)],
)
def test_a_text_that_goes_along_is_labelled_where_that_is_sure(
    octets: bytes, charset: str | None
) -> None:
    source = compose(replace(DRAFT, files=(DraftFile("a.txt", "", octets),))).source
    message: Any = BytesParser(policy=policy.default).parsebytes(source)
    (part,) = message.iter_attachments()
    assert part.get_content_charset() == charset
    assert part.get_payload(decode=True) == octets


def test_lines_of_any_length_are_wrapped() -> None:
    text = "word " * 5000 + "\n" + "x" * 5000
    source = compose(replace(DRAFT, text=text)).source
    assert max(map(len, source.split(b"\r\n"))) <= 78
    assert read_content(source).text.strip() == text.strip()


@pytest.mark.parametrize("number", range(count(3, 30)))
def test_a_large_file_goes_along(number: int) -> None:
    octets = bytes(range(256)) * (4096 * (number + 1))
    source = compose(replace(DRAFT, files=(DraftFile("big.bin", "", octets),))).source
    assert [each for _, each in attachments(source)] == [octets]
