"""Whether a line ends a mail, or begins one."""

import re

from mailctl.enrich.words.closings import (
    CLOSINGS,
    GREETING,
    JOINT,
)

_LANGUAGES = tuple(CLOSINGS)
_CLOSING = re.compile(
    r"[\s*_>~-]{0,8}+(?:"
    + "|".join(f"(?P<{name}>{words})" for name, words in CLOSINGS.items())
    + r")(?P<rest>[\s,.!;:—–~✨🙂😊👋-].{0,80})?$",
    re.IGNORECASE,
)
_FOR_REST = re.compile(r"[\s,.!;:—–~✨🙂😊👋-]{1,8}+")
_LONGEST = 100


def closing(text: str) -> tuple[str, str] | None:
    """Return the language of a line that ends a mail, and what else is on it; None if none."""
    if len(text) > _LONGEST or not text or text.isspace():
        return None
    found = _CLOSING.match(text.rstrip())
    if found is None:
        return None
    language = next(name for name in _LANGUAGES if found[name] is not None)
    rest = _FOR_REST.sub("", found["rest"] or "", count=1) if found["rest"] else ""
    joined = JOINT.match(rest)
    if joined is not None and (further := closing(rest[joined.end() :])) is not None:
        return language, further[1]
    if rest and (len(rest.split()) > 4 or rest[:1].islower() or rest.endswith("?")):
        return None
    return language, rest


def is_greeting(text: str) -> bool:
    """Return whether a mail begins here."""
    return GREETING.match(text) is not None
