"""Plain text as it was meant: flowed lines joined (RFC 3676)."""

import re

_QUOTES = re.compile(r">*")


def unflowed(text: str, *, deletes_spaces: bool) -> str:
    """Return text of `format=flowed` with each paragraph on one line.

    `deletes_spaces` is `delsp=yes`: the space that breaks a line is none of the text's own.
    """
    joined: list[str] = []
    paragraph: list[str] = []
    depth = 0

    def end_paragraph() -> None:
        if paragraph:
            joined.append("".join(paragraph).rstrip(" "))
            paragraph.clear()

    for line in text.split("\n"):
        quotes = _QUOTES.match(line)
        level = quotes.end() if quotes is not None else 0
        content = line[level:].removeprefix(" ")
        if level != depth:
            end_paragraph()
            depth = level
        is_flowed = content.endswith(" ") and content != "-- "
        if not paragraph:
            paragraph.append(">" * level + " " * bool(level and content))
        paragraph.append(content[:-1] if is_flowed and deletes_spaces else content)
        if not is_flowed:
            if content == "-- ":
                joined.append("".join(paragraph))
                paragraph.clear()
            end_paragraph()
    end_paragraph()
    return "\n".join(joined)
