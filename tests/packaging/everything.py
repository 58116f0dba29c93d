"""Run by an installed mailctl's Python: imports every module, and asks every command for help."""

import contextlib
import importlib
import io
import json
import pkgutil
import sys
from collections.abc import Iterator
from typing import Any

from typer.main import get_command

import mailctl
from mailctl.cli.main import commands


def every_command(group: Any, *words: str) -> Iterator[tuple[str, ...]]:
    """Yield the words of each command below a group."""
    for name in group.list_commands(None):
        found = group.get_command(None, name)
        if hasattr(found, "list_commands"):
            yield from every_command(found, *words, name)
        else:
            yield (*words, name)


def help_on(words: tuple[str, ...]) -> str:
    """Return what `mailctl WORDS --help` prints."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.suppress(SystemExit):
        commands([*words, "--help"])
    return said.getvalue()


def main() -> None:
    """Print what there was as JSON."""
    modules = [each.name for each in pkgutil.walk_packages(mailctl.__path__, "mailctl.")]
    for module in modules:
        if not module.endswith("__main__"):
            importlib.import_module(module)
    helps = {" ".join(words): help_on(words) for words in every_command(get_command(commands))}
    json.dump({"file": mailctl.__file__, "modules": modules, "helps": helps}, sys.stdout)


if __name__ == "__main__":
    main()
