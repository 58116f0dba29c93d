"""Waiting for something to happen in a folder: IDLE where the server has it, looking else."""

import time

from mailctl.protocols.imap.session import Session

_LOOK_EVERY_S = 60.0
# Servers and middle boxes end what is silent for 30 minutes (RFC 2177), many much earlier.
_IDLE_AT_MOST_S = 540.0
_NEWS = {b"EXISTS", b"EXPUNGE", b"VANISHED", b"FETCH", b"RECENT", b"STATUS", b"LIST"}


class Watching:
    """One folder, opened by EXAMINE and watched."""

    def __init__(self, session: Session, name: bytes) -> None:
        self._session = session
        self._name = name
        self._sent: int | None = None
        """How many commands had been sent when the last wait ended."""

    def wait(self, at_most_s: float) -> bool:
        """Return whether something happened within the time, or since the last wait.

        An open folder tells with its next answer what happened meanwhile: it is opened
        again only if something else was asked of the server.
        """
        until = time.monotonic() + at_most_s
        if self._sent != self._session.pipeline.sent:
            for _ in self._session.opened(self._session.send_examine(self._name)):
                pass
        try:
            return self._waited(until)
        finally:
            self._sent = self._session.pipeline.sent

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
            news = reply is not None and reply.name in _NEWS
        if not pipeline.has_ended(tag):
            pipeline.say(b"DONE")
        return any(reply.name in _NEWS for reply in pipeline.until(tag)) or news

    def _look(self, after_s: float) -> bool:
        time.sleep(after_s)
        return any(reply.name in _NEWS for reply in self._session.pipeline.call("NOOP"))
