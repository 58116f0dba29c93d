"""Bars that are drawn of what a sync tells, on a screen that is a string here."""

import io
from datetime import UTC, datetime

import pytest

from mailctl.domain.ids import AccountId
from mailctl.domain.sync_events import Begun, Chosen, Ended, Indexing, SyncEvent
from mailctl.domain.syncing import AccountRun, Progress
from mailctl.output.bars import Bars
from mailctl.output.sizes import size_text


class Screen(io.StringIO):
    """A terminal that keeps what it is told."""

    def isatty(self) -> bool:
        return True


def drawn(*events: SyncEvent, said: str = "") -> str:
    """Return what is on the screen after these events."""
    screen = Screen()
    environment = {"TERM": "xterm", "COLUMNS": "200", "LINES": "50"}
    with Bars(screen, colored=False, environment=environment) as bars:
        for event in events:
            bars.hear(event)
        if said:
            bars.say(said)
    return screen.getvalue()


def reading(address: str, *, expected: int | None = 2000, folder: str = "INBOX") -> Progress:
    return Progress(address, folder, stored=500, bytes=1_500_000, expected=expected, seconds=2.0)


def run(address: str) -> AccountRun:
    return AccountRun(AccountId("acc_1"), address, datetime(2026, 1, 1, tzinfo=UTC))


def test_an_account_shows_its_folder_messages_bytes_and_rate() -> None:
    seen = drawn(Chosen(1), Begun("ada@x.example"), reading("ada@x.example"))
    assert "ada@x.example INBOX" in seen
    assert "500/2000 messages, 1.5 MB, 250/s" in seen
    assert "0/1" in seen


def test_where_nobody_knows_how_much_is_to_come_only_what_came_is_shown() -> None:
    seen = drawn(Chosen(1), Begun("ada@x.example"), reading("ada@x.example", expected=None))
    assert " 500 messages, 1.5 MB" in seen


def test_an_account_that_is_done_is_counted_and_goes() -> None:
    ended = Ended(run("ada@x.example"))
    seen = drawn(Chosen(2), Begun("ada@x.example"), ended, Begun("ben@x.example"))
    assert "1/2" in seen
    last = seen[seen.rindex("1/2") :]
    assert "ben@x.example" in last
    assert "ada@x.example" not in last


def test_of_many_accounts_some_are_shown() -> None:
    seen = drawn(Chosen(50), *(Begun(f"user{number}@x.example") for number in range(50)))
    assert "user5@" in seen
    assert "user6@" not in seen


def test_the_index_is_the_last_phase() -> None:
    assert "200/900 messages" in drawn(Chosen(0), Indexing(200, 900))


@pytest.mark.parametrize("name", ["[red]x[/red]", "x\x1b[31mx", "x\nx"])
def test_names_of_strangers_command_nothing(name: str) -> None:
    seen = drawn(Chosen(1), Begun("ada@x.example"), reading("ada@x.example", folder=name))
    assert "\x1b[31m" not in seen
    if name.startswith("["):
        assert name in seen


def test_lines_stand_above_the_bars_as_they_are() -> None:
    assert "[bold]a line[/bold]\n" in drawn(Chosen(1), said="[bold]a line[/bold]")


@pytest.mark.parametrize(
    ("size", "text"),
    [(0, "0 B"), (999, "999 B"), (1500, "1.5 kB"), (2_300_000, "2.3 MB"), (7 * 10**9, "7.0 GB")],
)
def test_sizes_are_short(size: int, text: str) -> None:
    assert size_text(size) == text
