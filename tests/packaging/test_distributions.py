"""What is released holds what it needs and nothing else, and says truly what it depends on."""

import ast
import re
import sys
import tarfile
import tomllib
from email import message_from_bytes
from importlib.metadata import packages_distributions
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.packaging.distributions import ROOT, Distributions, build, tool

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
OUR_FILES = {
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "mailctl").rglob("*")
    if path.is_file() and "__pycache__" not in path.parts
}


def names_in(wheel: Path) -> set[str]:
    with ZipFile(wheel) as archive:
        return set(archive.namelist())


def name_of(requirement: str) -> str:
    """Return the name of a distribution as all write it: `pyjwt` of `PyJWT[crypto]>=2`."""
    found = re.match(r"[\w.-]+", requirement)
    assert found is not None
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def test_the_wheel_has_every_file_of_the_package_and_nothing_else(
    distributions: Distributions,
) -> None:
    beside = {name for name in names_in(distributions.wheel) if not name.startswith("mailctl/")}
    assert names_in(distributions.wheel) - beside == OUR_FILES
    assert {"mailctl/py.typed", "mailctl/resolve/catalogue/catalogue.json"} <= OUR_FILES
    assert {name.split("/")[0].split("-")[0] for name in beside} == {"mailctl"}
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in beside)


def test_the_sdist_can_be_built_from_and_brings_no_tests_and_no_caches(
    distributions: Distributions,
) -> None:
    with tarfile.open(distributions.sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert names >= OUR_FILES
    assert {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml"} <= names
    assert not [name for name in names if "__pycache__" in name or name.startswith("tests")]


def test_two_builds_of_the_same_source_are_the_same_bytes(
    repository: Path, distributions: Distributions, tmp_path: Path
) -> None:
    again = build(repository, tmp_path)
    assert again.wheel.read_bytes() == distributions.wheel.read_bytes()
    assert again.sdist.read_bytes() == distributions.sdist.read_bytes()


def test_an_index_would_take_what_is_released(distributions: Distributions) -> None:
    files = (distributions.wheel, distributions.sdist)
    said = tool("uv", "tool", "run", "--quiet", "twine", "check", "--strict", *files)
    assert said.count("PASSED") == 2


def test_the_metadata_are_those_of_the_project(distributions: Distributions) -> None:
    with ZipFile(distributions.wheel) as archive:
        (path,) = (name for name in archive.namelist() if name.endswith("dist-info/METADATA"))
        metadata = message_from_bytes(archive.read(path))
    assert (metadata["Name"], metadata["Version"]) == ("mailctl", PROJECT["version"])
    assert metadata["License-Expression"] == "Apache-2.0"
    needed = metadata.get_all("Requires-Dist", [])
    declared = {name_of(each) for each in PROJECT["dependencies"]}
    assert {name_of(each) for each in needed if "extra ==" not in each} == declared


def imported() -> dict[str, str]:
    """Return the top-level packages of others that mailctl imports, each with a place."""
    found = {}
    for path in (ROOT / "mailctl").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module]
            else:
                continue
            for name in names:
                found[name.split(".")[0]] = f"{path.relative_to(ROOT)}:{node.lineno}"
    # _typeshed: of type checkers alone
    return {
        name: place
        for name, place in found.items()
        if name not in {*sys.stdlib_module_names, "_typeshed", "mailctl"}
    }


def test_what_is_imported_is_declared() -> None:
    declared = {name_of(each) for each in PROJECT["dependencies"]}
    of_whom = packages_distributions()
    undeclared = {
        name: place
        for name, place in imported().items()
        if not {name_of(each) for each in of_whom[name]} & declared
    }
    assert undeclared == {}


def test_what_is_declared_is_imported() -> None:
    of_whom = packages_distributions()
    used = {name_of(each) for name in imported() for each in of_whom[name]}
    assert {name_of(each) for each in PROJECT["dependencies"]} - used == set()


@pytest.mark.parametrize("requirement", PROJECT["dependencies"])
def test_a_dependency_has_a_lowest_version(requirement: str) -> None:
    assert ">=" in requirement
