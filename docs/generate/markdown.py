"""Text as the Markdown of MyST."""

import re
from collections.abc import Iterable, Iterator

from docs.generate.topics import words

_MADE = "% Made by `make docs` from the program: changes belong there.\n"


def page(parts: Iterable[str]) -> str:
    """Return the text of a page, which says that it is made."""
    return "\n".join([_MADE, *parts]).rstrip("\n") + "\n"


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    """Yield the lines of a table, and an empty one behind it."""
    yield _row(head)
    yield _row(["---"] * len(head))
    for row in rows:
        yield _row(row)
    yield ""


def _row(cells: Iterable[str]) -> str:
    return "".join(["| ", " | ".join(cell.replace("|", r"\|") for cell in cells), " |"])


def prose(text: str) -> str:
    """Return text that Markdown takes for nothing else; what is typed is code."""
    return "".join(
        f"`{part}`" if number % 2 else re.sub(r"([\\*_<>\[\]{}#~])", r"\\\1", part)
        for number, part in enumerate(words(text))
    )
