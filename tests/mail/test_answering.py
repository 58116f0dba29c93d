"""Answers and what is passed on, by whom the mail came from and went to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.mail.answering import answer, passed_on

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
