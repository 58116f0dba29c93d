"""Waiting for something to happen: IDLE where the server has it, looking else.

NOTIFY (RFC 5465) makes an open folder tell of all others too.
"""

import time
from collections.abc import Set
from contextlib import suppress

from mailctl.errors import ServerRefused
from mailctl.protocols.imap.pipeline import Reply
from mailctl.protocols.imap.session import Session

_LOOK_EVERY_S = 60.0
# Servers and middle boxes end what is silent for 30 minutes (RFC 2177), many much earlier.
_IDLE_AT_MOST_S = 540.0
_NEWS = {b"EXISTS", b"EXPUNGE", b"VANISHED", b"FETCH", b"RECENT", b"LIST"}
_EVENTS = "(MessageNew MessageExpunge FlagChange)"
_TOO_MANY = b"[NOTIFICATIONOVERFLOW]"
"""After this the server tells nothing more."""


class Watching:
    """One folder, opened by EXAMINE and watched, and the others if the server tells of them."""

    def __init__(self, session: Session, name: bytes) -> None:
        self._session = session
        self._name = name
        self._sent: int | None = None
        """How many commands had been sent when the last wait ended."""
        self._is_cut_off = False
        """Whether the server said that it tells nothing more."""
        self._ignored: Set[bytes] = frozenset()

    def wait(self, at_most_s: float, *, ignoring: Set[bytes] = frozenset()) -> bool:
        """Return whether something happened within the time, or since the last wait.

        An open folder tells with its next answer what happened meanwhile: it is opened
        again only if something else was asked of the server.
        """
        until = time.monotonic() + at_most_s
        self._ignored = ignoring
        if self._is_cut_off or self._sent != self._session.pipeline.sent:
            self._begin()
        try:
            return self._waited(until)
        finally:
            self._sent = self._session.pipeline.sent

    def _begin(self) -> None:
        self._is_cut_off = False
        for _ in self._session.opened(self._session.send_examine(self._name)):
            pass
        if self._session.has("NOTIFY"):
            with suppress(ServerRefused):  # then the open folder is all that is told of
                self._session.pipeline.call(
                    f"NOTIFY SET (selected-delayed {_EVENTS}) (personal {_EVENTS})"
                )

    def _is_news(self, reply: Reply) -> bool:
        if reply.name == b"STATUS":
            return not self._session.stated(reply) <= self._ignored
        self._is_cut_off |= reply.name == b"OK" and _TOO_MANY in reply.text.upper()
        return reply.name in _NEWS or self._is_cut_off

    def _waited(self, until: float) -> bool:
        while (left_s := until - time.monotonic()) > 0:
            if self._session.has("IDLE"):
                news = self._idle(min(left_s, _IDLE_AT_MOST_S))
            else:
                news = self._look(min(left_s, _LOOK_EVERY_S))
            if news:
                return True
        return False

    def _idle(self, at_most_s: float) -> bool:
        pipeline = self._session.pipeline
        tag = pipeline.send("IDLE")
        until = time.monotonic() + at_most_s
        news = False
        while not news and not pipeline.has_ended(tag):
            left_s = until - time.monotonic()
            if left_s <= 0:
                break
            reply = pipeline.wait(left_s)
            news = reply is not None and self._is_news(reply)
        if not pipeline.has_ended(tag):
            pipeline.say(b"DONE")
        rest = list(pipeline.until(tag))  # all of it: what is left would be news next time
        return news or any(map(self._is_news, rest))

    def _look(self, after_s: float) -> bool:
        time.sleep(after_s)
        return any(map(self._is_news, self._session.pipeline.call("NOOP")))
