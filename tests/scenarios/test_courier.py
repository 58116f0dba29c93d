"""Every day in a mailbox at Courier."""

import time

import pytest

from tests.contracts.customs import COURIER
from tests.contracts.scenarios import DeliveredScenarios
from tests.contracts.stage import Stage, mails
from tests.rig import Courier


class TestCourier(DeliveredScenarios):
    customs = COURIER

    @pytest.fixture
    def server(self, courier: Courier) -> Courier:
        return courier

    def test_an_empty_inbox_is_numbered_anew_all_the_time_and_that_is_no_failure(
        self, stage: Stage
    ) -> None:
        stage.sync()
        _until_numbered_anew(stage)
        stage.settle()

    def test_an_inbox_that_nobody_else_opens_is_numbered_anew_all_the_time_and_comes_once(
        self, stage: Stage, courier: Courier
    ) -> None:
        for source in mails(range(3)):
            courier.deliver_file(stage.elsewhere.box.address, source)
        stage.sync()
        before = stage.messages()
        for _ in range(2):
            _until_numbered_anew(stage)
            stage.sync()
            assert stage.messages() == before
            assert len(stage.live()) == 3


def _until_numbered_anew(stage: Stage) -> None:
    """Wait for the next second: UIDVALIDITY is the time, until somebody opens it for writing."""
    first = stage.elsewhere.look().states["INBOX"]
    deadline = time.monotonic() + 5
    while stage.elsewhere.look().states["INBOX"] == first:
        assert time.monotonic() < deadline
        time.sleep(0.05)
