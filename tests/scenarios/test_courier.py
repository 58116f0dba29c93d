"""Every day in a mailbox at Courier."""

import pytest

from tests.contracts.customs import COURIER
from tests.contracts.scenarios import Scenarios
from tests.rig import Courier


class TestCourier(Scenarios):
    customs = COURIER

    @pytest.fixture
    def server(self, courier: Courier) -> Courier:
        return courier
