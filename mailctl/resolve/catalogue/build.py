"""Makes catalogue.json from providers.yaml, because reading YAML takes 200 times as long."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from mailctl.resolve.catalogue import PATH

SOURCE = PATH.with_name("providers.yaml")


def compiled(source: Path) -> str:
    """Return the text that catalogue.json must have for `source`."""
    with source.open(encoding="utf-8") as file:
        catalogue = yaml.safe_load(file)
    return json.dumps(catalogue, ensure_ascii=False, separators=(",", ":")) + "\n"


def main(argv: Sequence[str] | None = None, *, source: Path = SOURCE, result: Path = PATH) -> int:
    """Write the result, or with --check only say whether it is stale (1) or fresh (0)."""
    parser = argparse.ArgumentParser(prog="python -m mailctl.resolve.catalogue.build")
    parser.add_argument("--check", action="store_true", help="write nothing, fail if stale")
    text = compiled(source)
    if not parser.parse_args(argv).check:
        result.write_text(text, encoding="utf-8", newline="\n")
        return 0
    if result.is_file() and result.read_text(encoding="utf-8") == text:
        return 0
    sys.stderr.write(f"{result.name} is not what {source.name} says: run {parser.prog}\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
