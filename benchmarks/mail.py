"""Messages like those in real mailboxes, the same ones for the same seed."""

import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from benchmarks.mime import Part, document, encoded_word, html, image, multipart, text
from benchmarks.vocabulary import Language, languages

FIRST_DAY = datetime(2023, 1, 2, 8, tzinfo=UTC)
_FOLDERS = (
    ("INBOX", 30),
    ("Archive", 24),
    ("Sent", 12),
    ("Archive/2023", 8),
    ("Newsletters", 6),
    ("Projects/Bridge", 3),
    ("Projects/Harbour", 3),
    ("Клиенты", 2),
    ("Projects", 2),
    ("Archive/2022", 2),
    ("Junk", 2),
    ("Trash", 1),
    ("Invoices", 1),
    ("Invoices/2023", 1),
    ("Travel", 0.8),
    ("Projects/Tunnel", 0.7),
    ("Projects/Tower", 0.6),
    ("Support", 0.4),
    ("Family", 0.3),
    ("Drafts", 0.1),
    ("Later", 0.1),
)


def folders(count: int) -> list[tuple[str, int]]:
    """Return 21 folder names, nested with "/", and how many of `count` messages each has."""
    total = sum(share for _, share in _FOLDERS)
    sizes = [int(count * share / total) for _, share in _FOLDERS]
    sizes[0] += count - sum(sizes)
    return [(name, size) for (name, _), size in zip(_FOLDERS, sizes, strict=True)]


def messages(count: int, seed: int) -> Iterator[bytes]:
    """Yield messages with CRLF line ends, oldest first, some in answer to earlier ones.

    Half of them have at most 3 kB, on average they have about 5.2 kB.
    """
    writer = _Writer(random.Random(seed), languages(seed))
    for number in range(count):
        yield writer.message(number)


@dataclass(frozen=True)
class _Person:
    name: str
    address: str
    language: Language

    def shown(self, charset: str) -> str:
        name = encoded_word(self.name, charset)
        return f"{name} <{self.address}>" if self.name.isascii() else f"{name}\r\n <{self.address}>"


@dataclass(frozen=True)
class _Sent:
    """What an answer needs of what it answers."""

    message_id: str
    references: tuple[str, ...]
    subject: str
    sender: _Person
    quotable: Sequence[str]


@dataclass
class _Writer:
    rng: random.Random
    languages: Sequence[Language]
    people: list[_Person] = field(init=False)
    recent: deque[_Sent] = field(default_factory=lambda: deque(maxlen=150))
    now: datetime = FIRST_DAY

    def __post_init__(self) -> None:
        rng = self.rng
        self.people = []
        for number in range(500):
            language = rng.choices(self.languages, (60, 14, 12, 7, 7))[0]
            name = f"{language.phrase(rng, 1)} {language.phrase(rng, 1)}"
            domain = f"{self.languages[0].table[-1 - rng.randint(1, 70)]}.example"
            self.people.append(
                _Person(name, f"p{number}.{rng.getrandbits(16):x}@{domain}", language)
            )

    def message(self, number: int) -> bytes:
        rng = self.rng
        self.now += timedelta(seconds=rng.expovariate(1 / 1800))
        parent = rng.choice(self.recent) if self.recent and rng.random() < 0.4 else None
        # a few write most of it
        sender = self.people[int(len(self.people) * rng.random() ** 2)]
        language = sender.language
        charset = rng.choice(language.charsets)
        message_id = f"<{rng.getrandbits(72):018x}.{number}@{sender.address.partition('@')[2]}>"
        lines, body = self._body(sender, charset, parent)
        subject = (
            f"Re: {parent.subject.removeprefix('Re: ')}"
            if parent
            else language.phrase(rng, rng.randint(2, 7))
        )
        sent = _Sent(
            message_id,
            ((*parent.references[-8:], parent.message_id) if parent else ()),
            subject,
            sender,
            lines[:12],
        )
        if rng.random() < 0.7:
            self.recent.append(sent)
        # an answer keeps the subject of another language
        header_charset = charset if parent is None and charset != "us-ascii" else "utf-8"
        return (self._headers(sent, header_charset) + body.headers).encode() + b"\r\n" + body.body

    def _headers(self, sent: _Sent, charset: str) -> str:
        rng = self.rng
        to = rng.sample(self.people, rng.choice((1, 1, 1, 1, 2, 3)))
        cc = rng.sample(self.people, rng.choice((0, 0, 0, 1, 2, 4)))
        lines = [
            f"Return-Path: <{sent.sender.address}>",
            *self._received(sent.sender, to[0].address),
            *self._signature(sent.sender),
            f"Date: {format_datetime(self.now)}",
            f"From: {sent.sender.shown(charset)}",
            "To: " + ",\r\n ".join(person.shown("utf-8") for person in to),
            *(["Cc: " + ",\r\n ".join(person.shown("utf-8") for person in cc)] if cc else ()),
            f"Message-ID: {sent.message_id}",
            f"Subject: {encoded_word(sent.subject, charset)}",
        ]
        if sent.references:
            lines.append(f"In-Reply-To: {sent.references[-1]}")
            lines.append("References: " + "\r\n ".join(sent.references))
        elif rng.random() < 0.3:
            token = f"{rng.getrandbits(160):040x}"
            lines.append(f"List-Unsubscribe: <https://news.example/u/{token}>,")
            lines.append(f" <mailto:leave+{token[:12]}@news.example>")
            lines.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click")
        return "\r\n".join((*lines, "MIME-Version: 1.0", ""))

    def _received(self, sender: _Person, recipient: str) -> Iterator[str]:
        rng = self.rng
        moment = self.now
        for hop in range(rng.choices((3, 4, 5, 6, 7, 8), (40, 25, 15, 10, 6, 4))[0]):
            address = ".".join(map(str, rng.randbytes(4)))
            yield (
                f"Received: from mx{hop}.{sender.address.partition('@')[2]} ([{address}])\r\n"
                f"\tby in{hop}.hosting.example with ESMTPS id {rng.getrandbits(60):015x}\r\n"
                f"\tfor <{recipient}>; {format_datetime(moment)}"
            )
            moment -= timedelta(seconds=1)

    def _signature(self, sender: _Person) -> Iterator[str]:
        if self.rng.random() < 0.75:
            domain = sender.address.partition("@")[2]
            digest = self.rng.getrandbits(1024)
            wrapped = f"{digest:0256x}"
            yield (
                f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain};\r\n"
                f"\ts=s1; h=date:from:to:message-id:subject:mime-version;\r\n"
                f"\tbh={wrapped[:44]};\r\n\tb={wrapped[44:110]}\r\n\t{wrapped[110:180]}"
            )

    def _body(
        self, sender: _Person, charset: str, parent: _Sent | None
    ) -> tuple[Sequence[str], Part]:
        """Return the lines that an answer would quote, and the body."""
        rng, language = self.rng, sender.language
        words = int(rng.lognormvariate(4.1, 0.9)) + 8
        paragraphs = []
        while words > 0:
            paragraphs.append(language.paragraph(rng, min(words, 60)))
            words -= 60
        lines = [line for paragraph in paragraphs for line in (*language.lines(paragraph), "")]
        quoted = [f"> {line}" for line in parent.quotable] if parent else []
        if quoted and parent:
            quoted.insert(0, f"{parent.sender.address} wrote:")
        ending = ["-- ", sender.name, sender.address, "+49 30 5550100"]
        if parent and charset != "us-ascii":
            charset = "utf-8"
        plain = text(rng, "\n".join([*lines, *quoted, "", *ending, ""]), charset)
        return lines, self._arranged(plain, language, paragraphs, charset)

    def _arranged(
        self, plain: Part, language: Language, paragraphs: Sequence[str], charset: str
    ) -> Part:
        """Return the text alone, or with HTML, pictures or documents."""
        rng = self.rng
        kind = rng.random()
        if kind < 0.62:
            return plain
        if kind < 0.65:
            return multipart(rng, "mixed", [plain, document(rng, self._size())])
        page = html(rng, language, paragraphs, charset)
        styled = text(rng, page, charset, kind="html")
        if kind < 0.67:
            cid = f"image{rng.getrandbits(32):08x}"
            shown = page.replace("<tbody>", f'<tbody><tr><td><img src="cid:{cid}" /></td></tr>', 1)
            styled = text(rng, shown, charset, kind="html")
            picture = image(rng, int(rng.lognormvariate(8.2, 0.7)), cid)
            styled = multipart(rng, "related", [styled, picture])
        both = multipart(rng, "alternative", [plain, styled])
        if kind > 0.99:
            return multipart(rng, "mixed", [both, document(rng, self._size())])
        return both

    def _size(self) -> int:
        """Return the size of an attachment: some tens of kB, rarely up to 700 kB."""
        return min(int(self.rng.lognormvariate(9.55, 1.25)), 700_000)
