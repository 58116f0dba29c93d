"""Sources of messages, written down field by field so that they can be wrong too."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formataddr

from tests.linking_set.labels import Labelled, Truth
from tests.linking_set.names import SENTENCES, SUBJECTS
from tests.linking_set.world import OWN, Contact, World

FIRST_DAY = datetime(2026, 9, 1, 8, tzinfo=UTC)
Someone = Contact | str
"""A contact at the first address, or a mailbox as it stands in a header."""


@dataclass
class Desk:
    """Writes the messages of one kind after the other."""

    rng: random.Random
    world: World
    kind: str = ""
    _count: int = 0
    _clock: datetime = FIRST_DAY

    def letter(
        self,
        truth: Truth,
        *,
        sender: Someone,
        to: Sequence[Someone] = (OWN,),
        subject: str | None = None,
        body: str | None = None,
        answers: Labelled | None = None,
        fields: Iterable[str] = (),
        content_type: str = "text/plain; charset=utf-8",
    ) -> Labelled:
        """Return a message. `fields` are further lines of the header, Cc, Bcc and Reply-To too."""
        lines = [f"From: {shown(sender)}", f"To: {', '.join(map(shown, to))}"]
        if answers is not None:
            lines += [f"In-Reply-To: <{answers.message_id}>", f"References: <{answers.message_id}>"]
        lines += [*fields, f"Subject: {subject or self.rng.choice(SUBJECTS)}"]
        return self.written(truth, lines, body=body or self.text(), content_type=content_type)

    def written(
        self,
        truth: Truth,
        lines: Sequence[str],
        *,
        body: str,
        date: str | None = None,
        content_type: str = "text/plain; charset=utf-8",
    ) -> Labelled:
        """Return a message with these lines of its header, and those that all have."""
        self._count += 1
        self._clock += timedelta(minutes=37)
        message_id = f"{self._count:04d}.{self.rng.getrandbits(32):08x}@set.example"
        head = [
            *lines,
            f"Message-ID: <{message_id}>",
            f"Date: {format_datetime(self._clock) if date is None else date}",
            "MIME-Version: 1.0",
            f"Content-Type: {content_type}",
        ]
        if not any(line.startswith("Content-Transfer-Encoding:") for line in lines):
            head.append("Content-Transfer-Encoding: 8bit")
        source = "\r\n".join((*head, "", *body.split("\n"))).encode("utf-8", "surrogateescape")
        return Labelled(message_id, self.kind, source + b"\r\n", truth)

    def text(self, *sentences: str) -> str:
        """Return what somebody writes, without any number."""
        said = [*sentences, *self.rng.sample(SENTENCES, 2)]
        return "\n".join(("Hello,", "", *said, "", "kind regards"))

    def customer(self) -> Contact:
        """Return a contact like most."""
        return self.rng.choice(self.world.customers)

    def customers(self, count: int) -> list[Contact]:
        """Return contacts like most, each of another company."""
        found: dict[str, Contact] = {}
        while len(found) < count:
            one = self.customer()
            found.setdefault(one.companies[0], one)
        return list(found.values())

    def stranger(self) -> str:
        """Return the mailbox of somebody whom nobody knows, at a domain that nobody knows."""
        name = self.rng.choice(("mark", "julia", "press", "hello", "w.brown"))
        return f"{name}@unknown-{self.rng.randrange(10**6)}.example"

    def somebody_at(self, domain: str) -> str:
        """Return a mailbox at a domain that is no contact's."""
        name = self.rng.choice(("quentin", "ursula", "xaver"))
        return f"{name}.{self.rng.randrange(10**4)}@{domain}"

    def record(self, type_: str) -> str:
        """Return a record's number."""
        return self.rng.choice(self.world.records[type_]).number

    def records(self, type_: str, count: int) -> list[str]:
        """Return numbers of different records."""
        return [each.number for each in self.rng.sample(self.world.records[type_], count)]

    def missing(self, type_: str) -> str:
        """Return a number that is no record's."""
        return self.rng.choice(self.world.missing[type_])


def shown(someone: Someone) -> str:
    """Return how somebody stands in a field; names beyond ASCII as RFC 2047 wants them."""
    if isinstance(someone, str):
        return someone
    return mailbox(someone.name, someone.email)


def mailbox(name: str, address: str) -> str:
    """Return a name and an address, which may be an international one (RFC 6532)."""
    encoded = formataddr((name, "x@x.example"))
    return encoded.replace("x@x.example", address)
