"""The part of the table that name servers decide."""

import pytest

from tests.conftest import Run
from tests.resolution.cases import Case
from tests.resolution.table import BY_NAMES
from tests.resolution.world import World, check
from tests.rig import Rig


@pytest.fixture(scope="module")
def world(rig: Rig) -> World:
    """The rig with all zones and sites of these cases."""
    made = World(rig, BY_NAMES, "dns-table")
    made.load()
    return made


@pytest.mark.parametrize("case", BY_NAMES, ids=lambda case: case.name)
def test_an_address_leads_where_it_should(
    case: Case, world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(case, world, run, monkeypatch)
