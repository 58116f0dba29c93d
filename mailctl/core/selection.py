"""The messages that a command is for: named on the command line, or line by line on stdin."""

import json
from collections.abc import Iterable, Iterator, Sequence
from json import JSONDecodeError

from mailctl.core.naming import message_named
from mailctl.domain.ids import MessageId
from mailctl.errors import BadUsage
from mailctl.store.connection import Reading

STDIN = "-"


def messages_named(
    tx: Reading, names: Sequence[str], lines: Iterable[bytes] = ()
) -> list[MessageId]:
    """Return the messages of these names, each once, `-` standing for those in the lines.

    A line is a name, or an object of JSON with an `id` (`message list -o ndjson`); empty
    ones are passed over. Raises BadUsage, NotFound, NameAmbiguous.
    """
    words = (word for name in names for word in (_told(lines) if name == STDIN else (name,)))
    return list(dict.fromkeys(message_named(tx, word) for word in words))


def _told(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        text = line.decode("utf-8", "replace").strip()
        if text:
            yield _named(text, number) if text.startswith("{") else text


def _named(text: str, number: int) -> str:
    try:
        told = json.loads(text)["id"]
    except (JSONDecodeError, KeyError, RecursionError):
        told = None
    if not isinstance(told, str):
        raise BadUsage(
            f"line {number} of standard input is no message",
            hint="mailctl message list -o ndjson gives lines that are",
        )
    return told
