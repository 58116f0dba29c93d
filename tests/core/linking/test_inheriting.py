"""What a conversation passes on depends on its messages, never on the order of anything."""

import random

from hypothesis import given
from hypothesis import strategies as st

from mailctl.core.linking.inheriting import inherited
from mailctl.domain.links import ObjectNoun, Step
from mailctl.store.linking import Member
from mailctl.store.links import LinkRow


def link(number: int, noun: ObjectNoun, *, is_candidate: bool) -> LinkRow:
    return LinkRow(noun, number, str(noun), Step.ADDRESS, None, is_candidate, "from", "x@x")


LINKS = st.builds(
    link,
    st.integers(1, 4),
    st.sampled_from([ObjectNoun.CONTACT, ObjectNoun.COMPANY]),
    is_candidate=st.booleans(),
)
MEMBERS = st.integers(1, 6).map(
    lambda count: [Member(number, f"msg_{number}", str(number % 3)) for number in range(count)]
)
OWN = st.dictionaries(st.integers(0, 5), st.lists(LINKS, max_size=3), max_size=6)
REMOVED = st.dictionaries(
    st.integers(0, 5),
    st.sets(st.tuples(st.sampled_from(ObjectNoun), st.integers(1, 4)), max_size=3),
)


@given(MEMBERS, OWN, REMOVED, st.randoms(use_true_random=False))
def test_the_order_of_the_messages_says_nothing(
    members: list[Member],
    own: dict[int, list[LinkRow]],
    removed: dict[int, set[tuple[ObjectNoun, int]]],
    chance: random.Random,
) -> None:
    shuffled = members[:]
    chance.shuffle(shuffled)
    first, second = inherited(members, own, removed), inherited(shuffled, own, removed)
    assert {k: set(v) for k, v in first.items()} == {k: set(v) for k, v in second.items()}


@given(MEMBERS, OWN, REMOVED)
def test_only_what_a_message_lacks_comes_and_nothing_that_was_removed(
    members: list[Member],
    own: dict[int, list[LinkRow]],
    removed: dict[int, set[tuple[ObjectNoun, int]]],
) -> None:
    for number, passed_on in inherited(members, own, removed).items():
        full = {each.field for each in own.get(number, ()) if not each.is_candidate}
        among = {each.object for each in own.get(number, ()) if each.is_candidate}
        for each in passed_on:
            assert each.step is Step.THREAD
            assert each.field not in full
            assert (each.noun, each.object) not in removed.get(number, set())
            rivals = {e.object for e in own.get(number, ()) if e.field == each.field}
            assert not rivals or each.object in among
