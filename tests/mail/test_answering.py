"""Answers and what is passed on, by whom the mail came from and went to."""

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailctl.domain.drafts import Signature
from mailctl.mail.answering import answer, passed_on
from mailctl.mail.compose import compose
from mailctl.mail.content import attachments, read_content
from mailctl.mail.line_ends import with_crlf
from mailctl.mail.parse import read_envelope
from tests.mail.nasty.table import Nasty
from tests.mail.nasty.test_table import CASES
from tests.mail.test_compose import DRAFT
from tests.soak import count

OWN = {"ben@x.example", "ben.old@x.example"}


def mail(text: str = "Hi\n", **fields: str) -> bytes:
    named = {"From": "Ada <ada@x.example>", "To": "ben@x.example", "Message-ID": "<1@x>", **fields}
    head = "".join(
        f"{name.replace('_', '-')}: {value}\r\n" for name, value in named.items() if value
    )
    return f"{head}\r\n{text}".encode()


def addresses(people: tuple[object, ...]) -> list[str]:
    return [str(getattr(person, "address", "")) for person in people]


@pytest.mark.parametrize(
    ("fields", "to_all", "to", "cc"),
    [
        ({}, False, ["ada@x.example"], []),
        ({"Reply_To": "list@x.example"}, False, ["list@x.example"], []),
        ({"Reply_To": "<a b;c@x.example>"}, False, ["ada@x.example"], []),
        ({"Reply_To": "nobody"}, False, ["ada@x.example"], []),
        ({"Cc": "cy@x.example, BEN@x.example"}, True, ["ada@x.example"], ["cy@x.example"]),
        ({"Cc": "cy@x.example"}, False, ["ada@x.example"], []),
        (
            {"To": "ben.old@x.example, dan@x.example", "Cc": "ada@x.example, dan@x.example"},
            True,
            ["ada@x.example"],
            ["dan@x.example"],
        ),
        ({"From": "ben@x.example", "To": "ada@x.example"}, False, ["ada@x.example"], []),
        (
            {"From": "Ben@x.example", "To": "ada@x.example", "Cc": "cy@x.example"},
            True,
            ["ada@x.example"],
            ["cy@x.example"],
        ),
        ({"From": "ben@x.example", "To": "ben@x.example"}, False, ["ben@x.example"], []),
        ({"From": "", "To": "ben@x.example"}, False, [], []),
    ],
)
def test_an_answer_goes_to_whom_it_should(
    fields: dict[str, str], to_all: bool, to: list[str], cc: list[str]
) -> None:
    found = answer(mail(**fields), own=OWN, to_all=to_all)
    assert (addresses(found.to), addresses(found.cc)) == (to, cc)


@pytest.mark.parametrize(
    ("subject", "answered", "forwarded"),
    [
        ("Plan", "Re: Plan", "Fwd: Plan"),
        ("Re: Plan", "Re: Plan", "Fwd: Re: Plan"),
        ("RE: AW: Re[2]: Plan", "Re: Plan", "Fwd: RE: AW: Re[2]: Plan"),
        ("Fwd: Plan", "Re: Fwd: Plan", "Fwd: Plan"),
        ("WG: FW: Plan", "Re: WG: FW: Plan", "Fwd: Plan"),
        ("Regarding: Plan", "Re: Regarding: Plan", "Fwd: Regarding: Plan"),
        ("", "Re:", "Fwd:"),
    ],
)
def test_a_subject_has_its_prefix_once(subject: str, answered: str, forwarded: str) -> None:
    source = mail(Subject=subject)
    assert answer(source, own=OWN, to_all=False).subject == answered
    assert passed_on(source, as_attachment=False).subject == forwarded


@pytest.mark.parametrize(
    ("fields", "references"),
    [
        ({}, ("1@x",)),
        ({"References": "<a@x> <b@x>"}, ("a@x", "b@x", "1@x")),
        ({"In_Reply_To": "<a@x>"}, ("a@x", "1@x")),
        ({"References": "<1@x> <1@x>"}, ("1@x",)),
        ({"Message-ID": "", "References": "<a@x>"}, ("a@x",)),
    ],
)
def test_the_conversation_is_named(fields: dict[str, str], references: tuple[str, ...]) -> None:
    found = answer(mail(**fields), own=OWN, to_all=False)
    assert found.references == references


def test_a_long_conversation_keeps_its_beginning_and_its_end() -> None:
    before = " ".join(f"<{number}@x.example>" for number in range(10_000))
    found = answer(mail(References=f"\r\n {before}"), own=OWN, to_all=False)
    assert len(found.references) <= 100
    assert found.references[0] == "0@x.example"
    assert found.references[-1] == "1@x"


def test_quotes_within_quotes_have_no_gap_and_signatures_go() -> None:
    text = "New\n> old\n>> older\n\n-- \nAda\n"
    found = answer(mail(text), own=OWN, to_all=False)
    assert found.quoted_text.splitlines()[1:] == ["> New", ">> old", ">>> older"]


def test_what_a_stranger_wrote_stays_on_its_line() -> None:
    source = mail(From="=?utf-8?q?A=0D=0ABcc:_x=1B[31m?= <a@x.example>", Subject="s")
    said = answer(source, own=OWN, to_all=False).quoted_text.splitlines()[0]
    assert said.isprintable()
    block = passed_on(source, as_attachment=False).quoted_text.split("\n\n")[0]
    assert [line for line in block.splitlines() if line.startswith("Bcc")] == []


def test_an_html_quote_shows_tags_and_runs_none() -> None:
    source = mail("<script>x</script> & <b>", Content_Type="text/plain")
    assert "<script>" not in answer(source, own=OWN, to_all=False).quoted_html


@given(st.binary(max_size=400))
def test_any_octets_can_be_answered_and_passed_on(source: bytes) -> None:
    answer(source, own=OWN, to_all=True)
    passed_on(source, as_attachment=True)
    passed_on(source, as_attachment=False)


def answered(source: bytes) -> bytes:
    """Return the mail that answers another to all."""
    taken = answer(source, own=OWN, to_all=True)
    draft = replace(
        DRAFT,
        to=taken.to or DRAFT.to,
        cc=taken.cc,
        subject=taken.subject,
        html="<p>x</p>",
        quoted_text=taken.quoted_text,
        quoted_html=taken.quoted_html,
        in_reply_to=taken.in_reply_to,
        references=taken.references,
    )
    return compose(draft).source


def forwarded(source: bytes, *, as_attachment: bool = False) -> bytes:
    """Return the mail that passes another on."""
    taken = passed_on(source, as_attachment=as_attachment)
    draft = replace(
        DRAFT,
        subject=taken.subject,
        quoted_text=taken.quoted_text,
        files=taken.files,
        references=taken.references,
    )
    return compose(draft).source


@pytest.mark.parametrize(
    "fields",
    [
        {"Subject": "\u202bשלום\u202c"},
        {"Subject": "=?utf-8?q?a=1Bb=0D=0ABcc:_evil@x.example?="},
        {"Subject": "=?utf-8?q?a=C2=85b=E2=80=A8c=E2=81=A6d=00e?="},
        {"Subject": "x" * 5000},
        {"From": "\u202bעדה\u202c <ada@x.example>"},
        {"From": "=?utf-8?q?A=0D=0ABcc:_evil=40x.example=00?= <ada@x.example>"},
        {"From": f"{'A' * 5000} <ada@x.example>"},
        {"Cc": "nobody, <a@b;c>, <@>, <a b@c.example>, c@d@e.example, undisclosed:;"},
        {"Cc": f"<{'a' * 2000}@x.example>"},
        {"Cc": '"a" foo@bar "b"'},
        {"Cc": "=?utf-8?q?evil=40x.example?="},
        {"Message-ID": f"<{'1' * 2000}@x>"},
        {"Message-ID": "<ü@x>", "References": "<ö@x> <a@x>"},
        {"Message-ID": "<a\x1b[31m@x>", "In_Reply_To": "<b\x07@x>"},
        {"Message-ID": "nothing at all <", "References": "<<a@x>>, b@x <c"},
    ],
    ids=ascii,
)
def test_whatever_a_header_holds_can_be_answered_and_passed_on(fields: dict[str, str]) -> None:
    source = mail("a\0b\x1b[31m\n", **fields)
    for made in (answered(source), forwarded(source), forwarded(source, as_attachment=True)):
        head = made.partition(b"\r\n\r\n")[0].lower()
        assert head.isascii()
        assert b"bcc:" not in head.replace(b" bcc:", b"")
        assert b"\r\ncc: \r\n" not in head
        assert read_envelope(made).rfc_message_id == DRAFT.message_id


def test_what_is_no_address_gets_no_answer() -> None:
    source = mail(Cc='nobody, <a@b;c>, "a" foo@bar "b", "x y"@z.example, Zoë <zoe@x.example>')
    found = answer(source, own=OWN, to_all=True)
    assert addresses(found.cc) == ['"x y"@z.example', "zoe@x.example"]


def test_a_name_keeps_what_joins_its_letters() -> None:
    source = mail(From="نوشته\u200cها 👩\u200d👧 <ada@x.example>", Subject="👩\u200d👧")
    assert read_envelope(answered(source)).to[0].name == "نوشته\u200cها 👩\u200d👧"
    assert read_envelope(forwarded(source)).subject == "Fwd: 👩\u200d👧"


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("image/png", "image/png"),
        ("APPLICATION/PDF; name=x", "application/pdf"),
        ("application/vnd.ms-excel.sheet+xml", "application/vnd.ms-excel.sheet+xml"),
        ("text/x y", "application/octet-stream"),
        ("text/ü", "application/octet-stream"),
        ("image/png,evil", "application/octet-stream"),
        ("x/y\x1b", "application/octet-stream"),
        ("application/=?x", "application/octet-stream"),
        (f"application/{'x' * 2000}", "application/octet-stream"),
        ("message/partial", "application/octet-stream"),
        ("message/external-body", "application/octet-stream"),
    ],
)
def test_a_file_that_is_passed_on_has_a_type_that_can_be_one(said: str, meant: str) -> None:
    lines = (
        *("--b", "", "Hi", "--b", f"Content-Type: {said}"),
        *('Content-Disposition: attachment; filename="=?utf-8?q?a=0D=0ABcc:_x.txt?="', "", "xx"),
        "--b--",
    )
    source = mail("\r\n".join(lines), Content_Type="multipart/mixed; boundary=b")
    made = forwarded(source)
    assert f"Content-Type: {meant}\r\n".encode() in made.rpartition(b"\r\n--")[0]
    ((file, octets),) = attachments(made)
    assert (file.media_type, octets) == (meant, b"xx")


def test_an_answer_to_an_answer_quotes_each_signature_once_at_most() -> None:
    source = mail("How many?\n\n-- \nAda\n")
    for number in range(5):
        taken = answer(source, own=set(), to_all=False)
        source = compose(
            replace(
                DRAFT,
                text=f"Answer {number}",
                signature=Signature("Ben", "<b>Ben</b>"),
                quoted_text=taken.quoted_text,
                quoted_html=taken.quoted_html,
            )
        ).source
        text = read_content(source).text
        assert text.count("-- \n") == text.count("Ben") == 1


@settings(max_examples=count(100, 2000))
@given(st.data())
def test_a_nasty_header_never_stops_an_answer(data: st.DataObject) -> None:
    anything = st.text(st.characters(codec="utf-8"), max_size=40).map(
        lambda text: re.sub(r"[\r\n]", "", text)
    )
    names = ("From", "To", "Cc", "Reply_To", "Subject", "Message-ID", "References", "Date")
    fields = {name: data.draw(anything) for name in names}
    fields["From"] += " <ada@x.example>"
    source = mail(data.draw(anything), **fields)
    for made in (answered(source), forwarded(source)):
        assert made.count(b"\n") == made.count(b"\r") == made.count(b"\r\n")
        assert read_envelope(made).rfc_message_id == DRAFT.message_id


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_nasty_message_can_be_answered_and_passed_on(case: Nasty) -> None:
    for made in (answered(case.source), forwarded(case.source)):
        assert made.count(b"\n") == made.count(b"\r") == made.count(b"\r\n")
        assert max(map(len, made.split(b"\r\n"))) <= 998
        assert made.partition(b"\r\n\r\n")[0].isascii()
    ((_, whole),) = attachments(forwarded(case.source, as_attachment=True))
    as_meant = with_crlf(case.source) if b"\r" in whole else case.source
    assert whole in {case.source, as_meant, as_meant.removesuffix(b"\r\n")}
    passed = [octets for _, octets in attachments(forwarded(case.source))]
    before = [octets for _, octets in attachments(case.source)]
    if len(before) < 500:  # of more, not all are read
        assert [octets for octets in before if octets not in passed] == []
