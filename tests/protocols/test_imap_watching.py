"""Waiting for news of all folders (NOTIFY), and of one where a server does not tell of all."""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest

from mailctl.domain.servers import Security
from mailctl.ports.mail import MailSource
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.protocols.mailboxes import imap_login
from tests.rig.imap_model import EVERYTHING, Faults, Mailbox, ModelServer, Refusal

MAIL = b"Subject: one\r\n\r\nbody\r\n"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    box = Mailbox("ada@model.example", "secret")
    box.create("Work")
    box.create("Büro & Spam")
    with ModelServer(box, capabilities=EVERYTHING) as made:
        yield made


def signed_in(server: ModelServer) -> AbstractContextManager[MailSource]:
    login = imap_login(
        server.port, host="127.0.0.1", security=Security.NONE, username="ada@model.example"
    )
    return NetworkMailAccess(Network()).source(login)


def box(server: ModelServer) -> Mailbox:
    return server.mailboxes["ada@model.example"]


def test_news_of_any_folder_ends_the_wait_and_is_told_once(server: ModelServer) -> None:
    with signed_in(server) as source:
        assert not source.watch("INBOX", at_most_s=0)
        later = threading.Timer(0.2, box(server)["Work"].append, args=[MAIL])
        later.start()
        assert source.watch("INBOX", at_most_s=10)
        later.join()
        assert not source.watch("INBOX", at_most_s=0.3)
        box(server)["Work"].flag(1, r"\Seen")
        assert source.watch("INBOX", at_most_s=10)
        box(server).inbox.append(MAIL)
        assert source.watch("INBOX", at_most_s=10)


def test_news_of_an_ignored_folder_is_none(server: ModelServer) -> None:
    with signed_in(server) as source:
        assert not source.watch("INBOX", at_most_s=0, ignoring={"Büro & Spam"})
        box(server)["Büro & Spam"].append(MAIL)
        assert not source.watch("INBOX", at_most_s=0.5, ignoring={"Büro & Spam"})
        box(server).inbox.append(MAIL)
        assert source.watch("INBOX", at_most_s=10, ignoring={"Büro & Spam"})


@pytest.mark.parametrize("answer", [b"NO [NOTIFY] not here", b"BAD what", b"NO [BADEVENT (A)] no"])
def test_where_it_is_refused_the_open_folder_is_watched(server: ModelServer, answer: bytes) -> None:
    server.arm(Faults(refusals=(Refusal("NOTIFY", answer),)))
    with signed_in(server) as source:
        assert not source.watch("INBOX", at_most_s=0)
        box(server)["Work"].append(MAIL)
        assert not source.watch("INBOX", at_most_s=0.4)
        box(server).inbox.append(MAIL)
        assert source.watch("INBOX", at_most_s=10)


def test_a_server_that_tells_no_more_is_asked_anew(server: ModelServer) -> None:
    with signed_in(server) as source:
        assert not source.watch("INBOX", at_most_s=0)
        server.arm(Faults(unsolicited=(b"* OK [NOTIFICATIONOVERFLOW] too much",)))
        assert source.watch("INBOX", at_most_s=0.3), "what was missed counts as news"
        server.arm(Faults())
        server.forget()
        assert not source.watch("INBOX", at_most_s=0.3)
        assert any(command.startswith(b"NOTIFY SET") for command in server.heard)
