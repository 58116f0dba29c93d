"""What is built and installed once for the tests of one process."""

from pathlib import Path

import pytest

from tests.packaging.distributions import Distributions, build, copy_of_the_repository


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository as a fresh clone has it."""
    return copy_of_the_repository(tmp_path_factory.mktemp("repository"))


@pytest.fixture(scope="session")
def distributions(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Distributions:
    """The sdist of the repository, and the wheel of the sdist."""
    return build(repository, tmp_path_factory.mktemp("dist"))
