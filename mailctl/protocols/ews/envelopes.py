"""What a finished mail says of itself, as an item of Exchange has to be told it again.

Exchange keeps the recipients of an item, and sends to these; the header is made from them anew.
"""

from collections.abc import Iterator, Sequence
from email import policy
from email.message import EmailMessage
from email.parser import Parser
from hashlib import sha256

from exchangelib.properties import Mailbox

from mailctl.records import dataclass

_LONGEST_NAME = 255


@dataclass(frozen=True)
class Recipients:
    """Who gets a mail, by where each is shown."""

    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    bcc: tuple[Mailbox, ...]


def head_of(source: bytes) -> EmailMessage:
    """Return the header of a mail, read as UTF-8."""
    end = source.find(b"\r\n\r\n")
    head = source if end < 0 else source[: end + 4]
    text = head.decode("utf-8", "replace")
    return Parser(EmailMessage, policy=policy.default).parsestr(text, headersonly=True)


def message_id(head: EmailMessage) -> str:
    """Return the Message-ID without its brackets, nothing where there is none."""
    # the library's own reading of an odd id leaves half of it out
    said = (str(value) for name, value in head.raw_items() if name.lower() == "message-id")
    return "".join(next(said, "").splitlines()).strip().removeprefix("<").removesuffix(">")


def outgoing_mark(rfc_message_id: str) -> str:
    """Return the mark of a sent mail: servers may give it another Message-ID, or cut a long one."""
    return sha256(rfc_message_id.encode("utf-8", "surrogateescape")).hexdigest()


def recipients_of(head: EmailMessage, addresses: Sequence[str]) -> Recipients:
    """Return those of the envelope, each once, and nobody whom the header alone names.

    Who is in the envelope and not in the header is a blind one.
    """
    rest = {address.casefold(): address for address in addresses}
    to = tuple(_shown(head, "To", rest))
    cc = tuple(_shown(head, "Cc", rest))
    return Recipients(to, cc, tuple(Mailbox(email_address=each) for each in rest.values()))


def _shown(head: EmailMessage, field: str, rest: dict[str, str]) -> Iterator[Mailbox]:
    """Yield whom a field of the header names, taking them out of the rest of the envelope."""
    for value in head.get_all(field, ()):
        for shown in value.addresses:
            address = rest.pop(shown.addr_spec.casefold(), None)
            name = shown.display_name
            if address is not None:
                is_sound = name.isprintable() and len(name) <= _LONGEST_NAME
                yield Mailbox(name=name if name and is_sound else None, email_address=address)
