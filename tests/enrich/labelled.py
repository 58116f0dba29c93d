"""The labelled mails: what stands in `letters/`, as programs send it, with what is to be found."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.enrich.shapes import SHAPES, Letter, Other, head

LETTERS = Path(__file__).with_name("letters")
_MANY = ("phones", "emails", "web", "social")
_ONE = ("name", "job_title", "company", "department")


@dataclass(frozen=True)
class Labelled:
    """A mail, and what its sender's signature says."""

    id: str
    source: bytes
    one: dict[str, str]
    many: dict[str, list[str]]


@cache
def others() -> dict[str, Other]:
    """Return who is quoted, by language."""
    found = yaml.safe_load((LETTERS / "others.yaml").read_text(encoding="utf-8"))
    return {language: Other(**each) for language, each in found.items()}


def known_mails() -> Iterator[Labelled]:
    """Yield each letter in five shapes, and the mails that were written whole."""
    for language in ("en", "de", "ru", "uk", "fr", "es", "it", "pt", "pl", "eastern"):
        for turn, entry in enumerate(_entries(f"{language}.yaml")):
            names = list(SHAPES)
            for step in range(0, len(names), 2):
                yield _shaped(entry, names[(turn + step) % len(names)], turn + step)
    for turn, entry in enumerate(_entries("traps.yaml")):
        yield _shaped(entry, entry.get("shape", "text"), turn)


def held_out_mails() -> Iterator[Labelled]:
    """Yield the mails that were written after the extractor, each in one shape."""
    for turn, entry in enumerate([*_entries("held_out.yaml"), *_entries("held_out_2.yaml")]):
        yield _shaped(entry, entry.get("shape", "text"), turn)


def _entries(name: str) -> list[dict[str, Any]]:
    path = LETTERS / name
    return list(yaml.safe_load(path.read_text(encoding="utf-8"))) if path.exists() else []


def _shaped(entry: dict[str, Any], shape: str, turn: int) -> Labelled:
    language = entry.get("language") or entry["id"][:2]
    letter = Letter(
        sender=entry["from"],
        body=entry.get("body", ""),
        signature=entry.get("signature", ""),
        language=language,
        other=others()[language],
        turn=turn,
        fields=entry.get("fields", {}),
    )
    if "html" in entry:
        source = f"{head(letter, 'text/html; charset=utf-8')}\n{entry['html']}\n".replace(
            "\n", "\r\n"
        ).encode()
    else:
        source = SHAPES[shape](letter)
    return Labelled(
        id=f"{entry['id']} as {shape}",
        source=source,
        one={name: str(entry[name]) for name in _ONE if name in entry},
        many={name: [str(each) for each in entry.get(name, ())] for name in _MANY},
    )
