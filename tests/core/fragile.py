"""Readers of mail that a message with a certain word ends, or holds up for ever."""

import os
import sys
import time
from pathlib import Path

from mailctl.core.apart import Receiving, Sending
from mailctl.core.messages import index_readers
from mailctl.mail import text
from mailctl.mail.text import Words, searchable_words

DEADLY, ENDLESS, BROKEN = b"deadly", b"endless", b"broken"


def words(source: bytes) -> Words:
    """Read a message as mailctl does, unless it is one of those."""
    if DEADLY in source:
        os._exit(9)
    if ENDLESS in source:
        time.sleep(600)
    if BROKEN in source:
        raise MemoryError
    return searchable_words(source)


def serve(asked: Receiving, answers: Sending) -> None:
    """Be such a reader."""
    text.searchable_words = words
    index_readers.serve(asked, answers)


def end(asked: Receiving, answers: Sending) -> None:
    """Be a reader that does not even start."""
    sys.exit(1)


def index(database: str) -> None:
    """Index everything with such readers; say how far that is, and wait to be killed."""
    from mailctl.core.messages.indexing import index_pending
    from tests.core.messages.test_indexing import services_of

    text.searchable_words = words
    services = services_of(Path(database))

    def say(done: int, total: int) -> None:
        sys.stdout.write(f"{done}\n")
        sys.stdout.flush()

    index_pending(services, on_progress=say)


if __name__ == "__main__":
    index(sys.argv[2])
