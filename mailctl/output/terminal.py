"""Text from strangers made harmless before a terminal sees it."""

import re

# C0 but tab and line feed, DEL, C1; bidi embeddings, overrides and isolates (Trojan
# Source) and what is obsolete of them; zero-width and line/paragraph separators; lone surrogates.
_HARMFUL = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"
)


def harmless(text: str) -> str:
    """Return the text with every character that could command the terminal shown as its code."""
    return _HARMFUL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    """Return harmless text that keeps to its cell: breaks and tabs become spaces."""
    return harmless(re.sub(r"[\t\r\n]+", " ", text))
