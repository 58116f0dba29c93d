"""Maildir: names of messages, flags and folders."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.mail.maildirs import (
    Keywords,
    directory_parts,
    folder_path,
    parted,
    plus_parts,
    received_in,
    size_in,
    unique_name,
    with_letters,
)

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_a_name_says_when_what_and_how_large() -> None:
    name = unique_name("msg_0123456789ab", "f" * 64, AT, 17)
    assert name == "1767323045.msg_0123456789ab_ffffffffffffffff.mailctl,S=17"
    assert size_in(with_letters(name, "S")) == 17
    assert received_in(name) == AT


@pytest.mark.parametrize("name", ["1", "x.y", ".1", "99999999999.x", "1.x,S=", "²1.x"])
def test_names_of_others_need_not_say_anything(name: str) -> None:
    assert size_in(name) is None
    assert received_in(name) in {None, datetime.fromtimestamp(1, UTC)}


def test_flags_are_letters_in_the_order_of_the_alphabet() -> None:
    keywords = Keywords()
    flags = frozenset({"\\Seen", "\\Answered", "\\Flagged", "\\Draft", "\\Deleted", "$Forwarded"})
    assert keywords.letters(flags) == "DFPRST"
    assert keywords.flags("DFPRST") == flags
    assert not keywords.has_grown


def test_keywords_get_small_letters_that_a_file_explains() -> None:
    keywords = Keywords()
    assert keywords.letters({"\\Seen", "work", "$Junk"}) == "Sab"
    assert keywords.has_grown
    assert keywords.written() == "0 $Junk\n1 work\n"
    assert Keywords.read(keywords.written()).flags("Sab") == {"\\Seen", "work", "$Junk"}


def test_a_folder_has_room_for_26_keywords() -> None:
    keywords = Keywords()
    assert len(keywords.letters({f"k{number}" for number in range(30)})) == 26


def test_what_means_nothing_is_no_flag() -> None:
    assert Keywords.read("0 work\nx y\n99 late\n2 gap\n").flags("abczZ2,é") == {"work", "gap"}


def test_letters_stand_behind_the_name() -> None:
    assert parted("1.x:2,FS") == ("1.x", "FS")
    assert parted("1.x") == ("1.x", "")


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("INBOX", ("INBOX",)),
        ("Archive/2024", ("Archive", "2024")),
        ("INBOX.Sent", ("INBOX.Sent",)),
        ("..", ("%2E.",)),
        ("../../etc", ("%2E.", "%2E.", "etc")),
        (".hidden", ("%2Ehidden",)),
        ("a/cur", ("a", "%63ur")),
        ("INBOX/dovecot-keywords", ("INBOX", "%64ovecot-keywords")),
        ("a//b", ("a", "%_", "b")),
        ("50%41\n\0", ("50%2541%0A%00",)),
        ("Архив", ("Архив",)),
    ],
)
def test_a_folder_lies_where_it_can_do_no_harm(path: str, parts: tuple[str, ...]) -> None:
    assert directory_parts(path) == parts
    assert folder_path(parts) == path


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_a_path_of_usual_length_comes_back(path: str) -> None:
    parts = directory_parts(path)
    assert folder_path(parts) == path
    assert not {"", ".", "..", "cur", "new", "tmp"} & set(parts)
    assert not any("/" in part or "\0" in part for part in parts)


@pytest.mark.parametrize("name", ["x" * 300, "ü" * 200, "\n" * 200])
def test_a_name_too_long_for_a_disk_is_cut_and_stays_different(name: str) -> None:
    (cut,) = directory_parts(name)
    assert len(cut.encode()) <= 255
    assert directory_parts(name + "y") != (cut,)


def test_maildir_plus_plus_parts_folders_by_dots() -> None:
    assert plus_parts(".Archive.2024") == ("Archive", "2024")
