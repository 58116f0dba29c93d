"""Reads messages in one of the ways that are compared, and prints the seconds of it.

usage: python -m benchmarks.reader envelope|words|content|standard COUNT
"""

import email
import sys
import time
from collections.abc import Callable
from email import policy
from email.message import EmailMessage

from benchmarks.mail import messages
from mailctl.mail.content import read_content
from mailctl.mail.parse import read_envelope
from mailctl.mail.text import searchable_words

_FIELDS = ("from", "to", "cc", "reply-to", "subject", "date", "message-id", "references")


def read_standard(source: bytes) -> object:
    """Read a message as the standard library's documentation says."""
    message = email.message_from_bytes(source, policy=policy.default)
    assert isinstance(message, EmailMessage)
    header = [str(message[name]) for name in _FIELDS]
    body = message.get_body(("plain", "html"))
    text = "" if body is None else body.get_content()
    return header, text, [part.get_filename() for part in message.iter_attachments()]


READERS: dict[str, Callable[[bytes], object]] = {
    "envelope": read_envelope,
    "words": searchable_words,
    "content": read_content,
    "standard": read_standard,
}


def main(name: str, count: str) -> None:
    """Read so many messages once."""
    read = READERS[name]
    sources = list(messages(int(count), seed=1))
    read(sources[0])  # what is imported late is not measured
    began = time.perf_counter()
    for source in sources:
        read(source)
    sys.stdout.write(f"{time.perf_counter() - began}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
