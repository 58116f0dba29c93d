"""Servers that spoil what they say of a message: others are read, and no body is another's."""

import pytest

from tests.hostile.conftest import Besiege
from tests.hostile.servers import some_servers
from tests.hostile.siege import Siege, mail
from tests.rig.imap_model import Faults, Literal, Mangling
from tests.soak import count

each_literal = pytest.mark.parametrize("literal", Literal)
each_mangling = pytest.mark.parametrize("mangling", Mangling)

VICTIM = 7
# A size that is wrong and an answer that is none may hide a message; these hide nothing.
HARMLESS = [
    Mangling.UID_LAST,
    Mangling.NIL_FLAGS,
    Mangling.FLAGS_AFTER_BODY,
    Mangling.FLAGS_ALONE_FIRST,
    Mangling.SPACES,
    Mangling.NULS,
    Mangling.LOWER_CASE,
    Mangling.TWICE,
    Mangling.WRONG_UID_TOO,
    Mangling.IMPOSSIBLE_DATE,
    Mangling.NEGATIVE_MODSEQ,
    Mangling.BODY_OF_ANOTHER,
]


def others_are_stored(siege: Siege) -> bool:
    """Whether every message but the victim is there."""
    return siege.present().keys() >= siege.box.inbox.mails.keys() - {VICTIM}


# Literals (L3)


@some_servers
@each_literal
def test_a_literal_that_lies_spoils_one_message_and_no_other(
    besiege: Besiege, capabilities: frozenset[str], literal: Literal
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=30)
    siege.lie(Faults(literal=literal, spoiled=frozenset({VICTIM})))
    siege.settle()


@some_servers
@each_literal
def test_the_rest_of_the_folder_goes_on_although_a_literal_always_lies(
    besiege: Besiege, capabilities: frozenset[str], literal: Literal
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=30)
    siege.server.arm(Faults(literal=literal, spoiled=frozenset({VICTIM})))
    for _ in range(4):
        siege.sync()
        if others_are_stored(siege):
            break
    assert others_are_stored(siege)
    siege.settle()


@some_servers
@each_literal
def test_a_body_that_a_literal_cut_is_not_stored(
    besiege: Besiege, capabilities: frozenset[str], literal: Literal
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=30)
    siege.lie(Faults(literal=literal, spoiled=frozenset({VICTIM})))
    victim = siege.present().get(VICTIM)
    assert victim is None or victim.digest == siege.box.inbox.mails[VICTIM].digest
    siege.server.lied_about.clear()
    siege.settle()


@some_servers
@each_literal
def test_literals_that_all_lie_end_in_time_and_are_made_good(
    besiege: Besiege, capabilities: frozenset[str], literal: Literal
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=12)
    siege.lie(Faults(literal=literal))
    siege.settle()


# Malformed answers (L6)


@some_servers
@each_mangling
def test_an_answer_that_is_malformed_for_one_message_spoils_no_other(
    besiege: Besiege, capabilities: frozenset[str], mangling: Mangling
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=30)
    siege.server.arm(Faults(mangling=mangling, spoiled=frozenset({VICTIM})))
    for _ in range(4):
        siege.lift_pause()
        siege.sync()
        if others_are_stored(siege):
            break
    assert others_are_stored(siege)
    siege.settle()


@some_servers
@each_mangling
def test_answers_that_are_all_malformed_never_give_a_body_to_another(
    besiege: Besiege, capabilities: frozenset[str], mangling: Mangling
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=12)
    if mangling is Mangling.NIL_FLAGS:  # which reads as: it has none
        for uid in siege.box.inbox.mails:
            siege.box.inbox.flag(uid)
    siege.server.arm(Faults(mangling=mangling))
    siege.sync()
    siege.server.lied_about.clear()
    sources = {m.digest: m.uid for m in siege.box.inbox.mails.values()}
    for uid, copy in siege.present().items():
        assert sources.get(copy.digest) == uid, f"{uid} has the body of {sources.get(copy.digest)}"
    siege.settle()


@some_servers
@pytest.mark.parametrize("mangling", HARMLESS)
def test_what_is_only_odd_is_read(
    besiege: Besiege, capabilities: frozenset[str], mangling: Mangling
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=12)
    siege.lie(Faults(mangling=mangling))
    digests = {m.uid: m.digest for m in siege.box.inbox.mails.values()}
    assert {uid: copy.digest for uid, copy in siege.present().items()} == digests


@some_servers
@each_mangling
def test_malformed_news_of_known_messages_take_nothing_away(
    besiege: Besiege, capabilities: frozenset[str], mangling: Mangling
) -> None:
    siege = besiege(capabilities=capabilities, count=12)
    siege.box.inbox.append(mail(99))
    siege.lie(Faults(mangling=mangling))
    assert siege.present().keys() >= set(range(1, 13))
    siege.box.inbox.flag(2, r"\Flagged")
    siege.settle()


@some_servers
@pytest.mark.parametrize("seed", range(count(6, 200)))
def test_garbage_between_answers_is_no_news(
    besiege: Besiege, capabilities: frozenset[str], seed: int
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False, count=12)
    siege.lie(Faults(garbage=0.2, seed=seed))
    siege.settle()
    siege.box.inbox.append(mail(99))
    siege.box.inbox.expunge(3)
    siege.lie(Faults(garbage=0.2, seed=seed + 1000))
    siege.settle()
