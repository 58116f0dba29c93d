"""What somebody may have meant who wrote a name that nothing has."""

from collections.abc import Iterable

_MOST, _LONGEST = 5_000, 200
"""How many names are looked at, and how many characters of one: mistakes are answered at once."""


def meant(word: str, names: Iterable[str]) -> str:
    """Return `is NAME meant? ` of the name that is nearest to a word, or nothing if none is near.

    It goes before what a hint says in any case.
    """
    from difflib import get_close_matches  # for who errs alone
    from itertools import islice

    known = {name.casefold(): name for name in islice(names, _MOST) if len(name) <= _LONGEST}
    near = get_close_matches(word[:_LONGEST].casefold(), known, n=1, cutoff=0.8)
    return f"is {known[near[0]]} meant? " if near else ""
