"""Names of files as strangers choose them, and as a disk gets them."""

import unicodedata
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.mail.file_names import alternatives, safe_name, safe_names

ANYTHING = st.text(st.characters(exclude_categories=()), max_size=400) | st.text(
    st.sampled_from(list("./\\.:- \0\n\u202econ1é\udcff")), max_size=20
)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        ("Ma\u0308rz.pdf", "März.pdf"),
        ("счёт.xlsx", "счёт.xlsx"),
        ("../../etc/passwd", "etc_passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/etc/passwd", "etc_passwd"),
        ("C:\\Users\\Ada\\x.doc", "C_Users_Ada_x.doc"),
        ("a\uff0fb\u2215c", "a_b_c"),
        ("x.txt:hidden", "x.txt_hidden"),
        ("a\nb\r.txt", "ab.txt"),
        ("a\0.exe\0.txt", "a.exe.txt"),
        ("\u202egnp.exe", "gnp.exe"),
        ("\x1b]0;pwned\x07.txt", "]0;pwned.txt"),
        ("con", "_con"),
        ("NUL.tar.gz", "_NUL.tar.gz"),
        ("com1.txt", "_com1.txt"),
        ("COM1 .txt", "_COM1 .txt"),
        ("lpt\u00b9", "_lpt\u00b9"),
        ("context.txt", "context.txt"),
        (".bashrc", "bashrc"),
        ("-rf", "rf"),
        ("~root", "root"),
        ("report.pdf. . ", "report.pdf"),
        ("  two   spaces .txt", "two spaces .txt"),
        ("", "attachment.png"),
        ("..", "attachment.png"),
        (" . ", "attachment.png"),
        ("\u202e", "attachment.png"),
    ],
)
def test_a_name_is_one_harmless_component(name: str, safe: str) -> None:
    assert safe_name(name, "image/png") == safe


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("a" * 5_000 + ".pdf", "a.pdf"),
        ("é" * 5_000 + ".docx", "é.docx"),
        ("a" * 5_000, "a"),
        ("a." + "b" * 5_000, "b"),
        ("\N{GRINNING FACE}" * 5_000 + ".txt", "\N{GRINNING FACE}.txt"),
    ],
)
def test_a_long_name_is_cut_between_characters_and_keeps_its_extension(name: str, end: str) -> None:
    safe = safe_name(name, "")
    assert 250 <= len(safe.encode()) <= 255
    assert safe.endswith(end)


def test_equal_names_are_numbered_whatever_their_letter_case() -> None:
    wanted = ["a.txt", "A.TXT", "a.txt", "a-2.txt", "b"]
    assert list(safe_names((name, "") for name in wanted)) == [
        *("a.txt", "A-2.TXT", "a-3.txt", "a-2-2.txt", "b"),
    ]


def test_many_equal_names_are_numbered_in_steps_as_many() -> None:
    long = "x" * 300 + ".txt"
    names = list(safe_names([(long, "")] * 20_000))
    assert len(set(names)) == 20_000
    assert max(len(name.encode()) for name in names) == 255


@given(st.lists(ANYTHING, max_size=6))
def test_any_names_become_different_ones_that_every_disk_takes(names: list[str]) -> None:
    safe = list(safe_names((name, "text/plain") for name in names))
    assert len({unicodedata.normalize("NFC", name).casefold() for name in safe}) == len(names)
    for name in safe:
        assert 0 < len(name.encode()) <= 255
        assert name[0] not in ".-~ "
        assert name[-1] not in ". "
        assert not set('/\\:\0\n"<>|?*') & set(name)
        assert not any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in name)


def test_what_stands_in_for_a_name_keeps_its_beginning_and_its_extension() -> None:
    assert [*islice(alternatives("_con-2.txt"), 3)] == (
        ["_con-2.txt", "_con-2-2.txt", "_con-2-3.txt"]
    )
