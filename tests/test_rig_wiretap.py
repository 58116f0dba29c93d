"""The rig's wiretap counts round trips as a client has to wait for them."""

import imaplib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from tests.rig import Mailbox, Rig
from tests.rig.wiretap import Conversation, Wiretap, wiretap


@pytest.fixture
def ada(rig: Rig) -> Mailbox:
    return rig.address("ada")


@pytest.fixture
def tap(rig: Rig) -> Iterator[Wiretap]:
    with wiretap(rig.dovecot.ports.imaps, rig.authority) as listening:
        yield listening


@contextmanager
def client(rig: Rig, tap: Wiretap, box: Mailbox) -> Iterator[imaplib.IMAP4_SSL]:
    context = rig.authority.client_context()
    with imaplib.IMAP4_SSL("localhost", tap.port, ssl_context=context) as imap:
        imap.login(box.address, box.password)
        yield imap


def test_each_command_that_is_waited_for_is_a_round_trip(
    rig: Rig, ada: Mailbox, tap: Wiretap
) -> None:
    with client(rig, tap, ada) as imap:
        imap.noop()
        imap.select("INBOX")
        imap.noop()
    (heard,) = tap.conversations
    assert heard.trips_after_login == 3
    assert heard.commands[-4:] == ["NOOP", "SELECT INBOX", "NOOP", "LOGOUT"]


def test_commands_in_a_row_are_one_round_trip(rig: Rig, ada: Mailbox, tap: Wiretap) -> None:
    with client(rig, tap, ada) as imap:
        imap.send(b"a NOOP\r\n")
        imap.send(b"b EXAMINE INBOX\r\nc NOOP\r\n")
        while not imap.readline().startswith(b"c OK"):
            pass
        imap.noop()
    (heard,) = tap.conversations
    assert heard.trips_after_login == 2


def test_a_literal_that_waits_for_its_permission_is_a_round_trip_of_its_own(
    rig: Rig, ada: Mailbox, tap: Wiretap
) -> None:
    with client(rig, tap, ada) as imap:
        imap.append("INBOX", "", "", b"Subject: A1 OK\r\n\r\nx NOOP\r\n")
    (heard,) = tap.conversations
    assert heard.trips_after_login == 2


def test_what_stands_in_mails_is_no_answer(rig: Rig, ada: Mailbox, tap: Wiretap) -> None:
    rig.dovecot.append(ada.address, ada.password, "INBOX", b"A: b\r\n\r\n+ x\r\na OK x\r\n{9}\r\n")
    with client(rig, tap, ada) as imap:
        imap.select("INBOX", readonly=True)
        imap.fetch("1", "(FLAGS BODY.PEEK[])")
    (heard,) = tap.conversations
    assert heard.trips_after_login == 2
    assert not any(line.startswith(("<+", "<a OK")) for line in heard.lines)


def test_compression_hides_nothing(rig: Rig, ada: Mailbox, tap: Wiretap) -> None:
    deflate, inflate = zlib.compressobj(9, zlib.DEFLATED, -15), zlib.decompressobj(-15)
    with suppress(imaplib.IMAP4.abort), client(rig, tap, ada) as imap:
        assert imap.xatom("COMPRESS", "DEFLATE")[0] == "OK"
        wire = imap.socket()
        for command in (b"x NOOP", b"y LOGOUT"):
            wire.sendall(deflate.compress(command + b"\r\n") + deflate.flush(zlib.Z_SYNC_FLUSH))
            answer = b""
            while command[:2] + b"OK" not in answer:
                answer += inflate.decompress(wire.recv(4096))
        wire.close()  # imaplib cannot say good-bye like this
    (heard,) = tap.conversations
    assert heard.commands[-3:] == ["COMPRESS DEFLATE", "NOOP", "LOGOUT"]
    assert heard.trips_after_login == 2


def test_a_client_that_goes_without_a_word_has_waited_all_the_same() -> None:
    lines = [">1 LOGIN a b", "<1 OK", ">2 LIST", ">3 NOOP", "<2 OK", "<3 OK"]
    assert Conversation(lines).trips_after_login == 1
    assert Conversation([*lines, ">4 LOGOUT"]).trips_after_login == 1
    assert Conversation(lines[:2]).trips_after_login == 0
