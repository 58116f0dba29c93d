"""Public names of things: stable, short, readable aloud."""

from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.ids import RANDOM_BYTES, content_id, random_id

ALPHABET = set("0123456789abcdefghjkmnpqrstvwxyz")


def test_the_same_content_gets_the_same_id_for_ever() -> None:
    assert content_id("msg", b"hello") == "msg_416qr9ack116"


def test_the_same_entropy_gives_the_same_id() -> None:
    assert random_id("acc", bytes(range(7))) == "acc_6818g18010"


@given(st.binary(min_size=RANDOM_BYTES, max_size=20))
def test_a_random_id_has_ten_unambiguous_letters(entropy: bytes) -> None:
    prefix, _, letters = random_id("acc", entropy).partition("_")
    assert (prefix, len(letters)) == ("acc", 10)
    assert set(letters) <= ALPHABET


@given(st.binary())
def test_a_content_id_has_twelve_unambiguous_letters(content: bytes) -> None:
    letters = content_id("msg", content).removeprefix("msg_")
    assert len(letters) == 12
    assert set(letters) <= ALPHABET


@given(st.sets(st.binary(), min_size=2, max_size=50))
def test_different_contents_get_different_ids(contents: set[bytes]) -> None:
    assert len({content_id("msg", content) for content in contents}) == len(contents)


@given(st.integers(0, 2**50 - 1), st.integers(0, 2**50 - 1))
def test_every_bit_of_entropy_counts(one: int, other: int) -> None:
    ids = {random_id("acc", number.to_bytes(RANDOM_BYTES, "big")) for number in (one, other)}
    assert len(ids) == len({one, other})
