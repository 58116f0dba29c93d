"""The pages of `mailctl help TOPIC`, cut into what is prose and what is shown as it is."""

import re
from collections.abc import Iterator
from itertools import groupby

from mailctl.output.topics.pages import Page, every_page

_TYPED = re.compile(r"(`[^`]+`)|(?<![\w-])(-o (?:nd)?json|--?[a-z][\w-]*)")


def words(text: str) -> list[str]:
    """Return text cut at what is typed: every second part, between backticks or an option."""
    marked = _TYPED.sub(lambda found: found[1] or f"`{found[2]}`", text)
    return re.split(r"`([^`]+)`", marked)


def topics() -> list[Page]:
    """Return the pages."""
    return list(every_page().values())


def blocks(page: Page) -> Iterator[tuple[bool, list[str]]]:
    """Yield paragraphs, and what is indented (true), as lines without the indentation."""
    body = page.text.partition("\n")[2]
    for is_gap, lines in groupby(body.splitlines(), key=lambda line: not line):
        if not is_gap:
            for is_shown, part in groupby(lines, key=lambda line: line.startswith("  ")):
                yield is_shown, [line.removeprefix("  ") for line in part]


def is_commands(lines: list[str]) -> bool:
    """Whether what is shown are commands to type."""
    return all(re.match(r"(?:\S.*\| |\w+=\S+ )?mailctl ", line) for line in lines)
