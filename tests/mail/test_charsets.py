"""Text from octets with labels that lie."""

import codecs
import encodings.aliases

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailctl.mail.charsets import decode

NO_CHARSETS = [
    *("idna", "undefined", "rot13", "rot_13", "hex", "uu", "zlib", "bz2", "base64", "quopri"),
    *("punycode", "unicode_escape", "raw_unicode_escape", "mbcs", "oem", "string-escape"),
    *("x-unknown", "DEFAULT_CHARSET", "", " ", "..", "../utf-8", "a\0b", "é", "\udcff"),
    *("unknown-8bit", "utf-8" * 30_000, "None"),
]
LABELS = st.one_of(
    st.none(),
    st.sampled_from([*NO_CHARSETS, "utf-7", "utf-16", "utf-32", "hz", "iso-2022-jp"]),
    st.sampled_from(sorted({*encodings.aliases.aliases, *encodings.aliases.aliases.values()})),
    st.text(st.characters(exclude_categories=())),
)


@given(st.binary(), LABELS)
@example(b"+2AA- +3AA-", "utf-7")
@example(b"\x00\xd8", "utf-16-le")
def test_any_octets_with_any_label_give_text_that_utf_8_can_hold(
    octets: bytes, label: str | None
) -> None:
    decode(octets, label).encode()


@pytest.mark.parametrize("label", NO_CHARSETS)
def test_a_label_that_is_no_charset_is_none(label: str) -> None:
    assert decode(b"gr\xc3\xbcn", label) == decode(b"gr\xc3\xbcn", None) == "grün"


@pytest.mark.parametrize("label", [None, "us-ascii", "ascii", "ANSI_X3.4-1968", "x-unknown"])
@pytest.mark.parametrize(("octets", "text"), [(b"gr\xc3\xbcn", "grün"), (b"gr\xfcn", "grün")])
def test_octets_beyond_ascii_without_a_useful_label_are_guessed(
    label: str | None, octets: bytes, text: str
) -> None:
    assert decode(octets, label) == text


@pytest.mark.parametrize(
    ("octets", "label", "text"),
    [
        ("Привет".encode("cp1251"), "win-1251", "Привет"),
        ("Привет".encode("cp1251"), "cp-1251", "Привет"),
        ("Привет".encode("koi8-r"), '"KOI8-R"', "Привет"),
        ("Привет".encode("mac-cyrillic"), "x-mac-cyrillic", "Привет"),
        ("镕".encode("gb18030"), "gb2312", "镕"),
        ("镕".encode("gb18030"), "x-gbk", "镕"),
        ("똠".encode("cp949"), "ks_c_5601-1987", "똠"),
        ("똠".encode("cp949"), "euc-kr", "똠"),
        ("①髙".encode("cp932"), "Shift_JIS", "①髙"),
        (b"\x93quoted\x94 \x80", "iso-8859-1", "“quoted” €"),
        (b"\x93quoted\x94 \x80", "latin-1", "“quoted” €"),
        (b"\x93quoted\x94 \x80", "ISO_8859-1", "“quoted” €"),
        ("grün".encode(), "utf8", "grün"),
        (b"gr\xfcn", "utf-8", "gr\ufffdn"),
    ],
)
def test_a_label_means_what_mailers_mean_by_it(octets: bytes, label: str, text: str) -> None:
    assert decode(octets, label) == text


@pytest.mark.parametrize("label", ["latin-1", "utf-8", "koi8-r", "gb18030", "euc_jp", "cp1252"])
def test_plain_ascii_is_itself_in_every_charset(label: str) -> None:
    assert codecs.lookup(label)
    assert decode(b"Hello, world", label) == "Hello, world"
