"""How long and how much an exchange may take."""

import pytest

from mailctl.protocols.pacing import Flooded, Pace


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, to be set by the test."""
    now = [1000.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


def test_a_wait_is_as_long_as_silence_may_last(clock: list[float]) -> None:
    assert Pace(idle_s=60, total_s=120).wait_s() == 60


def test_the_end_is_near_and_then_there(clock: list[float]) -> None:
    pace = Pace(idle_s=60, total_s=120)
    clock[0] += 110
    assert pace.wait_s() == 10
    clock[0] += 10
    with pytest.raises(TimeoutError):
        pace.wait_s()


def test_bytes_that_nobody_expects_win_no_time(clock: list[float]) -> None:
    pace = Pace(idle_s=60, total_s=120)
    pace.received(1_000_000)
    clock[0] += 120
    with pytest.raises(TimeoutError):
        pace.wait_s()


def test_a_large_mail_on_a_slow_line_has_its_time(clock: list[float]) -> None:
    pace = Pace(idle_s=60, total_s=120)
    pace.begin(expected_bytes=25_000_000)
    for _ in range(25):
        clock[0] += 100  # 10 kB a second
        pace.received(1_000_000)
        assert pace.wait_s() > 0


def test_a_new_exchange_starts_anew(clock: list[float]) -> None:
    pace = Pace(idle_s=60, total_s=120)
    clock[0] += 500
    pace.begin(at_most_s=5)
    assert pace.wait_s() == 5


@pytest.mark.usefixtures("clock")
def test_bytes_and_lines_are_counted() -> None:
    pace = Pace(idle_s=60, total_s=120)
    with pytest.raises(Flooded):
        pace.received(17_000_000)
    for _ in range(200_000):
        pace.line()
    with pytest.raises(Flooded):
        pace.line()
    pace.begin(expected_bytes=1_000_000)
    pace.line()
    pace.received(17_000_000)
