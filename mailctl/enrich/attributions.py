"""How mail programs introduce what they quote or pass on, in many languages."""

import re

from mailctl.enrich.words.quotes import (
    ADDRESS,
    DATE,
    ENDS,
    HEADER_FROM,
    HEADER_OTHER,
    VERB,
)

HEADER_WITHIN = 6

_LINES_MAX = 4
_DIGIT = re.compile(r"\d")


def attribution(lines: list[str], place: int) -> int:
    """Return how many lines from `place` on say who wrote what follows, 0 if they do not.

    Long ones are broken by mail programs; some languages need no verb (`пн, 3 янв. …:`).
    """
    said = lines[place].strip()
    if not said or len(said) > 300:
        return 0
    if said.startswith("--") and said.endswith("--") and VERB.search(said):
        return 1
    for count in range(1, _LINES_MAX + 1):
        if len(said) > 400:
            return 0
        if ENDS.search(said[-4:]) or (count == 1 and said.endswith(("wrote", "writes:"))):
            return count if _is_attribution(said) else 0
        if count == 1 and not ("@" in said or DATE.search(said)):
            return 0
        following = place + count
        if following >= len(lines) or not lines[following].strip() or lines[following][0] == ">":
            return 0
        said = f"{said} {lines[following].strip()}"
    return 0


def _is_attribution(said: str) -> bool:
    has_date = _DIGIT.search(said) is not None and DATE.search(said) is not None
    has_address = "@" in said and ADDRESS.search(said) is not None
    if has_date and has_address:
        return True
    return (has_date or has_address) and VERB.search(said) is not None


def is_short_attribution(said: str) -> bool:
    """Return whether a line may be `Bob wrote:`, which says so only where a quote follows."""
    said = said.strip()
    return (
        len(said.split()) <= 5 and ENDS.search(said) is not None and VERB.search(said) is not None
    )


def is_header_block(lines: list[str], place: int) -> bool:
    """Return whether the header of another mail begins here, as Outlook and its kin write it."""
    if HEADER_FROM.match(lines[place]) is None:
        return _begins_with_date(lines, place)
    following = lines[place + 1 : place + 1 + HEADER_WITHIN]
    if following and HEADER_OTHER.match(following[0]) is not None:
        return True
    return sum(HEADER_OTHER.match(line) is not None for line in following) >= 2


def _begins_with_date(lines: list[str], place: int) -> bool:
    """Return whether a header begins with another field, such as Date or Subject."""
    if HEADER_OTHER.match(lines[place]) is None:
        return False
    following = lines[place + 1 : place + HEADER_WITHIN]
    others = sum(HEADER_OTHER.match(line) is not None for line in following)
    return others >= 2 and any(HEADER_FROM.match(line) for line in following)
