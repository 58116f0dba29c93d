"""Plain text: flowed lines, addresses in it, files in it."""

import binascii

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.mail.links import LINKS_MAX, in_text, once_each
from mailctl.mail.plain_text import unflowed
from mailctl.mail.uuencoded import Uuencoded, separated


@pytest.mark.parametrize(
    ("flowed", "text"),
    [
        ("one \ntwo\nthree", "one two\nthree"),
        ("> a \n> b\nc", "> a b\nc"),
        (">> a \n> b", ">> a\n> b"),
        ("a \n\nb", "a\n\nb"),
        (" >stuffed \n From x", ">stuffed From x"),
        ("a \n-- \nAda", "a\n-- \nAda"),
        ("> -- \n> Ada", "> -- \n> Ada"),
        ("", ""),
        ("a ", "a"),
    ],
)
def test_flowed_lines_become_paragraphs(flowed: str, text: str) -> None:
    assert unflowed(flowed, deletes_spaces=False) == text


def test_spaces_that_break_lines_may_be_none_of_the_text() -> None:
    assert unflowed("日本 \n語", deletes_spaces=True) == "日本語"


@given(st.lists(st.sampled_from(["w", " ", ">", "-- ", "\n", "\n>", " \n"]), max_size=30))
def test_no_word_of_flowed_text_is_lost(pieces: list[str]) -> None:
    flowed = "".join(pieces)
    assert unflowed(flowed, deletes_spaces=False).count("w") == flowed.count("w")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("http://a.example", ["http://a.example"]),
        ("<https://a.example/b?c=d#e>", ["https://a.example/b?c=d#e"]),
        ("(see https://a.example/b_(c)).", ["https://a.example/b_(c)"]),
        ('"https://a.example/", he said', ["https://a.example/"]),
        ("mailto:a@b.example!", ["mailto:a@b.example"]),
        ("https://пример.example/ü", ["https://пример.example/ü"]),
        ("HTTP://A.example", ["HTTP://A.example"]),
        ("xhttp://a.example https:// http:///a", []),
        ("javascript:x ftp://a.example file:///etc/passwd", []),
        ("https://a.example/\u202eb", ["https://a.example/\u202eb"]),
    ],
)
def test_addresses_are_found_as_they_stand_in_a_sentence(text: str, links: list[str]) -> None:
    assert list(once_each(in_text(text))) == links


def test_links_are_told_once_and_not_without_end() -> None:
    assert once_each(["https://a.example/"] * 3) == ("https://a.example/",)
    assert len(once_each(f"https://a.example/{number}" for number in range(5_000))) == LINKS_MAX
    assert once_each(["https://a.example/" + "x" * 5_000]) == ()


def uuencoded(octets: bytes) -> bytes:
    lines = [octets[place : place + 45] for place in range(0, len(octets), 45)]
    return b"".join(map(binascii.b2a_uu, lines))


@given(st.binary(min_size=1, max_size=200), st.sampled_from([b"\n", b"\r\n"]))
def test_a_uuencoded_file_comes_back_whole_and_leaves_the_text(
    octets: bytes, line_end: bytes
) -> None:
    lines = b"before\nbegin 644 a b.txt\n" + uuencoded(octets) + b"`\nend\nafter\n"
    text, files = separated(lines.replace(b"\n", line_end))
    assert files == [Uuencoded(b"a b.txt", octets, is_whole=True)]
    assert text.split() == [b"before", b"after"]


@pytest.mark.parametrize(
    "text", [b"begin 644 x\n", b"begin here\n#0V%T\nend\n", b" begin 644 x\n#0V%T\nend\n"]
)
def test_a_text_that_only_begins_like_a_file_is_left_alone(text: bytes) -> None:
    assert separated(text) == (text, [])
