"""The header of mail we write: one field each, folded, and read as it was meant."""

import re
import unicodedata
from email import policy
from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.addresses import Person
from mailctl.errors import BadUsage
from mailctl.mail import head
from mailctl.mail.headers import people
from mailctl.mail.headers import text as text_of
from tests.mail.test_compose import letters

texts = st.text(st.one_of(letters, st.sampled_from(' \t"\\,;:<>()=?_@')), max_size=120).map(
    str.strip
)
field_names = st.from_regex(r"X-[!-9;-~]{0,70}", fullmatch=True)


def value(octets: bytes) -> str:
    """Return the value of a field as our reader has it, once the field was found to be one."""
    assert octets.endswith(b"\r\n")
    assert octets.isascii()
    lines = octets[:-2].split(b"\r\n")
    assert all(one.startswith(b" ") and one.strip() for one in lines[1:])
    assert max(map(len, lines)) <= 998
    assert b"\r" not in b"".join(lines)
    assert b"\n" not in b"".join(lines)
    return text_of(octets[:-2].decode().partition(":")[2])


@given(texts)
def test_a_subject_is_read_as_it_was_written(text: str) -> None:
    assert value(head.field("Subject", text)) == text


@given(field_names, texts)
def test_a_field_of_any_name_is_read_as_it_was_written(name: str, text: str) -> None:
    assert value(head.own_field(name, text)).split() == text.split()


@given(texts)
def test_the_standard_library_reads_the_same_subject(text: str) -> None:
    source = head.field("Subject", text) + b"\r\n"
    found = str(BytesParser(policy=policy.SMTP).parsebytes(source)["subject"])
    assert found.replace("\t", " ").split() == text.split()


@given(st.lists(texts, min_size=1, max_size=5))
def test_names_are_read_as_they_were_written(names: list[str]) -> None:
    persons = tuple(Person(name, f"p{n}@x.example") for n, name in enumerate(names))
    octets = head.people("To", persons)
    found = people([octets[:-2].decode().partition(":")[2]])
    assert [person.address for person in found] == [person.address for person in persons]
    assert [p.name.split() for p in found] == [p.name.split() for p in persons]


@pytest.mark.parametrize(
    "text",
    [
        f"<https://x.example/unsubscribe?token={'t' * 200}>, <mailto:u@x.example?subject=u>",
        "a; b=c;  d=e",
        "v=1; " + "x" * 900,
    ],
)
def test_a_field_that_may_have_a_grammar_is_left_as_it_is(text: str) -> None:
    octets = head.own_field("List-Unsubscribe", text)
    assert b"=?" not in octets
    assert octets.partition(b": ")[2].replace(b"\r\n", b"").decode() == text


def test_a_word_that_no_line_takes_is_encoded() -> None:
    assert value(head.own_field("X-Long", "w" * 3000)) == "w" * 3000


@pytest.mark.parametrize("text", ["=?utf-8?q?Bcc?=", "=?x", "a =?utf-8?b?Cg==?= b"])
def test_what_looks_encoded_is_read_as_it_looks(text: str) -> None:
    assert value(head.field("Subject", text)) == text
    assert value(head.own_field("X-A", text)) == text
    (found,) = people([head.people("To", [Person(text, "a@b.example")])[:-2].decode()[3:]])
    assert found == Person(text, "a@b.example")


@pytest.mark.parametrize(
    "address",
    ["a b@x.example", "a@x.example>", "a@x.example,b@y.example", "<a@x.example", "a;b@c.d"],
)
def test_an_address_that_would_be_more_is_refused(address: str) -> None:
    with pytest.raises(BadUsage) as refused:
        head.people("To", [Person("", address)])
    assert refused.value.hint


def test_every_character_is_refused_or_read_again() -> None:
    for number in (*range(0x3000), *range(0xD7F0, 0xE010), *range(0xFE00, 0x10010)):
        text = f"a{chr(number)}b"
        try:
            octets = head.field("Subject", text)
        except BadUsage:
            assert unicodedata.category(chr(number)) in {"Cc", "Cf", "Cs", "Zl", "Zp"}
            continue
        assert re.fullmatch(rb"Subject: [ -~\t]+\r\n", octets)
        assert value(octets) == text
