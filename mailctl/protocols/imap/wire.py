"""imaplib over a socket of ours, up to the sign-in."""

import imaplib
import io
import re
import socket
import zlib
from collections.abc import Callable
from typing import Any, cast

from mailctl.domain.servers import Endpoint, Security
from mailctl.errors import TlsFailure
from mailctl.protocols import safe_words
from mailctl.protocols.imap.octets import Octets
from mailctl.protocols.network import Network, is_loopback
from mailctl.protocols.pacing import Pace, PacedSocket
from mailctl.protocols.safe_words import own
from mailctl.protocols.sasl import TokenMechanism, farewell
from mailctl.protocols.tls import Wrapper
from mailctl.protocols.trace import SILENT, Conversation

# A SEARCH answers on one line: enough for a million messages, where imaplib allows 1 MB.
_LONGEST_LINE = 16 * 1024 * 1024
_QUOTABLE = re.compile(r'[\\"]')


class Wire(imaplib.IMAP4):
    """An IMAP connection as it is before anybody signs in: greeted, and encrypted if it can be.

    Reads for itself, from whatever socket is the current one: so nothing that came before
    a STARTTLS is read after it, and every version of imaplib does the same.
    """

    def __init__(
        self, network: Network, endpoint: Endpoint, wrapper: Wrapper, *, public_only: bool = False
    ) -> None:
        self._network = network
        self._public_only = public_only
        self._wrapper = wrapper
        self._is_tls = endpoint.security is Security.TLS
        self._octets: Octets | None = None
        self._deflate: Callable[[bytes], bytes] | None = None
        self._opened = SILENT
        try:
            super().__init__(endpoint.host, endpoint.port)
        except imaplib.IMAP4.error as error:
            self._opened.received(own("no greeting:"), safe_words.failure(error))
            raise
        if self._opened.is_heard:
            self._tell_greeting()

    @property
    def pace(self) -> Pace:
        """The pace of the exchange going on."""
        return cast(PacedSocket, self.sock).pace

    def _tell_greeting(self) -> None:
        from mailctl.protocols.imap.told import told_greeting  # nobody else needs its words

        self.told.received(*told_greeting(self.welcome or b"", self.told))

    @property
    def told(self) -> Conversation:
        """What hears of this connection."""
        return self._opened

    def _create_socket(self, timeout: float | None = None) -> socket.socket:
        plain = self._network.open(
            self.host, self.port, public_only=self._public_only, protocol="imap"
        )
        self._opened = plain.told
        if self._is_tls:
            return self._wrapper.wrap_socket(plain, self.host)
        return plain

    def _source(self) -> "io.BufferedReader[Octets]":
        if self._octets is None or self._octets.sock is not self.sock:
            self._octets = Octets(self.sock)
        return self._octets.buffered

    def read(self, size: int) -> bytes:
        """Read a literal. Raises Flooded where it is announced larger than it may be."""
        self.pace.expect_room(size)
        return self._source().read(size)

    def readline(self) -> bytes:
        """Read a line. Raises imaplib's error where it does not end."""
        line = self._source().readline(_LONGEST_LINE + 1)
        if len(line) > _LONGEST_LINE:
            raise self.abort("a line without end")
        self.pace.line()
        # Some servers send NULs before an answer.
        return line.lstrip(b"\0")

    def shutdown(self) -> None:
        """Close the connection."""
        super().shutdown()

    def encrypt(self) -> None:
        """Switch to TLS; what the server said before counts no more. Raises TlsFailure."""
        if self.state == "AUTH":
            raise TlsFailure(
                f"{self.host} says that it knows us before the connection is encrypted",
                hint="somebody may be in between: use a port that begins with TLS (993)",
            )
        if "STARTTLS" not in self.capabilities:
            raise TlsFailure(
                f"{self.host} does not offer STARTTLS",
                hint="somebody may be in between: use a port that begins with TLS (993)",
            )
        self.told.sent(own("STARTTLS"))
        try:
            self.starttls(ssl_context=self._wrapper.as_context())
        except imaplib.IMAP4.error as error:
            raise TlsFailure(f"{self.host} did not start to encrypt (STARTTLS)") from error
        self.untagged_responses.clear()

    def sign_in_plain(self, username: str, password: str) -> None:
        """Sign in by AUTHENTICATE PLAIN (RFC 4616), without an initial response."""
        self.told.sent(own("AUTHENTICATE PLAIN"))
        answers = iter([f"\0{username}\0{password}".encode()])
        self.authenticate("PLAIN", lambda _: next(answers, None))

    def sign_in_token(self, mechanism: TokenMechanism, response: bytes) -> None:
        """Sign in by AUTHENTICATE with a token, without an initial response.

        A server that refuses it first says why, and wants an answer to that.
        """
        self.told.sent(own("AUTHENTICATE"), safe_words.known(mechanism, list(TokenMechanism)))
        answers = iter([response])
        self.authenticate(mechanism, lambda _: next(answers, farewell(mechanism)))

    def sign_in(self, username: str, password: str) -> None:
        """Sign in by LOGIN."""
        self.told.sent(own("LOGIN"))
        # imaplib quotes the password alone.
        self.login(quoted(username), password)

    def untagged(self, name: str) -> list[Any]:
        """Return and forget the untagged answers of that name."""
        return [part for part in self.response(name)[1] if part is not None]

    def has_answer(self, wait_s: float) -> bool:
        """Whether something can be read, now or within the time."""
        self._source()
        return self._octets is not None and self._octets.has_some(wait_s)

    @property
    def is_local(self) -> bool:
        """Whether the other end is this machine."""
        return is_loopback(str(self.sock.getpeername()[0]))

    def compress(self) -> None:
        """Deflate both ways from here on: the server has agreed (RFC 4978)."""
        self._source()
        if self._octets is not None:
            self._octets.begin_inflating()
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        self._deflate = lambda data: deflater.compress(data) + deflater.flush(zlib.Z_SYNC_FLUSH)

    def transmit(self, data: bytes) -> None:
        """Send octets, deflated if that was agreed."""
        self.sock.sendall(data if self._deflate is None else self._deflate(data))

    @property
    def goodbye(self) -> str:
        """What the server said with BYE, empty if it did not."""
        said = self.untagged_responses.get("BYE") or [b""]
        return str(said[-1], "utf-8", "replace") if isinstance(said[-1], bytes) else "BYE"


def quoted(text: str) -> str:
    """Return an IMAP quoted string."""
    return '"' + _QUOTABLE.sub(r"\\\g<0>", text) + '"'
