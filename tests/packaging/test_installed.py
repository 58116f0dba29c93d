"""What was installed, in each way that the README tells, works where there is nothing else."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.packaging.distributions import (
    ROOT,
    Distributions,
    Installed,
    environment_of_its_own,
    newer_pythons,
    tool,
)
from tests.packaging.tour import Tour, at_a_desk, at_exchange, at_the_servers
from tests.rig import Rig
from tests.rig.ews import ExchangeServer

EVERYTHING = Path(__file__).with_name("everything.py")


@pytest.fixture(scope="session")
def by_pip(distributions: Distributions, workshop: Path) -> Path:
    """The bin directory of an environment where pip installed the wheel."""
    python = environment_of_its_own(workshop / "pip")
    tool("python", "-m", "pip", "--python", python, "install", "--quiet", distributions.wheel)
    return python.parent


@pytest.fixture(scope="session")
def at_its_lowest(distributions: Distributions, workshop: Path) -> Path:
    """The same with every dependency at the lowest version that is declared."""
    python = environment_of_its_own(workshop / "lowest")
    words = ("uv", "pip", "install", "--quiet", "--python", python)
    tool(*words, "--resolution", "lowest-direct", "--requirements", ROOT / "pyproject.toml")
    tool(*words, "--no-deps", distributions.wheel)
    return python.parent


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A home with nothing in it."""
    (tmp_path / "empty").mkdir()
    return tmp_path / "empty"


@pytest.fixture
def exchange(rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(rig.authority) as server:
        yield server


def test_every_module_can_be_imported_and_every_command_explains_itself(
    by_pip: Path, empty: Path
) -> None:
    """Nothing that only the tests need is there."""
    mailctl = Installed(by_pip / "mailctl", empty)
    done = subprocess.run(
        [by_pip / "python", "-I", "-W", "error", EVERYTHING],
        env=mailctl.environment(),
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["file"].startswith(str(by_pip.parent))
    assert len(found["modules"]) == sum(1 for _ in (ROOT / "mailctl").rglob("*.py")) - 1
    assert len(found["helps"]) > 90
    assert [
        name for name, text in found["helps"].items() if f"Usage: mailctl {name}" not in text
    ] == []
    assert list(empty.iterdir()) == [], "help writes nothing"


def test_the_tour_of_a_desk(by_pip: Path, empty: Path) -> None:
    mailctl = Installed(by_pip / "mailctl", empty)
    assert mailctl("version").out.startswith("mailctl:")
    at_a_desk(Tour(mailctl, {}))


def test_the_tour_of_the_servers(
    by_pip: Path, empty: Path, rig: Rig, exchange: ExchangeServer
) -> None:
    tour = Tour(Installed(by_pip / "mailctl", empty), rig.environment())
    at_the_servers(tour, rig)
    at_exchange(tour, exchange)


def test_both_tours_with_the_lowest_versions_that_are_declared(
    at_its_lowest: Path, empty: Path, rig: Rig, exchange: ExchangeServer
) -> None:
    tour = Tour(Installed(at_its_lowest / "mailctl", empty), rig.environment())
    at_a_desk(tour)
    at_the_servers(tour, rig)
    at_exchange(tour, exchange)


def test_the_tour_of_a_desk_with_each_newer_python_of_this_machine(
    distributions: Distributions, workshop: Path, empty: Path
) -> None:
    interpreters = newer_pythons()
    if not interpreters:
        pytest.skip("this machine has no newer Python")
    for interpreter in interpreters:
        python = environment_of_its_own(workshop / interpreter.parent.parent.name, interpreter)
        tool("uv", "pip", "install", "--quiet", "--python", python, distributions.wheel)
        home = empty / python.parent.parent.name
        home.mkdir()
        at_a_desk(Tour(Installed(python.parent / "mailctl", home), {}))


@pytest.mark.parametrize(
    ("installer", "places"),
    [
        (("pipx",), {"PIPX_HOME": "share", "PIPX_BIN_DIR": "bin", "PIPX_MAN_DIR": "man"}),
        (("uv", "tool"), {"UV_TOOL_DIR": "share", "UV_TOOL_BIN_DIR": "bin"}),
    ],
)
def test_it_is_installed_from_the_repository_and_goes_without_a_trace(
    installer: tuple[str, ...],
    places: dict[str, str],
    repository: Path,
    empty: Path,
    workshop: Path,
) -> None:
    own = workshop / installer[0]
    environment = {name: str(own / place) for name, place in places.items()}
    tool(*installer, "install", repository, environment=environment)
    mailctl = Installed(own / "bin" / "mailctl", empty)
    assert "mailctl" in mailctl("version").out
    assert json.loads(mailctl("account", "list", "-o", "json").out) == []
    tool(*installer, "uninstall", "mailctl", environment=environment)
    assert list((own / "bin").iterdir()) == []
