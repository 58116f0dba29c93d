"""What a trace tells of IMAP: words of the protocol, numbers, flags, names of folders, sizes."""

import imaplib
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from mailctl.domain.secret import Secret
from mailctl.errors import MailctlError
from mailctl.protocols import safe_words
from mailctl.protocols.imap.answers import Part
from mailctl.protocols.imap.failures import UNREADABLE
from mailctl.protocols.imap.lists import parsed
from mailctl.protocols.imap.names import name_of
from mailctl.protocols.imap.pipeline import Pipeline, Reply
from mailctl.protocols.safe_words import Safe, own
from mailctl.protocols.trace import Conversation
from mailctl.protocols.words import repeats

_MOST_READ = 2000
_TOKEN = re.compile(r'\s+|"(?:[^"\\]|\\.)*"|[()\[\]]|[^\s()\[\]"]+|"')
_FOLDER_VERBS = frozenset(("EXAMINE", "SELECT", "STATUS", "CREATE", "SUBSCRIBE", "APPEND"))
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED = re.compile(r"\\(.)")
_BRACKETS = frozenset("()[]")
_PATTERNS = frozenset(('""', '"*"', '"%"'))
_OF_THE_SERVER = frozenset((b"name", b"version", b"vendor", b"os"))
_SENTENCES = frozenset((b"OK", b"NO", b"BAD", b"BYE", b"PREAUTH"))
_ENDED = re.compile(rb"(M\d{1,10}) (OK|NO|BAD)\b ?(\[[^\]]{1,200}\])?", re.IGNORECASE)
_CODED = re.compile(rb" *(\[[^\]]{1,2000}\])?")
WORDS = frozenset(Path(__file__).with_name("vocabulary.txt").read_text("utf-8").split())
"""Commands, answers, items, search keys, flags, response codes and capabilities: RFC 3501, RFC
9051, the registries of IANA ("imap-capabilities", "imap-response-codes"), and Google's own."""
_ALL = WORDS | _BRACKETS


class TracedPipeline(Pipeline):
    """A pipeline of which a conversation hears; the other one knows nothing of it."""

    def hears(self, told: Conversation) -> None:
        """Tell that one from here on."""
        self._told = told
        self._begun: dict[bytes, float] = {}

    def introduced(self, capabilities: Iterable[str]) -> None:
        """Tell what the server can do."""
        self._told.received(own("can"), told_words(" ".join(sorted(capabilities))))

    def send(self, command: str, *, is_barrier: bool = False) -> bytes:
        """Send as a pipeline does."""
        tag = super().send(command, is_barrier=is_barrier)
        self._begun[tag] = self._told.now()
        self._told.sent(safe_words.tag(tag), told_command(command))
        return tag

    def say(self, line: bytes) -> None:
        """Say as a pipeline does."""
        super().say(line)
        self._told.sent(told_words(line.decode("ascii", "replace")))

    def hand_over(self, tag: bytes, literal: bytes) -> None:
        """Hand over as a pipeline does."""
        self._told.sent(own("the message"), safe_words.octets(len(literal)))
        super().hand_over(tag, literal)

    def _read(self) -> Reply | None:
        reply = super()._read()
        if reply is not None:
            self._told.received(own("*"), *told_reply(reply, self._told, self._secret))
        return reply

    def _end(self, line: bytes) -> None:
        super()._end(line)
        ended = _ENDED.match(line)
        if ended is None:
            self._told.received(own("+") if line.startswith(b"+") else own("…"))
            return
        code = told_words((ended[3] or b"").decode("ascii", "replace"))
        words = (safe_words.tag(ended[1]), told_words(ended[2].decode()), code)
        text = told_text(line[ended.end() :], self._told, self._secret)
        self._told.received(*words, text, since=self._begun.pop(ended[1].upper(), None))

    def _next(self) -> Reply | None:
        try:
            return super()._next()
        except MailctlError as error:
            self._told.happened(own("broken off:"), safe_words.failure(error.__cause__ or error))
            raise


def told_greeting(line: bytes, told: Conversation) -> Iterable[Safe]:
    """Yield the words of a greeting; nobody has told the server a secret yet."""
    parts = line.rstrip().split(b" ", 2)
    code = _CODED.match(parts[-1])
    for word in (*parts[:-1], (code and code[1]) or b""):
        yield told_words(word.decode("ascii", "replace"))
    yield told.text(parts[-1][code.end() if code else 0 :])


def told_command(command: str) -> Safe:
    """Return a command without what may be of a message; the name of a folder stays."""
    verb, _, rest = command.partition(" ")
    if verb.upper() not in _FOLDER_VERBS:
        return told_words(command)
    name = _QUOTED.match(rest)
    if name is None:
        return told_words(command)
    folder = safe_words.folder(_ESCAPED.sub(r"\1", name[1]))
    after = told_words(rest[name.end() :])
    return safe_words.run((told_words(verb), safe_words.blank(), folder, after))


def told_reply(reply: Reply, told: Conversation, secret: Secret) -> Iterable[Safe]:
    """Yield the words of an untagged answer."""
    if reply.name == b"ID":
        yield from _of_id(reply, told)
        return
    if reply.number is not None:
        yield safe_words.number(reply.number)
    yield told_words(reply.name.decode("ascii", "replace"))
    if reply.name in _SENTENCES:
        code = _CODED.match(reply.text)
        coded = (code and code[1]) or b""
        yield told_words(coded.decode("ascii", "replace"))
        yield told_text(reply.text[code.end() if code else 0 :], told, secret)
    elif reply.name in {b"LIST", b"LSUB", b"STATUS"}:
        yield from _of_folder(reply)
    elif reply.name == b"SEARCH":
        yield safe_words.octets(len(reply.text))
    else:
        yield told_parts(reply.data)


def told_text(text: bytes, told: Conversation, secret: Secret) -> Safe:
    """Return what is harmless of a sentence, nothing of one that repeats the secret."""
    is_echo = repeats(text[:_MOST_READ].decode("utf-8", "replace"), secret)
    return own("…") if is_echo else told.text(text[:_MOST_READ])


def told_parts(parts: Iterable[Part]) -> Safe:
    """Return what stands around literals; of these only the size is announced."""
    heads = (part[0] if isinstance(part, tuple) else part for part in parts)
    return safe_words.run(
        told_words(head[:_MOST_READ].decode("ascii", "replace")) for head in heads
    )


def told_words(text: str) -> Safe:
    """Return words of the protocol, numbers, flags; of what stands in quotes the size."""
    return safe_words.run(map(_told_token, _TOKEN.findall(text[:_MOST_READ])))


def _told_token(token: str) -> Safe:
    if token.isspace():
        return safe_words.blank()
    if token.startswith('"'):
        is_pattern = token in _PATTERNS
        return (
            safe_words.known(token, _PATTERNS) if is_pattern else safe_words.octets(len(token) - 2)
        )
    if token.upper() in _ALL:
        return safe_words.known(token.upper(), _ALL)
    return safe_words.numbers(token)


def told_code(text: str) -> Safe:
    """Return the response code at the beginning of a refusal, without its words."""
    code = _CODED.match(text.encode())
    return told_words(code[1].decode("ascii", "replace")) if code and code[1] else own("")


def _of_id(reply: Reply, told: Conversation) -> Iterable[Safe]:
    """Yield what a server says that it is (RFC 2971), and nothing of what it says of us."""
    yield own("ID")
    with suppress(imaplib.IMAP4.error, *UNREADABLE):
        said = parsed(reply.data)[0] or ()
        for key, value in zip(said[::2], said[1::2], strict=False):
            if key.lower() in _OF_THE_SERVER:
                yield told.text(value or b"")


def _of_folder(reply: Reply) -> Iterable[Safe]:
    """Yield flags and name of LIST, or name and counts of STATUS."""
    try:
        said = parsed(reply.data)
        name = said[0] if reply.name == b"STATUS" else said[2]
        yield safe_words.folder(name_of(name))
    except (imaplib.IMAP4.error, *UNREADABLE):
        yield own("…")
        return
    others = said[1] if reply.name == b"STATUS" else said[0]
    words = (w.decode("ascii", "replace") if isinstance(w, bytes) else str(w) for w in others or ())
    yield told_words(f"({' '.join(words)})")
