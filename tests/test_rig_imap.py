"""The rig's Cyrus and Courier are real, answer as they should, and leave nothing behind."""

import imaplib
import time
from pathlib import Path

import pytest

from tests.protocols.mailboxes import fresh_name
from tests.rig import Courier, Cyrus, ImapServer, Rig, Stored

Kind = type[Cyrus] | type[Courier]
BOTH = pytest.mark.parametrize("name", ["cyrus", "courier"])
MAIL = b"From: ben@hosting.example\r\nSubject: exact\r\n\r\n.dot\r\n\r\n8-bit: \xe4\r\n"


@pytest.fixture
def server(request: pytest.FixtureRequest, name: str) -> ImapServer:
    running: ImapServer = request.getfixturevalue(name)
    return running


@pytest.fixture
def address(server: ImapServer) -> str:
    made = f"{fresh_name()}@corp.example"
    server.add_user(made, "secret")
    return made


@BOTH
def test_it_says_who_it_is(name: str, server: ImapServer, address: str) -> None:
    with server.login(address, "secret") as imap:
        assert name in imap.welcome.decode().lower()


@BOTH
def test_a_user_is_known_at_once(server: ImapServer, address: str) -> None:
    with server.login(address, "secret") as imap:
        assert imap.select("INBOX") == ("OK", [b"0"])


def test_a_wrong_password_is_refused(cyrus: Cyrus) -> None:
    cyrus.add_user("ben@corp.example", "secret")
    with pytest.raises(imaplib.IMAP4.error), cyrus.login("ben@corp.example", "wrong"):
        pass


@BOTH
def test_a_changed_password_counts(server: ImapServer, address: str) -> None:
    for password in ("a:new {one}", "another one"):
        server.add_user(address, password)
        with server.login(address, password) as imap:
            assert imap.state == "AUTH"


@BOTH
def test_append_keeps_every_byte_and_flag(server: ImapServer, address: str) -> None:
    server.append_many(address, "secret", "INBOX", [Stored(MAIL, (r"\Seen", "$Forwarded"))])
    with server.login(address, "secret") as imap:
        imap.select("INBOX", readonly=True)
        (answer, *_) = imap.fetch("1", "(FLAGS BODY.PEEK[])")[1]
    assert isinstance(answer, tuple)
    head, source = answer
    assert source == MAIL
    assert rb"\Seen" in head
    assert b"$Forwarded" in head


@pytest.mark.parametrize("kind", [Cyrus, Courier])
def test_it_starts_fast_and_nothing_is_left_when_it_stops(rig: Rig, kind: Kind) -> None:
    began = time.monotonic()
    with kind(rig.authority) as server:
        assert time.monotonic() - began < 6
        server.add_user("ada@corp.example", "secret")
        with server.login("ada@corp.example", "secret") as imap:
            imap.select("INBOX")
        pids, directory = server.pids(), server.directory
        assert len(pids) > 2
    assert [pid for pid in pids if Path(f"/proc/{pid}").exists()] == []
    assert not directory.exists()


def test_two_of_a_kind_run_side_by_side(rig: Rig, courier: Courier, cyrus: Cyrus) -> None:
    for kind, first in ((Courier, courier), (Cyrus, cyrus)):
        with kind(rig.authority) as second:
            assert second.imaps_port != first.imaps_port
            assert second.is_ready()
            assert first.is_ready()
