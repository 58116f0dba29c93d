"""Writes everything that is made from the commands, or says whether it is as it should be."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from docs.generate.manual import manual
from docs.generate.presets import presets
from docs.generate.reference import reference
from mailctl.cli.completion import Shell, script_of

DOCS = Path(__file__).parent.parent
MADE = ("man", "completions", "reference", "topics")
"""The directories in which every file is made here."""
_SCRIPTS = {Shell.BASH: "mailctl.bash", Shell.ZSH: "_mailctl", Shell.FISH: "mailctl.fish"}


def everything() -> Iterator[tuple[Path, str]]:
    """Yield the path of each file below docs/, and the text that it must have."""
    for name, text in manual():
        yield Path("man", name), text
    for shell, name in _SCRIPTS.items():
        yield Path("completions", name), script_of(shell) + "\n"
    for name, text in (*reference(), *presets()):
        yield Path(name), text


def main(argv: Sequence[str] | None = None, *, docs: Path = DOCS) -> int:
    """Write the files and remove those of commands that went; with --check only compare (1)."""
    parser = argparse.ArgumentParser(prog="python -m docs.generate")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if stale")
    wanted = {docs / path: text for path, text in everything()}
    there = {path for name in MADE for path in (docs / name).rglob("*") if path.is_file()}
    stale = sorted(path for path in there | wanted.keys() if _read(path) != wanted.get(path))
    if parser.parse_args(argv).check:
        for path in stale:
            sys.stderr.write(f"{path.relative_to(docs.parent)} is not as the commands are now\n")
        sys.stderr.write("run: make docs\n" if stale else "")
        return 1 if stale else 0
    for path in stale:
        _write(path, wanted.get(path))
    return 0


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _write(path: Path, text: str | None) -> None:
    if text is None:
        path.unlink()
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    sys.exit(main())
