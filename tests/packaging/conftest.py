"""What is built and installed once for the tests of one process."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.distributions import Distributions, build, copy_of_the_repository


@pytest.fixture(scope="session")
def workshop() -> Iterator[Path]:
    """A directory for what is large; gone at the end, where pytest keeps its own for a while."""
    with tempfile.TemporaryDirectory(prefix="mailctl-packaging-") as directory:
        yield Path(directory)


@pytest.fixture(scope="session")
def repository(workshop: Path) -> Path:
    """A copy of the repository as a fresh clone has it."""
    return copy_of_the_repository(workshop / "repository")


@pytest.fixture(scope="session")
def distributions(repository: Path, workshop: Path) -> Distributions:
    """The sdist of the repository, and the wheel of the sdist."""
    return build(repository, workshop / "dist")
