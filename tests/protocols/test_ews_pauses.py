"""A server that asks for a pause gets it from every connection of the sign-in."""

import time
from collections.abc import Iterator

import pytest
from exchangelib import services
from exchangelib.properties import ItemId

from mailctl.errors import ServerBusy
from mailctl.ports.mail import FolderRequest
from mailctl.protocols.ews import open_source
from mailctl.protocols.ews.connection import EwsMailbox, signed_in
from mailctl.protocols.ews.statuses import Answered
from mailctl.protocols.network import Network
from mailctl.protocols.pauses import LONGEST_S, Pauses
from tests.contracts.source import Copies
from tests.protocols.test_ews_signin import ADA, MAIL, login, read
from tests.rig import Rig
from tests.rig.ews import ANY, ExchangeMailbox, ExchangeServer, Fault
from tests.rig.ews.soap import Refusal

PAUSE_S = 1.0
IN_WORDS = Refusal("ErrorServerBusy", "Too much to do", back_off_ms=int(PAUSE_S * 1000))
RETRY_AFTER = (("Retry-After", "1"),)
SHORT = [
    Fault(ANY, after=2, status=503, headers=RETRY_AFTER),
    Fault(ANY, after=2, status=429, headers=RETRY_AFTER),
    Fault("SyncFolderItems", refusal=IN_WORDS),
    Fault("SyncFolderItems", status=200, body=IN_WORDS.fault()),
]


@pytest.fixture
def server(rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(rig.authority) as server:
        yield server


@pytest.fixture(autouse=True)
def mailbox(server: ExchangeServer) -> ExchangeMailbox:
    mailbox = server.add(ADA, username="CORP\\ada", password="letm3in")
    mailbox.put(MAIL)
    return mailbox


@pytest.fixture
def network(rig: Rig) -> Network:
    return Network(ca_file=str(rig.authority.ca_file))


@pytest.mark.parametrize("fault", SHORT, ids=["503", "429", "in a fault", "in an answer"])
def test_a_short_pause_is_waited_for(
    server: ExchangeServer, network: Network, fault: Fault
) -> None:
    server.faults.append(fault)
    began = time.monotonic()
    read(login(server), network)
    assert time.monotonic() - began >= PAUSE_S
    assert server.impatient == 0


def test_other_connections_of_the_sign_in_wait_as_well(
    server: ExchangeServer, network: Network
) -> None:
    server.faults.append(Fault(ANY, after=2, status=503, headers=(("Retry-After", "300"),)))
    with pytest.raises(ServerBusy):
        read(login(server), network)
    asked = len(server.requests)
    with pytest.raises(ServerBusy) as raised:
        read(login(server), network)
    assert len(server.requests) == asked
    assert 290 < (raised.value.retry_after_s or 0) <= 300


def test_what_others_do_is_not_held_up(server: ExchangeServer, network: Network) -> None:
    server.add("bob@hosting.example", username="CORP\\bob", password="letm3in").put(MAIL)
    server.faults.append(Fault(ANY, status=503, headers=(("Retry-After", "300"),)))
    with pytest.raises(ServerBusy):
        read(login(server), network)
    read(login(server, username="CORP\\bob", address="bob@hosting.example"), network)


def test_a_server_that_asks_for_one_pause_after_the_other_is_busy(
    server: ExchangeServer, network: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mailctl.protocols.ews.web.PATIENCE_S", 1.5)
    server.faults.append(Fault("SyncFolderItems", times=9, refusal=IN_WORDS))
    with open_source(login(server), network) as source, pytest.raises(ServerBusy) as raised:
        list(source.changes([FolderRequest("INBOX", None, Copies())]))
    assert 0 < (raised.value.retry_after_s or 0) <= PAUSE_S
    assert server.impatient == 0


def test_a_pause_without_end_is_not_believed() -> None:
    pauses = Pauses()
    pauses.begin("ada", 1e12)
    assert pauses.left_s("ada") <= LONGEST_S


def test_a_shorter_pause_does_not_end_a_longer_one() -> None:
    pauses = Pauses()
    pauses.begin("ada", 100)
    pauses.begin("ada", 1)
    assert pauses.left_s("ada") > 90
    assert pauses.left_s("bob") == 0


def removed(mailbox: EwsMailbox) -> None:
    """Ask for something that may not be done twice."""
    service = services.DeleteItem(account=mailbox.account)
    answers = service.call(
        items=[ItemId(id="eA==")],
        delete_type="HardDelete",
        send_meeting_cancellations="SendToNone",
        affected_task_occurrences="AllOccurrences",
        suppress_read_receipts=False,
    )
    list(answers)


def test_what_does_not_only_read_is_sent_once_and_told_from_what_was_not_sent(
    server: ExchangeServer, network: Network
) -> None:
    with signed_in(login(server), network) as mailbox:
        before = server.asked[ANY]
        busy = Fault(ANY, after=before, status=503, headers=(("Retry-After", "300"),))
        server.faults.append(busy)
        with pytest.raises(Answered) as answered:
            removed(mailbox)
        assert isinstance(answered.value.meaning, ServerBusy)
        assert answered.value.meaning.retry_after_s == 300
        with pytest.raises(ServerBusy):
            removed(mailbox)
        assert server.asked[ANY] == before + 1
