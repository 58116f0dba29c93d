"""What is in a winmail.dat."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.mail.lzfu import uncompressed
from mailctl.mail.rtf import text_of_rtf
from mailctl.mail.tnef import Tnef, TnefFile, read_tnef
from tests.mail.nasty.kind_cases import FILES
from tests.mail.nasty.tnef_maker import (
    attribute,
    message_within,
    new_file,
    old_file,
    properties,
    tnef,
    variable,
)

# The example of MS-OXRTFCP section 3.1.1, and what it says.
COMPRESSED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c09002062"
    "7705b06c647d0a800fa0"
)
RTF = b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def message(*each: bytes) -> bytes:
    return attribute(1, 0x9003, properties(*each))


def test_files_of_old_and_new_programs_are_found() -> None:
    found = read_tnef(FILES)
    assert found is not None
    assert [(file.name, file.octets) for file in found.files] == [
        ("Счёт.txt", b"one"),
        ("../ü.pdf", b"two"),
    ]
    assert found.is_whole


def test_a_file_keeps_its_type_and_its_id() -> None:
    more = (variable(0x370E, 0x1E, b"image/png\0"), variable(0x3712, 0x1E, b"<a@x>\0"))
    assert read_tnef(tnef(new_file("a.png", b"x", *more))) == Tnef(
        files=[TnefFile("a.png", "image/png", "a@x", b"x")]
    )


@pytest.mark.parametrize(
    ("stream", "text", "html"),
    [
        (attribute(1, 0x800C, b"gr\xfcn\0"), "grün", ""),
        (message(variable(0x1000, 0x1F, "grün\0".encode("utf-16-le"))), "grün", ""),
        (message(variable(0x1013, 0x102, b"<p>gr\xfcn")), "", "<p>grün"),
        (
            message(
                variable(0x1013, 0x102, "<p>grün".encode()),
                struct.pack("<HHI", 0x03, 0x3FDE, 65001),
            ),
            "",
            "<p>grün",
        ),
    ],
)
def test_the_text_is_read_in_its_code_page(stream: bytes, text: str, html: str) -> None:
    assert read_tnef(tnef(stream)) == Tnef(text=text, html=html)


def test_text_that_is_rtf_alone_is_read_from_it() -> None:
    assert uncompressed(COMPRESSED) == RTF
    found = read_tnef(tnef(message(variable(0x1009, 0x102, COMPRESSED))))
    assert found == Tnef(text="hello world")


@pytest.mark.parametrize(
    ("rtf", "text"),
    [
        (rb"{\rtf1\ansi\ansicpg1251 \'cf\'f0\'e8\par\b b\b0  c}", "При\nb c"),
        (rb"{\rtf1\ansi\ansicpg932 \'93\'fa\'96\'7b}", "日本"),
        (rb"{\rtf1{\fonttbl{\f0 Arial;}}{\*\x y{z}}a{\i b}c}", "abc"),
        (rb"{\rtf1 \u252?\u-10179?\u-8704?\uc2\u228 ab{\uc0\u246}x}", "ü\U0001f600äöx"),
        (rb"{\rtf1 a\\b\{c\}\~d\tab e\cell f\row g}", "a\\b{c} d\te f\ng"),
        (rb"{\rtf1\fromhtml1 {\*\htmltag64 <p>}\htmlrtf \par\htmlrtf0 a{\*\htmltag72 </p>}}", "a"),
        (b"{\\rtf1 one\r\ntwo\\par\r\n\\par\\par\\par three}}}", "onetwo\n\nthree"),
        (b"{\\rtf1 \\ud" + b"{" * 10_000 + b"a", "a"),
        (b"hello", ""),
        (b"", ""),
    ],
)
def test_rtf_is_read_without_its_formats(rtf: bytes, text: str) -> None:
    assert text_of_rtf(rtf) == text


@given(
    st.lists(st.sampled_from([b"{", b"}", b"\\*", b"\\u", b"-9", b"\\'", b"e4", b" ", b"x", b"\\"]))
)
def test_any_rtf_gives_text_that_utf_8_can_hold(pieces: list[bytes]) -> None:
    text_of_rtf(b"{\\rtf1" + b"".join(pieces)).encode()


@pytest.mark.parametrize("end", range(len(COMPRESSED)))
def test_rtf_that_is_cut_is_read_up_to_there(end: int) -> None:
    assert RTF.startswith(uncompressed(COMPRESSED[:end]).rstrip(b"\0")[:10])


def test_properties_with_names_and_with_many_values_are_passed_over() -> None:
    guid = bytes(16)
    named = struct.pack("<HH", 0x1F, 0x8001) + guid + struct.pack("<II", 1, 3) + b"a\0b\0"
    named += struct.pack("<II", 1, 2) + b"x\0\0\0"
    numbered = struct.pack("<HH", 0x03, 0x8002) + guid + struct.pack("<III", 0, 7, 9)
    many = struct.pack("<HHI", 0x1002, 0x3000, 3) + bytes(8)
    text = variable(0x1000, 0x1E, b"Hi")
    assert read_tnef(tnef(message(named, numbered, many, text))) == Tnef(text="Hi")


def test_messages_in_messages_are_opened_a_few_levels_deep() -> None:
    stream = tnef(old_file(b"a.txt", b"x"))
    for _ in range(3):
        stream = tnef(message_within(stream))
    found = read_tnef(stream)
    assert found is not None
    assert [file.name for file in found.files] == ["a.txt"]
    deeper = read_tnef(tnef(message_within(tnef(message_within(stream)))))
    assert deeper is not None
    assert not deeper.is_whole


@pytest.mark.parametrize("octets", [b"", b"x", FILES[:4], FILES[:6], b"\0" * 100])
def test_what_holds_nothing_is_none(octets: bytes) -> None:
    assert read_tnef(octets) is None


@given(st.integers(0, len(FILES)), st.binary(max_size=12), st.integers(0, 12))
def test_anything_may_be_damaged(place: int, octets: bytes, lost: int) -> None:
    read_tnef(FILES[:place] + octets + FILES[place + lost :])


@given(st.binary(max_size=100))
def test_any_octets_are_compressed_or_not(octets: bytes) -> None:
    uncompressed(COMPRESSED[:16] + octets)
