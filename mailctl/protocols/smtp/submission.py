"""Mail handed over, one after the other: who gets it, and whether the server has it."""

import re
import smtplib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress

from mailctl.domain.secret import Secret
from mailctl.errors import (
    DeliveryUncertain,
    MailctlError,
    MailTooLarge,
    ServerRefused,
    Unreachable,
)
from mailctl.ports.mail import Receipt
from mailctl.protocols import safe_words
from mailctl.protocols.safe_words import own
from mailctl.protocols.smtp.connection import Connection
from mailctl.protocols.smtp.refusals import LATER, declined, exchange, lost, refusal
from mailctl.protocols.words import plain

_PIECE = 1 << 20
_AT_ONCE = 100
"""So many commands leave ahead of their answers: with more, both sides could wait to be read."""
_DONE = (250, 251, 252)
_SIZE = re.compile(r"\s*([0-9]{1,20})(?:\s|\Z)")
_BREAKING = re.compile(r"[\r\n\0]")
_BRACKETS = re.compile(r"[<> ]")
_QUOTED = re.compile(r'\A"(?:[^"\\]|\\.)*"(?=@)')
"""A local part in quotes, where brackets are letters (RFC 5321 section 4.1.2)."""
_GO_ON = 354
_CLOSING = 421


class SmtpSender:
    """A signed-in submission service."""

    def __init__(self, connection: Connection, secret: Secret) -> None:
        self._connection = connection
        self._host = connection.server
        self._secret = secret
        self._told = connection.told

    @property
    def largest_bytes(self) -> int | None:
        """The size of the largest mail that the service takes (SIZE, RFC 1870)."""
        said = _SIZE.match(self._connection.esmtp_features.get("size", ""))
        return (int(said[1]) or None) if said else None

    @property
    def is_open(self) -> bool:
        """Whether another mail can be sent."""
        return self._connection.sock is not None

    def verify(self) -> None:
        """Make sure that the service is ready to take a message.

        Raises Unreachable, ServerBusy or ServerRefused.
        """
        self._told.sent(own("NOOP"))
        with exchange(self._connection, self._secret):
            code, said = self._connection.noop()
        if code != _DONE[0]:
            raise refusal(self._host, code, plain(said, self._secret))

    def send(
        self,
        sender: str,
        recipients: Sequence[str],
        source: bytes,
        *,
        on_handing_over: Callable[[Receipt], None] = lambda receipt: None,
    ) -> Receipt:
        """Submit a message to those recipients that the service accepts.

        See ports.mail.MailSender. The data is written without its end, then `on_handing_over`
        is called: a server may keep what it got only after that end (RFC 5321 section 4.1.1.4).
        """
        _refuse_bare_line_ends(source)
        for address in (sender, *recipients):
            _refuse_further_lines(address)
        parameters = self._parameters(sender, recipients, source)
        with exchange(self._connection, self._secret):
            receipt = self._envelope(sender, parameters, recipients)
            if not receipt.accepted:
                self._reset()
                return receipt
            self._write(source)
        try:
            on_handing_over(receipt)
        except BaseException:
            self._connection.close()  # without its end the data is thrown away
            raise
        self._finish()
        return receipt

    def _parameters(self, sender: str, recipients: Sequence[str], source: bytes) -> str:
        """Return what MAIL says of the mail. Raises MailTooLarge or ServerRefused."""
        limit = self.largest_bytes
        if limit is not None and len(source) > limit:
            raise MailTooLarge(
                f"the mail has {len(source)} bytes, and {self._host} takes {limit}",
                hint="send less at once, or a link to it",
                details={"size": len(source), "limit": limit},
            )
        words = [f"SIZE={len(source)}"] if self._connection.has_extn("size") else []
        end = source.find(b"\r\n\r\n") + 1 or len(source)
        if not _is_ascii(source, end, len(source)):
            if not self._connection.has_extn("8bitmime"):
                raise ServerRefused(
                    f"{self._host} takes no mail with 8-bit text (8BITMIME)",
                    hint="encode it as quoted-printable or base64",
                )
            words.append("BODY=8BITMIME")
        international = next((a for a in (sender, *recipients) if not a.isascii()), None)
        if international or not _is_ascii(source, 0, end):
            if not self._connection.has_extn("smtputf8"):
                what = international or "a header"
                raise ServerRefused(f"{self._host} takes nothing beyond ASCII in {what} (SMTPUTF8)")
            words.append("SMTPUTF8")
        return "".join(f" {word}" for word in words)

    def _envelope(self, sender: str, parameters: str, recipients: Sequence[str]) -> Receipt:
        """Say who writes to whom, at once where the server has PIPELINING (RFC 2920)."""
        commands = [f"MAIL FROM:<{sender}>{parameters}", *(f"RCPT TO:<{a}>" for a in recipients)]
        if self._told.is_heard:
            self._told.sent(own("MAIL FROM"), safe_words.domain(sender))
            for address in recipients:
                self._told.sent(own("RCPT TO"), safe_words.domain(address))
        answers = self._answers(commands)
        failure = self._failure(*answers[0])
        if failure is not None:
            self._reset()
            raise failure
        refused = {
            address: failure
            for address, answer in zip(recipients, answers[1:], strict=True)
            if (failure := self._failure(*answer)) is not None
        }
        return Receipt(tuple(a for a in recipients if a not in refused), refused)

    def _answers(self, commands: Sequence[str]) -> list[tuple[int, bytes]]:
        at_once = _AT_ONCE if self._connection.has_extn("pipelining") else 1
        answers: list[tuple[int, bytes]] = []
        for start in range(0, len(commands), at_once):
            lines = [f"{command}\r\n".encode() for command in commands[start : start + at_once]]
            self._connection.pace.begin()  # many recipients one by one take their time
            self._connection.send(b"".join(lines))
            answers += [self._answer(*_DONE) for _ in lines]
            if answers[0][0] not in _DONE:
                break
        return answers

    def _answer(self, *wanted: int) -> tuple[int, bytes]:
        """Return the next answer, one that is wanted or a refusal.

        Raises ServerBusy where the server says goodbye, and Unreachable for any other answer:
        after it nobody knows which is whose.
        """
        try:
            code, said = self._connection.getreply()
        except smtplib.SMTPResponseException as error:  # a line without end
            code, said = -1, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        if code in wanted or (400 <= code < 600 and code != _CLOSING):
            return code, said
        self._connection.close()
        words = plain(said, self._secret)
        if code == _CLOSING:
            raise declined(self._host, code, words)
        answer = f"{code} {words}" if code > 0 else words
        raise Unreachable(f"{self._host} answered what makes no sense: {answer}", hint=LATER)

    def _failure(self, code: int, said: bytes) -> MailctlError | None:
        if code in _DONE:
            return None
        if code == _CLOSING:
            self._connection.close()
        return declined(self._host, code, plain(said, self._secret))

    def _write(self, source: bytes) -> None:
        """Write all of the data but its end, line starts with a dot doubled (section 4.5.2)."""
        self._connection.pace.begin(expected_bytes=len(source))
        self._told.sent(own("DATA"))
        self._connection.send(b"DATA\r\n")
        code, said = self._answer(_GO_ON)
        if code != _GO_ON:
            self._reset()
            raise declined(self._host, code, plain(said, self._secret))
        try:
            for piece in _stuffed(source):
                self._connection.transmit(piece)
        except OSError as error:
            if not isinstance(error, TimeoutError):
                self._refused_meanwhile(error)
            self._connection.close()
            raise
        self._told.sent(own("the message"), safe_words.octets(len(source)))
        if self._connection.has_answer():
            self._refused_meanwhile(None)

    def _refused_meanwhile(self, cause: OSError | None) -> None:
        """Raise what the server said before it had all of the data, if it said anything.

        Without its end the data is no mail, so that no answer can be one to it.
        """
        with suppress(smtplib.SMTPServerDisconnected, OSError):
            code, said = self._answer()
            self._connection.close()
            raise declined(self._host, code, plain(said, self._secret)) from cause

    def _finish(self) -> None:
        """End the data and return if the server took it. Raises DeliveryUncertain as well."""
        try:
            self._connection.pace.begin()
            self._told.sent(own("."))
            self._connection.send(b".\r\n")
            code, said = self._connection.getreply()
        except (smtplib.SMTPException, OSError, ValueError) as error:
            self._connection.close()
            raise self._uncertain(lost(self._host, error).sentence) from error
        if code == _DONE[0]:
            return
        if not 400 <= code < 600:
            self._connection.close()
            raise self._uncertain(f"{self._host} answered what makes no sense")
        failure = self._failure(code, said)
        if failure is not None:
            raise failure

    def _uncertain(self, sentence: str) -> DeliveryUncertain:
        return DeliveryUncertain(
            f"{sentence} when all of the mail had been handed over: it may have been sent",
            hint="find out before you send it again: mailctl outbox flush looks it up",
        )

    def _reset(self) -> None:
        """Forget the mail, so that another one may follow (RFC 5321 section 4.1.1.5)."""
        if self._connection.sock is None:
            return
        try:
            self._told.sent(own("RSET"))
            self._connection.send(b"RSET\r\n")
            code, _ = self._connection.getreply()
        except (smtplib.SMTPException, OSError, ValueError):
            code = -1
        if code != _DONE[0]:
            self._connection.close()


def _stuffed(source: bytes) -> Iterator[bytes]:
    """Yield the data but its end, line starts with a dot doubled, piece by piece."""
    start = 0
    while start < len(source):
        end = source.find(b"\n", start + _PIECE) + 1 or len(source)
        piece = source[start:end].replace(b"\r\n.", b"\r\n..")
        yield b"." + piece if piece.startswith(b".") else piece
        start = end
    if not source.endswith(b"\r\n"):
        yield b"\r\n"


def _is_ascii(source: bytes, start: int, end: int) -> bool:
    # piece by piece: a copy of all of it may be large
    return source.isascii() or all(
        source[at : min(at + _PIECE, end)].isascii() for at in range(start, end, _PIECE)
    )


def _refuse_bare_line_ends(source: bytes) -> None:
    """Raise ValueError where a line would end for one server and not for another.

    That is how one mail becomes two on its way (SMTP smuggling).
    """
    pairs = source.count(b"\r\n")
    if not pairs == source.count(b"\n") == source.count(b"\r"):
        raise ValueError("a line of the mail ends without CR LF")


def _refuse_further_lines(address: str) -> None:
    """Raise ValueError where an address would make two commands of one."""
    if _BREAKING.search(address) or _BRACKETS.search(_QUOTED.sub("", address, count=1)):
        raise ValueError("an address with a line end or a bracket")
