"""News of an Exchange mailbox are seen within the time between two looks, and only news."""

import time
from collections.abc import Callable, Iterator
from threading import Timer

import pytest

from mailctl.ports.mail import MailSource
from mailctl.protocols.ews import open_source, watching
from mailctl.protocols.network import Network
from tests.protocols.test_ews_signin import ADA, MAIL, login
from tests.rig import Rig
from tests.rig.ews import ExchangeItem, ExchangeMailbox, ExchangeServer

POLL_S = 0.2


@pytest.fixture
def server(rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer) -> ExchangeMailbox:
    mailbox = server.add(ADA, username="CORP\\ada", password="letm3in")
    mailbox.create_folder("Deals")
    mailbox.create_folder("Old")
    for folder in ("Inbox", "Deals"):
        mailbox.put(MAIL, folder=folder)
        mailbox.mark(mailbox.put(MAIL, folder=folder), is_read=True)
    return mailbox


@pytest.fixture
def source(
    server: ExchangeServer, mailbox: ExchangeMailbox, rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MailSource]:
    monkeypatch.setattr(watching, "POLL_S", POLL_S)
    with open_source(login(server), Network(ca_file=str(rig.authority.ca_file))) as source:
        assert not source.watch("INBOX", at_most_s=0)
        yield source


def first(mailbox: ExchangeMailbox, folder: str = "Inbox") -> ExchangeItem:
    return next(iter(mailbox.folder(folder).items.values()))


def exchanged(mailbox: ExchangeMailbox) -> None:
    """Replace a message by another one, so that no count tells."""
    mailbox.remove(first(mailbox))
    mailbox.put(MAIL)


NEWS: dict[str, Callable[[ExchangeMailbox], object]] = {
    "mail": lambda box: box.put(MAIL),
    "mail in another folder": lambda box: box.put(MAIL, folder="Deals"),
    "read": lambda box: box.mark(first(box), is_read=True),
    "flagged": lambda box: box.mark(first(box), is_flagged=True),
    "removed": lambda box: box.remove(first(box)),
    "moved": lambda box: box.move(first(box), "Old"),
    "replaced": exchanged,
}


@pytest.mark.parametrize("happen", NEWS.values(), ids=NEWS)
def test_what_happens_while_waiting_is_told(
    source: MailSource, mailbox: ExchangeMailbox, happen: Callable[[ExchangeMailbox], object]
) -> None:
    Timer(0.3, happen, [mailbox]).start()
    began = time.monotonic()
    assert source.watch("INBOX", at_most_s=20)
    assert time.monotonic() - began < 10


def test_what_happened_between_two_waits_is_told_at_once(
    source: MailSource, mailbox: ExchangeMailbox
) -> None:
    mailbox.put(MAIL)
    assert source.watch("INBOX", at_most_s=0)
    assert not source.watch("INBOX", at_most_s=0)


def test_silence_is_no_news(source: MailSource) -> None:
    assert not source.watch("INBOX", at_most_s=3 * POLL_S)


def test_a_folder_that_is_ignored_is_no_news(source: MailSource, mailbox: ExchangeMailbox) -> None:
    mailbox.put(MAIL, folder="Old")
    assert not source.watch("INBOX", at_most_s=0, ignoring={"Old"})


def test_a_folder_that_went_is_news(source: MailSource, mailbox: ExchangeMailbox) -> None:
    mailbox.remove_folder("Deals")
    assert source.watch("INBOX", at_most_s=0)


def test_a_look_is_one_request_for_all_folders(source: MailSource, server: ExchangeServer) -> None:
    server.requests.clear()
    source.watch("INBOX", at_most_s=0)
    assert server.requests == [("GetFolder", 200)]


def test_a_folder_that_was_made_is_news_and_watched_from_then_on(
    source: MailSource, mailbox: ExchangeMailbox
) -> None:
    mailbox.create_folder("Inbox/Later")
    assert source.watch("INBOX", at_most_s=0)
    assert not source.watch("INBOX", at_most_s=0)
    mailbox.put(MAIL, folder="Inbox/Later")
    assert source.watch("INBOX", at_most_s=0)


def test_a_folder_that_went_is_news_once(source: MailSource, mailbox: ExchangeMailbox) -> None:
    mailbox.remove_folder("Old")
    assert source.watch("INBOX", at_most_s=0)
    assert not source.watch("INBOX", at_most_s=0)
