"""How the numbers of a type of record look, written so that no number can hold a match up."""

import re

from mailctl.errors import BadUsage

_PARTS = re.compile(r"(\\.|[^\\])(\+?)", re.DOTALL)
_DIGITS, _LETTERS = "0123456789", "abcdefghijklmnopqrstuvwxyz"
_CLASSES = {
    "#": ("[0-9]", _DIGITS),
    "@": ("[A-Za-z]", _LETTERS),
    "?": ("[0-9A-Za-z]", _DIGITS + _LETTERS),
}
LONGEST = 100


def pattern(mask: str) -> re.Pattern[str]:
    r"""Return what a whole number of this mask matches, whatever its case; an empty one any.

    `#` is a digit, `@` a letter, `?` either, `+` behind one of them (or behind any character)
    one or more; `\` before a character makes it stand for itself, as all others do. Raises
    BadUsage. What repeats takes all it can and gives nothing back (a possessive quantifier), so
    a match takes time linear in the number; for that, what follows must be something else.
    """
    if len(mask) > LONGEST:
        raise BadUsage(f"the mask is longer than {LONGEST} characters")
    if sum(len(part[0]) for part in _PARTS.finditer(mask)) != len(mask):
        raise BadUsage(f"the mask {mask!r} ends in a backslash", hint="write \\\\ for one")
    expression, repeated = "", ""
    for part in _PARTS.finditer(mask):
        one, characters = _CLASSES.get(part[1], (re.escape(part[1][-1]), part[1][-1].casefold()))
        if set(repeated) & set(characters):
            raise BadUsage(
                f"the mask {mask!r} does not say where {part[1]} begins",
                hint="what repeats comes last of its kind: ##+ rather than #+#",
            )
        expression += f"{one}++" if part[2] else one
        repeated = characters if part[2] else ""
    return re.compile(expression if mask else r"(?s:.+)", re.IGNORECASE)


def fits(number: str, mask: str) -> bool:
    """Whether a number looks as the mask says, which must be one."""
    return pattern(mask).fullmatch(number) is not None
