"""Every day in a mailbox at Cyrus."""

import pytest

from tests.contracts.customs import CYRUS
from tests.contracts.scenarios import MovingScenarios
from tests.rig import Cyrus


class TestCyrus(MovingScenarios):
    customs = CYRUS

    @pytest.fixture
    def server(self, cyrus: Cyrus) -> Cyrus:
        return cyrus
