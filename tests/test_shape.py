"""The shape of the package: small rooms, everything annotated, every door with a sign."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

import pytest

import mailctl

PACKAGE = Path(mailctl.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    """Yield every function with the place it stands in."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}", node


def length(node: Function) -> int:
    """Return the lines that a function takes."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def is_command(node: Function) -> bool:
    """Whether a function is a command, whose signature is its table of options."""
    is_verb = any("commands" in ast.unparse(decorator) for decorator in node.decorator_list)
    first = node.args.args[0].annotation if node.args.args else None
    return is_verb or (first is not None and ast.unparse(first) == "typer.Context")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_fits_in_a_head_and_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 400
    assert ast.get_docstring(ast.parse(text))


def test_no_function_is_longer_than_fifty_lines() -> None:
    too_long = [where for where, node in functions() if length(node) > 50 and not is_command(node)]
    assert too_long == []


def test_most_functions_are_short() -> None:
    lengths = [length(node) for _, node in functions()]
    assert median(lengths) <= 9
    assert quantiles(lengths, n=10)[-1] <= 30


def test_everything_is_annotated() -> None:
    bare = [
        where
        for where, node in functions()
        if node.returns is None
        or any(
            argument.annotation is None
            for argument in (*node.args.args, *node.args.kwonlyargs)
            if argument.arg not in {"self", "cls"}
        )
    ]
    assert bare == []


def test_secrets_are_revealed_only_where_they_are_used() -> None:
    revealing = {
        path.relative_to(PACKAGE).parts[0]
        for path in MODULES
        if re.search(r"\.reveal\(\)", path.read_text(encoding="utf-8"))
    }
    assert revealing <= {"protocols", "secrets"}


def test_broad_excepts_and_mocks_are_nowhere() -> None:
    tests = Path(__file__).parent
    for path in (*MODULES, *tests.rglob("*.py")):
        if path != Path(__file__):
            text = path.read_text(encoding="utf-8")
            assert "except Exception" not in text, path
            assert "unittest.mock" not in text, path
