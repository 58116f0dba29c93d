"""Text as roff: the man(7) macros that groff and mandoc have in common."""

from collections.abc import Iterable

from docs.generate.topics import words

_SIGNS = {
    "\\": r"\e",
    "-": r"\-",  # a hyphen could not be copied into a shell, nor be searched for
    "'": r"\(aq",
    "`": r"\(ga",
    '"': r"\(dq",
    "^": r"\(ha",
    "~": r"\(ti",
    "…": "...",
}


def escaped(text: str) -> str:
    """Return text that says itself, whatever it begins with and wherever it stands."""
    signs = "".join(
        _SIGNS.get(sign) or (sign if sign.isascii() else rf"\[u{ord(sign):04X}]") for sign in text
    )
    return rf"\&{signs}" if signs.startswith(".") else signs


def prose(text: str) -> str:
    """Return a paragraph; what is typed is bold."""
    parts = words(" ".join(text.split()))
    return "".join(bold(part) if number % 2 else escaped(part) for number, part in enumerate(parts))


def bold(text: str) -> str:
    """Return words to be typed as they are."""
    return rf"\fB{escaped(text)}\fR"


def paragraphs(texts: Iterable[str]) -> list[str]:
    """Return the lines of paragraphs, each after a gap."""
    return [line for text in texts for line in (".PP", prose(text))]


def listed(term: str, text: str) -> list[str]:
    """Return the lines of a term and, indented below it, what is said of it."""
    return [".TP", term, prose(text) or r"\&"]


def shown(lines: Iterable[str]) -> list[str]:
    """Return lines that stay as they are, such as examples."""
    return [".PP", ".RS 4", ".EX", *(escaped(line) or r"\&" for line in lines), ".EE", ".RE"]
