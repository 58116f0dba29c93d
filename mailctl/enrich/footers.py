"""What stands below signatures and is none: footers of lists, disclaimers, advertising of apps."""

from mailctl.enrich.words.footers import (
    DISCLAIMER,
    LIST,
    POSTSCRIPT,
    RULE,
    SAYS_SO,
)

_LONG = 70


def is_list_footer(texts: list[str], place: int) -> bool:
    """Return whether a rule stands here, below which a mailing list speaks of itself."""
    text = texts[place].strip()
    below = texts[place + 1 : place + 6]
    if RULE.match(text) or text in {"--", "---"}:
        return any(LIST.search(line[:300]) for line in below) and not _is_of_a_person(below)
    return text[:40].lower().startswith("you received this message because")


def _is_of_a_person(below: list[str]) -> bool:
    """Return whether what is below a delimiter begins as a signature does."""
    first = next((at for at, line in enumerate(below) if line.strip()), 0)
    return not any(LIST.search(line[:300]) for line in below[first : first + 3])


def is_disclaimer(text: str, following: str) -> bool:
    """Return whether a paragraph of legal words begins with the line."""
    if DISCLAIMER.match(text) is None:
        return False
    if len(text) > (_LONG if text[:2].isascii() or text[0] < "\u3000" else _LONG // 4) or (
        len(text.split()) <= 3 and text.rstrip().endswith((":", "!"))
    ):
        return True
    return SAYS_SO.search(text) is not None or SAYS_SO.search(following[:300]) is not None


def is_postscript(text: str) -> bool:
    """Return whether something is added here after the signature."""
    return POSTSCRIPT.match(text) is not None
