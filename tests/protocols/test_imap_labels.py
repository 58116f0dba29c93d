"""Labels as Gmail writes them, one like this and the next like that."""

import pytest

from mailctl.domain.folders import SpecialUse
from mailctl.domain.syncing import Uid
from mailctl.protocols.imap.answers import Item, Part, item
from mailctl.protocols.imap.labels import Labelling

LABELLING = Labelling(b"x", {SpecialUse.SENT: "[Gmail]/Sent Mail"})


def told(*parts: Part) -> Item:
    found = item(list(parts))
    assert found is not None
    return found


def paths(found: Item) -> set[str] | None:
    return None if found.words is None else set(LABELLING.paths(found.words))


@pytest.mark.parametrize(
    ("written", "meant"),
    {
        b"": set(),
        b'"\\\\Inbox"': {"INBOX"},
        b'"\\Inbox"': {"INBOX"},
        b"\\Inbox": {"INBOX"},
        b"\\INBOX": {"INBOX"},
        b'"\\\\Sent" \\Sent': {"[Gmail]/Sent Mail"},
        b'"\\\\Starred" \\Important \\Muted': {"\\Starred", "\\Important", "\\Muted"},
        b'"Two  words" +plus': {"Two  words", "+plus"},
        b'"(odd) UID 9" FLAGS': {"(odd) UID 9", "FLAGS"},
        b'"say \\"hi\\"" "back\\\\slash"': {'say "hi"', "back\\slash"},
        b'"B&APw-ro/&ZeVnLIqe-" "a&-b"': {"Büro/日本語", "a&b"},
        b'"no & code"': {"no & code"},
        "Grüße".encode(): {"Grüße"},
        b"\xff": {"ÿ"},
    }.items(),
)
def test_labels_are_read_however_they_are_written(written: bytes, meant: set[str]) -> None:
    found = told(b"* 3 FETCH (X-GM-LABELS (%s) UID 4 FLAGS (\\Seen) MODSEQ (5))" % written)
    assert paths(found) == meant
    assert (found.uid, found.flags) == (Uid(4), frozenset({"\\Seen"}))


def test_labels_come_as_literals_too() -> None:
    found = told(
        (b'* 3 FETCH (X-GM-THRID 12 X-GM-MSGID 34 X-GM-LABELS (a "b c" {5}', b"\\Sent"),
        (b" {9}", b'x" (UID 7'),
        (b' "d") UID 4 RFC822.SIZE 3 FLAGS () INTERNALDATE "x" BODY[] {3}', b"abc"),
        b")",
    )
    assert paths(found) == {"a", "b c", "[Gmail]/Sent Mail", 'x" (UID 7', "d"}
    assert (found.uid, found.source, found.size_bytes) == (4, b"abc", 3)
    assert (found.thread, found.server_id) == ("12", "34")


def test_a_body_has_no_labels() -> None:
    found = told(b'* 3 FETCH (UID 4 BODY[] " X-GM-LABELS (\\\\Inbox) X-GM-THRID 7 ")')
    assert (found.words, found.thread) == (None, None)
    assert found.source == b" X-GM-LABELS (\\Inbox) X-GM-THRID 7 "
