"""Reads signatures in one of the ways that are compared, and prints the processor's seconds.

usage: python -m benchmarks.signature_reader facts|own|reply-parser COUNT
"""

import random
import re
import sys
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice

from email_reply_parser import EmailReplyParser

from mailctl.enrich.extract import read_signature
from mailctl.enrich.letters import read_letter
from mailctl.enrich.quotes import own_lines
from mailctl.mail.text import readable_text
from tests.enrich.labelled import held_out_mails, known_mails

_LAST_DIGITS = re.compile(rb"(?<=\d)\d{2}(?!\d)")


def signed_mails(count: int) -> Iterator[bytes]:
    """Yield signed mails in all languages and shapes; the numbers in them are ever others."""
    chance = random.Random(3)
    sources = [mail.source for mail in (*known_mails(), *held_out_mails())]
    for source in islice(cycle(sources), count):
        head, _, body = source.partition(b"\r\n\r\n")
        yield head + b"\r\n\r\n" + _LAST_DIGITS.sub(lambda _: b"%02d" % chance.randrange(100), body)


def main(name: str, count: str) -> None:
    """Read so many mails once."""
    sources = list(signed_mails(int(count)))
    read: Callable[[int], object]
    if name == "facts":
        read = lambda at: read_signature(sources[at])  # noqa: E731
    elif name == "own":
        letters = [read_letter(source) for source in sources]
        read = lambda at: own_lines(letters[at].lines)  # noqa: E731
    else:
        texts = [readable_text(source) for source in sources]
        read = lambda at: EmailReplyParser.parse_reply(texts[at])  # noqa: E731
    for at in range(20):  # what is imported late is not measured
        read(at)
    began = time.process_time()
    for at in range(len(sources)):
        read(at)
    sys.stdout.write(f"{time.process_time() - began}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
