"""Every day in a mailbox at Exchange, over EWS."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.contracts.customs import EXCHANGE
from tests.contracts.exchange import ExchangeElsewhere
from tests.contracts.scenarios import MovingScenarios
from tests.contracts.stage import Stage, mail, mails
from tests.protocols.mailboxes import fresh_name
from tests.rig import Mailbox, Rig
from tests.rig.ews import ExchangeServer, Fault
from tests.rig.ews.soap import Refusal


@pytest.fixture
def server(at_the_rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(at_the_rig.authority) as server:
        yield server


@pytest.fixture
def exchange(server: ExchangeServer) -> ExchangeElsewhere:
    box = Mailbox(f"{fresh_name()}@corp.example", "secret")
    made = server.add(box.address, username=box.address, password=box.password)
    return ExchangeElsewhere(server, box, made)


@pytest.fixture
def stage(run: Run, at_the_rig: Rig, exchange: ExchangeElsewhere, home: Path) -> Stage:
    """An account that takes everything of all folders, at an empty mailbox."""
    added = run("provider", "add", "here", "--kind", "ews", "--ews-url", exchange.server.url)
    assert added.code == ExitCode.OK, added.err
    box = exchange.box
    connected = run(
        *("account", "add", box.address, "--provider", "here", "--password-stdin"),
        *("--no-send", "--period", "all", "--folders", "all"),
        typed=box.password,
    )
    assert connected.code == ExitCode.OK, connected.err
    return Stage(run, home, exchange)


class TestExchange(MovingScenarios):
    customs = EXCHANGE

    @pytest.fixture
    def stage(self, stage: Stage) -> Stage:
        return stage

    def test_a_moved_message_is_not_downloaded_again(
        self, stage: Stage, exchange: ExchangeElsewhere
    ) -> None:
        exchange.create("Work")
        exchange.put(*mails(range(20)))
        stage.settle()
        exchange.server.sources.clear()
        exchange.move(3, 5, to="Work")
        exchange.copy(7, to="Work")
        report = stage.settle()
        assert (report["stored"], report["gone"]) == (3, 2)
        assert exchange.server.sources.total() == 0

    def test_a_renamed_folder_is_not_downloaded_again(
        self, stage: Stage, exchange: ExchangeElsewhere
    ) -> None:
        exchange.put(*mails(range(150)), folder="Old/2026")
        stage.settle()
        exchange.server.sources.clear()
        exchange.rename("Old", "INBOX/New")
        assert stage.settle()["stored"] == 150
        assert exchange.server.sources.total() == 0
        assert len(stage.message_ids()) == 150

    def test_what_one_sends_oneself_is_two_sources_with_one_search_key(
        self, stage: Stage, exchange: ExchangeElsewhere
    ) -> None:
        at = datetime(2026, 11, 23, 10, tzinfo=UTC)
        received = b"Received: by here.example; Mon, 23 Nov 2026 10:00:00 +0000\r\n" + mail(1)
        sent = exchange.mailbox.put(mail(1), folder="Sent Items", received_at=at, is_received=False)
        stage.settle()
        exchange.mailbox.put(received, received_at=at, search_key=sent.search_key)
        stage.settle()
        assert len(stage.message_ids()) == 1

    def test_a_draft_that_was_written_on_says_what_it_says_now(
        self, stage: Stage, exchange: ExchangeElsewhere
    ) -> None:
        draft = exchange.mailbox.put(mail(1), folder="Drafts", is_draft=True)
        stage.settle()
        exchange.mailbox.mark(draft, mime=mail(1, body="more"))
        stage.settle()
        assert [copy.gone_evidence for copy in stage.gone()] == ["edited"]

    def test_an_invitation_is_mail(self, stage: Stage, exchange: ExchangeElsewhere) -> None:
        exchange.mailbox.put(mail(1), kind="MeetingRequest", is_read=True, is_flagged=True)
        assert stage.settle()["stored"] == 1
        exchange.server.sources.clear()
        exchange.move(1, to="Deleted Items")
        assert stage.settle()["gone"] == 1
        assert exchange.server.sources.total() == 0

    def test_a_damaged_message_waits_and_keeps_no_other_one_back(
        self, stage: Stage, exchange: ExchangeElsewhere
    ) -> None:
        exchange.put(*mails(range(5)))
        damaged = exchange.item(3)
        damaged.refused_as = "ErrorCorruptData"
        report = stage.sync(code=ExitCode.PARTIAL)
        assert (report["stored"], report["failed"]) == (4, 1)
        damaged.refused_as = ""
        assert stage.settle()["stored"] == 1

    def test_an_item_that_the_server_is_too_busy_for_ends_the_run(
        self, stage: Stage, exchange: ExchangeElsewhere
    ) -> None:
        exchange.put(*mails(range(5)))
        exchange.item(3).refused_as = "ErrorServerBusy"
        report = stage.sync(code=ExitCode.TEMPORARY)
        assert (report["stored"], report["failed"]) == (0, 0)

    def test_a_busy_server_is_left_alone_for_as_long_as_it_says(
        self, stage: Stage, exchange: ExchangeElsewhere
    ) -> None:
        exchange.put(*mails(range(600)))
        busy = Refusal("ErrorServerBusy", "too much to do", back_off_ms=90_000)
        exchange.server.faults.append(Fault("GetItem", after=5, refusal=busy))
        report = stage.sync(code=ExitCode.TEMPORARY)
        asked, came = exchange.server.asked.total(), report["stored"]
        assert isinstance(came, int)
        assert 0 < came < 600
        stage.sync(code=ExitCode.TEMPORARY)
        assert exchange.server.asked.total() == asked
        box = exchange.box  # a person's word ends the pause
        words = ("account", "reauth", box.address, "--password-stdin")
        assert stage.run(*words, typed=box.password).code == ExitCode.OK
        assert stage.settle()["stored"] == 600 - came
        assert set(exchange.server.sources.values()) == {1}

    def test_a_forgotten_sync_state_downloads_nothing_again(
        self, stage: Stage, exchange: ExchangeElsewhere
    ) -> None:
        exchange.put(*mails(range(250)))
        stage.settle()
        exchange.put(mail(999))
        exchange.expunge(4)
        exchange.flag(9, "+FLAGS", "\\Flagged")
        exchange.server.sources.clear()
        unknown = Refusal("ErrorInvalidSyncStateData", "never heard of it")
        first = exchange.server.asked["SyncFolderItems"]
        exchange.server.faults.append(Fault("SyncFolderItems", after=first, refusal=unknown))
        report = stage.settle()
        assert [report[name] for name in ("stored", "updated", "gone")] == [1, 1, 1]
        assert exchange.server.sources.total() == 1

    def test_a_listing_that_lacks_what_the_folder_counts_says_nothing_of_deletions(
        self, stage: Stage, exchange: ExchangeElsewhere
    ) -> None:
        exchange.put(*mails(range(20)))
        stage.settle()

        def lacking_one(answer: bytes) -> bytes:
            return re.sub(rb"<t:Create>.*?</t:Create>", b"", answer, count=1)

        first = exchange.server.asked["SyncFolderItems"]
        exchange.server.faults.append(
            Fault("SyncFolderItems", after=first, times=9, made_of=lacking_one)
        )
        report = stage.sync("--full", code=ExitCode.REFUSED)
        assert (report["gone"], stage.gone()) == (0, [])
        stage.assert_equal()
