"""Which folders are read, by the words of a person."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mailctl.domain.folders import FolderChoice, RemoteFolder, SpecialUse, fitting
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


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0")), max_size=5))
def test_what_is_written_is_read_again(words: list[str]) -> None:
    try:
        choice = FolderChoice.read(",".join(words))
    except BadUsage:
        return
    assert FolderChoice.read(str(choice)) == choice


def remote(path: str, use: SpecialUse | None = None, *, has_labels: bool = False) -> RemoteFolder:
    return RemoteFolder(path, "/", use, is_selectable=True, state=None, has_labels=has_labels)


THERE = [remote(path, use) for path, use in FOLDERS.items()]
GMAIL = [
    remote("INBOX", SpecialUse.INBOX),
    remote("[Gmail]/All Mail", SpecialUse.ALL, has_labels=True),
    remote("[Gmail]/Spam", SpecialUse.JUNK),
]


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("default", ["Junk"], "default,Junk"),
        ("default", ["Sent"], "default"),
        ("default,!Archive", ["Archive"], "default"),
        ("INBOX", ["Archive*"], "INBOX,Archive*"),
        ("INBOX", ["Sent", "\\Junk"], "INBOX,Sent,\\Junk"),
        ("INBOX", ["a,b"], 'INBOX,"a,b"'),
    ],
)
def test_a_folder_is_read_too(before: str, words: list[str], after: str) -> None:
    assert str(FolderChoice.read(before).changed(words, THERE, wanted=True)) == after


@pytest.mark.parametrize(
    ("before", "words", "after"),
    [
        ("default", ["Archive"], "default,!Archive"),
        ("default", ["Junk"], "default"),
        ("default,Junk", ["Junk"], "default"),
        ("INBOX,Sent", ["Sent"], "INBOX"),
        ("all", ["\\Junk"], "all,!\\Junk"),
        ("INBOX,Archive*", ["Archive/2025"], "INBOX,Archive*,!Archive/2025"),
    ],
)
def test_a_folder_is_read_no_longer(before: str, words: list[str], after: str) -> None:
    assert str(FolderChoice.read(before).changed(words, THERE, wanted=False)) == after


def test_the_last_folder_is_not_left_out() -> None:
    with pytest.raises(BadUsage, match="no folder would be read"):
        FolderChoice.read("INBOX,Sent").changed(["INBOX", "Sent"], THERE, wanted=False)


def test_beside_the_folder_of_labels_another_is_read_without_taking_them_all() -> None:
    choice = FolderChoice().changed(["\\Junk"], GMAIL, wanted=True)
    assert [each.path for each in choice.among(GMAIL)] == ["[Gmail]/All Mail", "[Gmail]/Spam"]


@pytest.mark.parametrize("path", ["all", "default", "a*b", "!a", "\\Sent", " a", "a\nb"])
def test_a_folder_that_no_word_names_alone_is_refused_or_chosen_exactly(path: str) -> None:
    there = [*THERE, remote(path), remote("axb")]
    choice = FolderChoice.read("INBOX")
    try:
        made = choice.changed([path], there, wanted=True)
    except BadUsage:
        return
    assert {each.path for each in made.among(there)} == {"INBOX", path}


paths = st.sampled_from(["INBOX", "Inbox", "a", "a/b", "a*", "all", "default", "!a", 'b"', "c,d"])
words = st.sampled_from(["default", "all", "INBOX", "a*", "!a/*", "a", "\\Junk", "!\\Sent", "c,d"])


@given(
    st.lists(st.tuples(paths, st.sampled_from([None, *SpecialUse])), unique_by=lambda f: f[0]),
    st.lists(words, min_size=1, max_size=4),
    st.lists(st.one_of(paths, words), min_size=1, max_size=3),
    st.booleans(),
)
@example([("all", None), ("a", None)], ["INBOX"], ["all"], True)
def test_just_what_was_asked_for_changes(
    folders: list[tuple[str, SpecialUse | None]], said: list[str], asked: list[str], wanted: bool
) -> None:
    there = [remote(path, use) for path, use in folders]
    before = FolderChoice(tuple(said))
    read_before = {each.path for each in before.among(there)}
    meant = {each.path for word in asked for each in fitting(word, there)}
    try:
        after = before.changed(asked, there, wanted=wanted)
    except BadUsage:
        return
    read_after = {each.path for each in after.among(there)}
    assert read_after == (read_before | meant if wanted else read_before - meant)
    assert after.changed(asked, there, wanted=wanted) == after
    assert after == before or FolderChoice.read(str(after)) == after
