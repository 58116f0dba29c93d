"""What the help says of options by itself: what a value is called, and that it may be repeated."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

_NAMES = {
    "--add": "FLAG",
    "--after": "ID",
    "--at": "TIME",
    "--before": "WHEN",
    "--body": "TEXT",
    "--by": "NAME",
    "--in": "PART",
    "--incoming": "HOST[:PORT]",
    "--interval": "PERIOD",
    "--jobs": "N",
    "--limit": "N",
    "--match": "REGEX",
    "--max-age": "PERIOD",
    "--max-bytes": "SIZE",
    "--max-duration": "PERIOD",
    "--number": "N",
    "--older-than": "WHEN",
    "--remove": "FLAG",
    "--sample": "N",
    "--service-account": "FILE",
    "--secret": "PLACE",
    "--since": "WHEN",
    "--sort": "KEY",
    "--stale": "WHEN",
    "--submission": "HOST[:PORT]",
    "--timeout": "SECONDS",
}
"""Of options whose last word does not say what the value is."""


def value_name(parameter: Any) -> str | None:
    """Return how the value of an option or argument is called, None where its choices say it."""
    if parameter.metavar:
        return str(parameter.metavar)
    choices = getattr(parameter.type, "choices", None)
    if parameter.param_type_name == "argument":
        name = "|".join(choices) if choices else parameter.name.upper()
        return name if parameter.required else f"[{name}]"
    if choices or parameter.is_flag:
        return None
    option = max(parameter.opts, key=len)
    return _NAMES.get(option) or option.rpartition("-")[2].upper()


def name_value(parameter: Any) -> None:
    """Give a parameter what its help lacks: how its value is called, that it may be repeated."""
    parameter.metavar = value_name(parameter)
    is_repeated = getattr(parameter, "multiple", False)
    if is_repeated and not re.search(r"repeated|again", parameter.help):
        parameter.help += " May be repeated."


def usage_words(parameters: Sequence[Any]) -> Iterator[str]:
    """Yield what stands behind a command: what it cannot be without, then what it may have."""
    for parameter in parameters:
        if parameter.param_type_name == "option" and parameter.required:
            yield f"{max(parameter.opts, key=len)} {parameter.metavar}"
    for parameter in parameters:
        if parameter.param_type_name == "argument":
            word = str(parameter.metavar)
            yield word if parameter.required or word.startswith("[") else f"[{word}]"
