"""Any mail can be answered and passed on, however strange, and what comes of it is sound."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.addresses import Person
from mailctl.domain.drafts import Draft
from mailctl.mail.answering import answer, passed_on
from mailctl.mail.compose import compose
from mailctl.mail.mailboxes import as_written, mailboxes
from mailctl.mail.parse import read_envelope
from tests.mail.nasty.table import Nasty
from tests.mail.nasty.test_table import CASES

BEN = Person("", "ben@x.example")
DRAFT = Draft(
    sender=BEN,
    date=datetime(2026, 11, 25, 10, tzinfo=UTC),
    message_id="mail_1@x.example",
    to=(BEN,),
    text="Well.\n",
    html="<p>Well.</p>",
)


def drafts(source: bytes) -> Iterator[Draft]:
    """Yield what may be written about a mail."""
    for to_all in (False, True):
        taken = answer(source, own={BEN.address}, to_all=to_all)
        yield replace(
            DRAFT,
            to=tuple(each for each in taken.to if each.address) or (BEN,),
            cc=taken.cc,
            subject=taken.subject,
            quoted_text=taken.quoted_text,
            quoted_html=taken.quoted_html,
            in_reply_to=taken.in_reply_to,
            references=taken.references,
        )
    for as_attachment in (False, True):
        on = passed_on(source, as_attachment=as_attachment)
        yield replace(
            DRAFT,
            subject=on.subject,
            quoted_text=on.quoted_text,
            quoted_html=on.quoted_html,
            files=on.files,
            references=on.references,
        )


def look(source: bytes) -> None:
    """Write all that may be written about a mail, and fail on what no server takes."""
    for draft in drafts(source):
        written = compose(draft).source
        assert written.count(b"\n") == written.count(b"\r") == written.count(b"\r\n")
        assert b"\0" not in written
        assert max(map(len, written.split(b"\r\n"))) <= 998
        assert read_envelope(written).subject == draft.subject


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_nasty_mail_is_answered_and_passed_on(case: Nasty) -> None:
    look(case.source)


def encoded(text: str) -> bytes:
    return b"=?utf-8?b?" + b64encode(text.encode("utf-8", "surrogatepass")) + b"?="


@given(st.text(max_size=60), st.text(max_size=60), st.binary(max_size=40))
def test_a_mail_of_any_names_is_answered_and_passed_on(
    name: str, subject: str, address: bytes
) -> None:
    octets = address.replace(b"\n", b"").replace(b"\r", b"")
    look(
        b"From: %s <ada@corp.example>\r\nReply-To: %s <x%s@corp.example>, %s\r\nSubject: %s\r\n\r\n"
        % (encoded(name), encoded(name), octets, octets, encoded(subject))
    )


@pytest.mark.parametrize("letter", ["\r\nBcc: x@x.example", "\x1b[31m", "\u202e", "\x85", "\u2028"])
def test_what_is_no_letter_is_left_out_of_names_and_subject(letter: str) -> None:
    hidden = encoded(f"a{letter}b")
    source = b"From: %s <ada@corp.example>\r\nSubject: %s\r\n\r\nHi" % (hidden, hidden)
    taken = answer(source, own=(), to_all=False)
    for text in (taken.to[0].name, taken.subject, passed_on(source, as_attachment=False).subject):
        assert text.isprintable()
        assert text.endswith("b")


def test_letters_that_are_joined_stay_so() -> None:
    family = "👩‍👩‍👧 שלום\u200f"
    source = b"From: ada@corp.example\r\nSubject: %s\r\n\r\nHi" % encoded(family)
    on = passed_on(source, as_attachment=False)
    assert on.subject == f"Fwd: {family}"
    assert f"Subject: {family}\n" in on.quoted_text
    assert passed_on(source, as_attachment=True).files[0].name == f"{family}.eml"


@given(st.text(st.characters(codec="utf-8", exclude_categories=("C", "Zl", "Zp")), max_size=40))
def test_a_mailbox_is_read_as_it_was_written(text: str) -> None:
    name = " ".join(text.split())
    assert list(mailboxes(as_written(name, "a@b.example"))) == [(name, "a@b.example")]
