"""Every day in a mailbox at Dovecot."""

import pytest

from tests.contracts.customs import DOVECOT
from tests.contracts.scenarios import DeliveredScenarios, MovingScenarios
from tests.rig import Dovecot, Rig


class TestDovecot(DeliveredScenarios, MovingScenarios):
    customs = DOVECOT

    @pytest.fixture
    def server(self, rig: Rig) -> Dovecot:
        return rig.dovecot
