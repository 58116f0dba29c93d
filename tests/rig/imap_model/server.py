"""A server on a loopback port over mailboxes in memory, honest until it is armed."""

import socket
import threading
from collections.abc import Collection
from contextlib import suppress
from types import TracebackType
from typing import Self

from .capabilities import ALWAYS, EVERYTHING
from .faults import HONEST, Faults
from .lies import Plan
from .mailboxes import Mailbox
from .session import Session
from .voice import HungUp, Voice

_LOOPBACK = "127.0.0.1"

Transcript = list[tuple[bytes, bytes]]
"""Each line that was heard, and what was said after it; first what was said unasked."""


class ModelServer:
    """Serves the mailboxes while it is entered; plain IMAP, one thread a connection."""

    def __init__(self, *mailboxes: Mailbox, capabilities: Collection[str] = EVERYTHING) -> None:
        self.mailboxes = {mailbox.address: mailbox for mailbox in mailboxes}
        self.capabilities = (*ALWAYS, *sorted(capabilities))
        self.name = "model"
        """As which it introduces itself (ID)."""
        self.plan = Plan(HONEST)
        self.heard: list[bytes] = []
        """Every command without its tag, in the order of their arrival."""
        self.lied_about: set[tuple[str, int]] = set()
        """Folder and UID of the messages of which other bytes were sent than they have."""
        self.sent = 0
        self.received = 0
        self.connections = 0
        self.crashes: list[BaseException] = []
        """What went wrong in the server itself."""
        self.is_recording = False
        self.transcripts: list[Transcript] = []
        """The connections that ended while recording."""
        self.is_stopping = False
        self._open: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []

    def arm(self, faults: Faults) -> None:
        """Lie by this plan from now on; its counts begin."""
        self.plan = Plan(faults)

    def disarm(self) -> None:
        """Be honest again; connections that are still open end."""
        self.plan = Plan(HONEST)
        self.hang_up()

    def forget(self) -> None:
        """Begin to count anew what is heard, sent and received."""
        self.heard.clear()
        self.sent = self.received = self.connections = 0

    def __enter__(self) -> Self:
        self._listener = socket.create_server((_LOOPBACK, 0), backlog=64)
        self.port = int(self._listener.getsockname()[1])
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.is_stopping = True
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join(5)
        self._end_all()

    def record(self) -> None:
        """Keep what is said from now on, on new connections: the old ones have ended."""
        self._end_all()
        self.transcripts.clear()
        self.is_recording = True

    def recorded(self) -> "list[Transcript]":
        """Return what was said on all connections since, once they have ended."""
        self._end_all()
        self.is_recording = False
        return self.transcripts

    def _end_all(self) -> None:
        self.hang_up()
        for thread in self._threads:
            thread.join(5)

    def hang_up(self) -> None:
        """End every connection."""
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _accept(self) -> None:
        while not self.is_stopping:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.add(connection)
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads = [each for each in self._threads if each.is_alive()]
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        voice = Voice(connection, self)
        try:
            with suppress(HungUp):
                Session(self, voice).serve()
        except BaseException as error:
            self.crashes.append(error)
            raise
        finally:
            if self.is_recording:
                self.transcripts.append([(heard, bytes(said)) for heard, said in voice.transcript])
            self._open.discard(connection)
            with suppress(OSError):
                connection.close()
