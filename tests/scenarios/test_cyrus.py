"""Every day in a mailbox at Cyrus."""

import pytest

from tests.contracts.customs import CYRUS
from tests.contracts.scenarios import MovingScenarios
from tests.contracts.stage import Stage
from tests.rig import Cyrus


class TestCyrus(MovingScenarios):
    customs = CYRUS

    @pytest.fixture
    def server(self, cyrus: Cyrus) -> Cyrus:
        return cyrus

    def test_a_folder_that_took_name_and_uidvalidity_of_a_deleted_one_has_its_own_messages(
        self, stage: Stage
    ) -> None:
        """UIDVALIDITY is the second a folder was made in: a migration makes many in one."""
        for number in range(10):
            one, other = f"Old{number}", f"New{number}"
            self.make_two_folders(stage, one, other)
            if stage.elsewhere.uidvalidity(one) == stage.elsewhere.uidvalidity(other):
                break
        else:
            pytest.fail("no two folders were made in the same second")
        self.give_the_name_of_a_deleted_folder(stage, one, other)
