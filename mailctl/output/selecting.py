"""What a person selects from JSON by an expression of jq (https://jqlang.org/manual/)."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from mailctl.errors import BadUsage
from mailctl.output.terminal import harmless
from mailctl.output.values import as_json


def selected(expression: str, document: object) -> Iterator[str]:
    """Yield the results as lines: text as it is, everything else as JSON. Raises BadUsage."""
    results = iter(program(expression).input_value(document))
    while True:
        try:
            result = next(results)
        except StopIteration:
            return
        except ValueError as error:
            raise _said(error) from error
        yield (harmless(result) if isinstance(result, str) else as_json(result)) + "\n"


@cache
def program(expression: str) -> Any:
    """Return what applies the expression. Raises BadUsage for one that jq does not understand."""
    import jq  # 2 MB of a library, for those who ask for it

    try:
        return jq.compile(expression)
    except ValueError as error:
        raise _said(error) from error


def _said(error: ValueError) -> BadUsage:
    first, *more = str(error).removeprefix("jq: error: ").splitlines() or ["it failed"]
    where = "\n".join(line for line in more if not line.startswith("jq: "))
    return BadUsage(
        f"jq: {first}", hint="see what there is with -o json", details={"jq": where or None}
    )
