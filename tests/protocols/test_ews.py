"""Mailboxes over EWS, against the rig's Exchange server."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from mailctl.domain.folders import SpecialUse
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Origin, Provider, ProviderKind
from mailctl.domain.secret import Secret
from mailctl.domain.syncing import Arrived, Page, Reflagged, Uid, Vanished
from mailctl.errors import (
    AuthenticationRefused,
    MailctlError,
    ServerBusy,
    ServerRefused,
    TlsFailure,
    Unreachable,
)
from mailctl.ports.mail import FolderRequest, Login
from mailctl.protocols.ews import open_source
from mailctl.protocols.network import Network
from tests.contracts.source import Copies, MailSourceContract, changes
from tests.protocols.exchange_mailboxes import EwsMailbox
from tests.rig import Rig
from tests.rig.ews import ExchangeMailbox, ExchangeServer, Fault
from tests.rig.ews.soap import Refusal

ADA = "ada@hosting.example"
MAIL = b"From: bob@corp.example\r\nTo: ada@hosting.example\r\nSubject: \xc3\xa4\r\n\r\nhello\r\n"


@pytest.fixture
def server(rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer) -> ExchangeMailbox:
    return server.add(ADA, username="CORP\\ada", password="right")


@pytest.fixture
def network(rig: Rig) -> Network:
    return Network(ca_file=str(rig.authority.ca_file))


class TestExchange(MailSourceContract):
    @pytest.fixture
    def mailbox(self, server: ExchangeServer, rig: Rig) -> EwsMailbox:
        return EwsMailbox(server, rig.ca_file)


def login(server: ExchangeServer, *, password: str = "right", url: str | None = None) -> Login:
    where = Provider(
        name=ProviderName("exchange"),
        title="Exchange",
        kind=ProviderKind.EWS,
        origin=Origin.CUSTOM,
        ews_url=url or server.url,
    )
    return Login(where, "CORP\\ada", Secret(password), address=ADA)


def read(
    signing_in: Login,
    network: Network,
    *,
    cursor: str | None = None,
    held: Copies | None = None,
    folder: str = "INBOX",
    since: datetime | None = None,
) -> list[Page]:
    request = FolderRequest(folder, cursor, held or Copies(), since=since)
    with open_source(signing_in, network) as source:
        pages = list(source.changes([request]))
        for error in source.refused.values():
            raise error
        return pages


def refusal(signing_in: Login, network: Network) -> MailctlError:
    with pytest.raises(MailctlError) as raised:
        read(signing_in, network)
    assert signing_in.secret.reveal() not in str(raised.value)
    return raised.value


def test_folders_are_listed_with_what_they_are_for(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    mailbox.create_folder("Inbox/Deals & more")
    with open_source(login(server), network) as source:
        found = {each.path: each.special_use for each in source.folders()}
    assert next(iter(found)) == "INBOX"
    assert found == {
        "INBOX": SpecialUse.INBOX,
        "INBOX/Deals & more": None,
        "Sent Items": SpecialUse.SENT,
        "Drafts": SpecialUse.DRAFTS,
        "Deleted Items": SpecialUse.TRASH,
        "Junk Email": SpecialUse.JUNK,
        "Outbox": None,
    }


def test_mail_arrives_byte_for_byte_with_its_facts(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    mailbox.mark(mailbox.put(MAIL, received_at=at), is_read=True)
    (arrived,) = changes(read(login(server), network))
    assert isinstance(arrived, Arrived)
    assert (arrived.source, arrived.flags) == (MAIL, frozenset({"\\Seen"}))
    assert (arrived.internal_date, arrived.size_bytes) == (at, len(MAIL))


def test_a_first_sync_goes_on_from_the_page_that_was_stored(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    for number in range(250):
        mailbox.put(MAIL + b"%d\r\n" % number)
    whole = read(login(server), network)
    cursors = [page.cursor for page in whole]
    stored = cursors.index(next(each for each in cursors if each)) + 1
    held = Copies()
    held.take(whole[:stored])
    rest = read(login(server), network, cursor=whole[stored - 1].cursor, held=held)
    assert len(changes(whole)) == 250
    assert changes(whole[:stored]) + changes(rest) == changes(whole)


def test_what_happened_since_is_all_that_is_told(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    seen, removed, _ = (mailbox.put(MAIL + bytes([65 + n])) for n in range(3))
    first = read(login(server), network)
    held = Copies()
    held.take(first)
    mailbox.mark(seen, is_read=True)
    mailbox.remove(removed)
    mailbox.put(MAIL + b"new")
    told = changes(read(login(server), network, cursor=first[-1].cursor, held=held))
    assert [type(each) for each in told] == [Arrived, Reflagged, Vanished]
    server.asked.clear()
    held.take(first)
    assert server.asked["GetItem"] == 0


def test_nothing_new_asks_for_no_item(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    mailbox.put(MAIL)
    first = read(login(server), network)
    server.asked.clear()
    assert changes(read(login(server), network, cursor=first[-1].cursor)) == []
    assert server.asked["GetItem"] == 0


def test_a_sync_state_that_the_server_forgot_downloads_nothing_again(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    kept, removed = mailbox.put(MAIL), mailbox.put(MAIL + b"two")
    first = read(login(server), network)
    held = Copies()
    held.take(first)
    mailbox.remove(removed)
    numbering = first[-1].numbering
    pages = read(login(server), network, cursor=f"{numbering} bm9uc2Vuc2U=", held=held)
    (gone,) = changes(pages)
    assert isinstance(gone, Vanished)
    assert kept.id in mailbox.folder("Inbox").items
    assert pages[-1].cursor == first[-1].cursor or pages[-1].is_whole


def test_mail_from_before_the_period_is_left(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    mailbox.put(MAIL, received_at=datetime(2020, 1, 1, tzinfo=UTC))
    mailbox.put(MAIL, received_at=datetime(2026, 1, 1, tzinfo=UTC))
    since = datetime(2025, 1, 1, tzinfo=UTC)
    assert len(changes(read(login(server), network, since=since))) == 1


def test_sources_are_fetched_again_by_their_numbers(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    mailbox.put(MAIL)
    with open_source(login(server), network) as source:
        numbering, portions = source.uids("INBOX")
        uids = [uid for portion in portions for uid in portion]
        fetched = list(source.fetch("INBOX", [*uids, Uid(5)], numbering=numbering))
    assert [each.source for each in fetched] == [MAIL]


def test_a_wrong_password_is_refused(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    assert isinstance(refusal(login(server, password="wr0ng-one"), network), AuthenticationRefused)


def test_a_busy_server_says_how_long_to_wait(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    busy = Refusal("ErrorServerBusy", "Too much to do", back_off_ms=90_000)
    server.faults.append(Fault("SyncFolderItems", refusal=busy))
    error = refusal(login(server), network)
    assert isinstance(error, ServerBusy)
    assert error.retry_after_s == pytest.approx(90, abs=1)


@pytest.mark.parametrize("operation", ["GetFolder", "SyncFolderItems", "GetItem"])
def test_an_answer_that_ends_in_the_middle_is_no_answer(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network, operation: str
) -> None:
    mailbox.put(MAIL)
    server.faults.append(Fault(operation, cut_at=200))
    assert isinstance(refusal(login(server), network), Unreachable)


@pytest.mark.parametrize("operation", ["GetFolder", "FindFolder", "SyncFolderItems", "GetItem"])
@pytest.mark.parametrize("body", [b"", b"<html>hello</html>", b"\xff\x00<", b"<a>" * 3000])
def test_garbage_is_an_error_of_ours(
    server: ExchangeServer,
    mailbox: ExchangeMailbox,
    network: Network,
    operation: str,
    body: bytes,
) -> None:
    mailbox.put(MAIL)
    server.faults.append(Fault(operation, times=9, status=200, body=body))
    assert isinstance(refusal(login(server), network), MailctlError)


def test_a_server_that_knows_no_sync_state_at_all_is_refused(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    unknown = Refusal("ErrorInvalidSyncStateData", "never heard of it")
    server.faults.append(Fault("SyncFolderItems", times=9, refusal=unknown))
    with open_source(login(server), network) as source:
        assert list(source.changes([FolderRequest("INBOX", None, Copies())])) == []
        assert isinstance(source.refused["INBOX"], ServerRefused)


def test_a_certificate_of_an_unknown_authority_is_refused(
    server: ExchangeServer, mailbox: ExchangeMailbox
) -> None:
    assert isinstance(refusal(login(server), Network()), TlsFailure)


def test_a_wrong_address_is_refused(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    wrong = server.url.replace("EWS", "nothing")
    assert isinstance(refusal(login(server, url=wrong), network), ServerRefused)


def test_an_address_without_encryption_gets_no_password(
    server: ExchangeServer, mailbox: ExchangeMailbox, network: Network
) -> None:
    plain = server.url.replace("https", "http")
    assert isinstance(refusal(login(server, url=plain), network), ServerRefused)
    assert not server.asked
