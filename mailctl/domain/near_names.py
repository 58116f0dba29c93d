"""What somebody may have meant who wrote a name that nothing has."""

from collections.abc import Iterable

_SHORT = 5
_MOST, _LONGEST = 5_000, 200
"""How many names are looked at, and how many characters of one: mistakes are answered at once."""


def nearest(word: str, names: Iterable[str]) -> str | None:
    """Return the name that differs least from a word, None where none is near."""
    from difflib import get_close_matches  # for who errs alone
    from itertools import islice

    known = {name.casefold(): name for name in islice(names, _MOST) if len(name) <= _LONGEST}
    alike = 0.8 if len(word) > _SHORT else 0.75  # one letter of four
    near = get_close_matches(word[:_LONGEST].casefold(), known, n=1, cutoff=alike)
    return known[near[0]] if near else None


def meant(word: str, names: Iterable[str]) -> str:
    """Return `is NAME meant? ` of the nearest name, or nothing where none is near.

    It goes before what a hint says in any case.
    """
    near = nearest(word, names)
    return f"is {near} meant? " if near else ""
