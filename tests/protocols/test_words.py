import base64
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from mailctl.domain.secret import Secret
from mailctl.protocols.words import plain

passwords = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=6, max_size=20)


@given(st.text() | st.binary())
def test_words_are_short_and_harmless(said: str | bytes) -> None:
    shown = plain(said)
    assert len(shown) <= 200
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(passwords, st.text(max_size=20), st.text(max_size=20))
def test_words_that_repeat_the_secret_are_withheld(secret: str, before: str, after: str) -> None:
    assume(" ".join(secret.split()) and "withheld" not in secret)
    shown = plain(before + secret + after, Secret(secret))
    assert secret not in shown


@pytest.mark.parametrize("wrap", ["{}", "user={} ok", "x{}", "xy {}."])
@given(secret=passwords, user=st.sampled_from(["", "\0ada\0", "\0ada@corp.example\0"]))
def test_words_that_repeat_the_secret_in_base64_are_withheld(
    wrap: str, secret: str, user: str
) -> None:
    encoded = base64.b64encode(f"{user}{secret}".encode()).decode()
    assert encoded not in plain(wrap.format(encoded), Secret(secret))


def test_an_empty_secret_hides_nothing() -> None:
    assert plain("hello", Secret("")) == "hello"
