"""The rig's long line delays what it carries, not how much of it, and counts as a client waits."""

import imaplib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.rig import Rig
from tests.rig.delay import Delay
from tests.rig.processes import LOOPBACK

ROUND_TRIP_S = 0.4
MEGABYTES = 64


@contextmanager
def pouring() -> Iterator[int]:
    """A server that, asked by a line, sends megabytes and waits for the next line."""

    def pour() -> None:
        connection, _ = listening.accept()
        with connection:
            while connection.recv(100):
                connection.sendall(bytes(MEGABYTES << 20))

    with socket.create_server((LOOPBACK, 0)) as listening:
        served = threading.Thread(target=pour)
        served.start()
        yield listening.getsockname()[1]
        served.join()


def answer_time(client: socket.socket) -> float:
    """Ask, and return how long the first byte took; read the rest."""
    started = time.perf_counter()
    client.sendall(b"more\r\n")
    left = (MEGABYTES << 20) - len(client.recv(1))
    took = time.perf_counter() - started
    while left:
        left -= len(client.recv(min(left, 1 << 20)))
    return took


def test_an_answer_is_late_by_the_round_trip_and_the_rest_follows_at_once() -> None:
    with (
        pouring() as port,
        Delay(port, round_trip_s=ROUND_TRIP_S) as line,
        socket.create_connection((LOOPBACK, line.port)) as client,
    ):
        answer_time(client)  # and the connection has been made
        started = time.perf_counter()
        assert ROUND_TRIP_S <= answer_time(client) < 2 * ROUND_TRIP_S
        # Were each chunk late by itself, 64 MB would take many round trips.
        assert time.perf_counter() - started < 5 * ROUND_TRIP_S
        (carried,) = line.carried()
    assert (carried.sent_bytes, carried.turns) == (2 * len(b"more\r\n"), 1)
    assert carried.received_bytes == 2 * MEGABYTES << 20


@pytest.mark.parametrize("commands", [1, 5])
def test_every_command_that_is_waited_for_is_a_turn(rig: Rig, commands: int) -> None:
    with Delay(rig.dovecot.ports.imap, round_trip_s=0.01) as line:
        imap = imaplib.IMAP4("localhost", line.port)
        for _ in range(commands):
            imap.noop()
        imap.shutdown()
        (carried,) = line.carried()
    assert carried.turns == commands + 1  # imaplib asks for capabilities by itself


def test_turns_are_counted_through_tls(rig: Rig) -> None:
    with Delay(rig.dovecot.ports.imaps, round_trip_s=0.01) as line:
        turns = []
        for commands in (1, 4):
            context = rig.authority.client_context()
            imap = imaplib.IMAP4_SSL("localhost", line.port, ssl_context=context)
            for _ in range(commands):
                imap.noop()
            imap.shutdown()
            turns.append(line.carried()[-1].turns)
    assert turns[1] - turns[0] == 3
