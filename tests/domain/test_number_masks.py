"""How numbers of records look."""

import time

import pytest

from mailctl.domain.number_masks import fits, pattern
from mailctl.errors import BadUsage


@pytest.mark.parametrize(
    ("mask", "good", "bad"),
    [
        ("INV-####", "INV-4711", "INV-471"),
        ("INV-####", "inv-0001", "INV-47111"),
        ("INV-##+", "INV-4711", "INV-4"),
        ("@@/#+", "AB/1", "A1/1"),
        ("?+", "a1B2", "a-1"),
        (r"\#-#", "#-1", "1-1"),
        ("x+#", "xxx1", "1"),
        ("a.c", "a.c", "abc"),
        ("#", "7", "٧"),
        ("", "anything at\nall", ""),
    ],
)
def test_a_mask_says_what_a_number_looks_like(mask: str, good: str, bad: str) -> None:
    assert fits(good, mask)
    assert not fits(bad, mask)


@pytest.mark.parametrize("mask", ["#+#", "?+@", "@+?+", "x+X", "#+1", "a\\", "#" * 101])
def test_a_mask_that_nothing_would_match_is_refused(mask: str) -> None:
    with pytest.raises(BadUsage):
        pattern(mask)


def test_no_number_holds_a_match_up() -> None:
    mask = "#+-" * 33
    started = time.process_time()
    assert not fits(("1" * 30_000 + "-") * 32 + "1" * 30_000, mask)
    assert time.process_time() - started < 1
