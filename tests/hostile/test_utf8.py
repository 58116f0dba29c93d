"""Folders named in UTF-8 (RFC 6855) where the server is known for it, and as ever where not."""

import pytest

from mailctl.errors import ExitCode
from tests.hostile.conftest import Besiege
from tests.hostile.siege import Siege, mail
from tests.rig.imap_model import EVERYTHING, HONEST, Faults, Refusal

NAMES = ("Büro", "日本語/😀", "A&B", "&", "a &- b", 'say "hi"\\', "Archive", "nope\x85")
UNKNOWN, KNOWN = "model", "Stalwart"


def named(besiege: Besiege, server: str, *, faults: Faults = HONEST) -> Siege:
    siege = besiege(capabilities=EVERYTHING, count=2, is_synced=False)
    siege.server.name = server
    siege.server.arm(faults)
    for number, name in enumerate(NAMES):
        siege.box.create(name).append(mail(50 + number))
    return siege


def followed(siege: Siege) -> None:
    """Demand that every folder is read, and read again."""
    for number in range(2):
        assert siege.sync().code == ExitCode.OK
        assert siege.differences() == []
        for folder in siege.box:
            folder.append(mail(100 * number + len(folder.path)))
    assert siege.sync().code == ExitCode.OK
    assert siege.differences() == []


def heard(siege: Siege, words: bytes) -> bool:
    return any(words in command for command in siege.server.heard)


def test_a_known_server_is_talked_to_in_utf8(besiege: Besiege) -> None:
    siege = named(besiege, KNOWN)
    followed(siege)
    assert heard(siege, 'EXAMINE "Büro"'.encode())
    assert heard(siege, b'EXAMINE "A&B"')


def test_an_unknown_one_is_not(besiege: Besiege) -> None:
    siege = named(besiege, UNKNOWN)
    followed(siege)
    assert not heard(siege, b"UTF8=ACCEPT")
    assert heard(siege, b'EXAMINE "B&APw-ro"')


@pytest.mark.parametrize("answer", [b"NO not today", b"BAD what"])
def test_a_server_that_refuses_it_is_talked_to_as_before(besiege: Besiege, answer: bytes) -> None:
    siege = named(besiege, KNOWN, faults=Faults(refusals=(Refusal("ENABLE UTF8", answer),)))
    followed(siege)
    assert heard(siege, b'EXAMINE "B&APw-ro"')


def test_a_server_that_does_it_without_a_word_is_read_all_the_same(besiege: Besiege) -> None:
    siege = named(besiege, KNOWN, faults=Faults(enables_silently=True))
    siege.box.delete("a &- b")  # nobody can tell how this one is spelled
    followed(siege)
    assert heard(siege, 'EXAMINE "Büro"'.encode())


def test_the_folders_are_the_same_ones_when_the_spelling_changes(besiege: Besiege) -> None:
    siege = named(besiege, UNKNOWN)
    followed(siege)
    before = siege.copies()
    siege.server.name = KNOWN
    siege.server.hang_up()
    assert siege.sync().code == ExitCode.OK
    assert siege.copies() == before
