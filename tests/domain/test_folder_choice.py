"""Which folders are read, by the words of a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.folders import FolderChoice, SpecialUse
from mailctl.errors import BadUsage

FOLDERS = {
    "INBOX": SpecialUse.INBOX,
    "Sent": SpecialUse.SENT,
    "Junk": SpecialUse.JUNK,
    "[Gmail]/All Mail": SpecialUse.ALL,
    "Archive": None,
    "Archive/2025": None,
    "a,b": None,
}


def read(text: str) -> set[str]:
    choice = FolderChoice.read(text)
    return {path for path, use in FOLDERS.items() if choice.wants(path, use)}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("default", {"INBOX", "Sent", "Archive", "Archive/2025", "a,b"}),
        ("all", set(FOLDERS)),
        ("inbox", {"INBOX"}),
        ("INBOX, Sent", {"INBOX", "Sent"}),
        ("Archive*", {"Archive", "Archive/2025"}),
        ("default,!Archive/*", {"INBOX", "Sent", "Archive", "a,b"}),
        ("!Archive/*,default", {"INBOX", "Sent", "Archive", "Archive/2025", "a,b"}),
        ("\\Junk", {"Junk"}),
        ("all,!\\junk,!\\All", set(FOLDERS) - {"Junk", "[Gmail]/All Mail"}),
        ("[Gmail]/All Mail", {"[Gmail]/All Mail"}),
        ('"a,b"', {"a,b"}),
        ("sent", set()),
    ],
)
def test_the_last_word_that_fits_a_folder_counts(text: str, wanted: set[str]) -> None:
    assert read(text) == wanted


@pytest.mark.parametrize("text", ["", " , ", "!Junk", "\\Nonsense", "!\\Nonsense,all"])
def test_a_choice_of_nothing_is_refused(text: str) -> None:
    with pytest.raises(BadUsage):
        FolderChoice.read(text)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters='"\r\n\0')), max_size=5))
def test_what_is_written_is_read_again(words: list[str]) -> None:
    try:
        choice = FolderChoice.read(",".join(words))
    except BadUsage:
        return
    assert FolderChoice.read(str(choice)) == choice
