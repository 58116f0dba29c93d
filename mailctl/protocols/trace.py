"""What is said between us and servers, told as it happens to whoever debugs.

A conversation takes nothing but safe words (safe_words.py). It goes along with its socket, and
where nobody listens it is SILENT.
"""

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from mailctl.protocols.safe_words import Safe, own, sentence

if TYPE_CHECKING:
    from mailctl.ports.tracing import Tell

_LONGEST = 1200
_NO_WORDS = own("")


class Conversation:
    """One connection, or one question; any thread may tell of it."""

    is_heard = True
    """Whether somebody listens, for whoever has to work for the words."""

    def __init__(self, trace: "Trace", protocol: str, server: str, connection: int) -> None:
        self._trace = trace
        self.protocol = protocol
        self.server = server
        self.connection = connection

    def sent(self, *words: Safe) -> None:
        """Tell what we said."""
        self._tell("sent", words, None)

    def received(self, *words: Safe, since: float | None = None) -> None:
        """Tell what the server said, `since` being when it was asked."""
        self._tell("received", words, since)

    def happened(self, *words: Safe, since: float | None = None) -> None:
        """Tell what became of the connection."""
        self._tell("event", words, since)

    def now(self) -> float:
        """Return the moment, to be given back as `since`."""
        return self._trace.now()

    def text(self, said: bytes | str) -> Safe:
        """Return what is harmless of a sentence: the words that servers use of themselves."""
        return self._trace.text(said)

    def _tell(self, direction: str, words: tuple[Safe, ...], since: float | None) -> None:
        self._trace.tell(self, direction, " ".join(filter(None, words)), since)


class Trace:
    """Numbers the connections of a run and tells of each event, one at a time.

    `words` leaves of a sentence what names nobody and is no secret.
    """

    def __init__(
        self,
        tell: "Tell",
        *,
        timer: Callable[[], float],
        started: float,
        words: Callable[[str], str],
    ) -> None:
        self._heard = tell
        self.now = timer
        self._started = started
        self._words = words
        self._connections = 0
        self._lock = threading.Lock()

    def conversation(self, protocol: str, server: str) -> Conversation:
        """Return a new one, with that server."""
        with self._lock:
            self._connections += 1
            return Conversation(self, protocol, server, self._connections)

    def text(self, said: bytes | str) -> Safe:
        """See Conversation.text."""
        return sentence(said, self._words)

    def tell(self, whose: Conversation, direction: str, said: str, since: float | None) -> None:
        """Tell of an event of a conversation."""
        from mailctl.ports.tracing import Direction, TraceEvent  # for whoever debugs

        shown = said if len(said) <= _LONGEST else said[: _LONGEST - 1] + "…"
        with self._lock:
            now = self.now()
            event = TraceEvent(
                at_ms=(now - self._started) * 1000,
                protocol=whose.protocol,
                server=whose.server,
                connection=whose.connection,
                direction=Direction(direction),
                said=shown,
                ms=None if since is None else (now - since) * 1000,
            )
            self._heard(event)


class _Silent(Conversation):
    """Tells nobody."""

    is_heard = False

    def __init__(self) -> None:
        super().__init__(_DEAF, "", "", 0)

    def text(self, said: bytes | str) -> Safe:
        return _NO_WORDS

    def now(self) -> float:
        return 0.0

    def _tell(self, direction: str, words: tuple[Safe, ...], since: float | None) -> None:
        return None


_DEAF = Trace(lambda event: None, timer=lambda: 0.0, started=0.0, words=lambda text: "")
SILENT: Conversation = _Silent()
