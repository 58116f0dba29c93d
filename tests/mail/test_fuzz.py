"""No octets whatever make the parser raise, or take long.

With MAILCTL_SOAK there are 200,000 of them; by `-n 2 --dist load` several processes share them.
"""

import time

import pytest
from hypothesis import HealthCheck, given, settings

from tests.mail.mutations import SOURCES
from tests.mail.soundness import look
from tests.soak import count

SHARES = 8
LONG_S = 5.0


@pytest.mark.parametrize("share", range(SHARES))
def test_any_message_is_read_in_good_time(share: int) -> None:
    @settings(
        max_examples=count(30, 25_000),
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(SOURCES)
    def read(source: bytes) -> None:
        started = time.process_time()
        look(source)
        assert time.process_time() - started < LONG_S

    read()
