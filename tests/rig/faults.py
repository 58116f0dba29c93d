"""Tiny servers that break the protocol, each a context manager that yields its port."""

import re
import socket
import socketserver
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress

from .authority import Certificate
from .processes import LOOPBACK

_LITERAL = re.compile(rb"\{(\d+)\+?\}$")


class Talk:
    """One connection, as lines without their CRLF."""

    def __init__(self, connection: socket.socket) -> None:
        self._stream = connection.makefile("rwb")

    def say(self, line: bytes) -> None:
        self._stream.write(line + b"\r\n")
        self._stream.flush()

    def hear(self) -> bytes | None:
        """Return the next line, None when the client is gone."""
        line = self._stream.readline()
        return line.rstrip(b"\r\n") if line else None

    def hear_octets(self) -> bytes:
        """Return the next line as it came, nothing when the client is gone."""
        return self._stream.readline()

    def hear_exactly(self, size: int) -> bytes:
        """Return so many octets, fewer when the client is gone."""
        return self._stream.read(size)

    def hear_command(self) -> bytes | None:
        """Return the next IMAP command, its literals included."""
        command = b""
        while (line := self.hear()) is not None:
            command += line
            literal = _LITERAL.search(line)
            if literal is None:
                return command
            self.say(b"+ go on")
            command += self._stream.read(int(literal[1]))
        return None

    def close(self) -> None:
        with suppress(OSError):
            self._stream.close()


Script = Callable[[Talk], None]


@contextmanager
def serving(script: Script, *, certificate: Certificate | None = None) -> Iterator[int]:
    """Play the script to every client, inside TLS from the start if a certificate is given."""
    context = certificate.server_context() if certificate else None
    with _Server(script, context) as server:
        serve = threading.Thread(target=server.serve_forever, args=(0.01,))
        serve.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            server.hang_up()
            serve.join()


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, script: Script, context: ssl.SSLContext | None) -> None:
        super().__init__((LOOPBACK, 0), socketserver.BaseRequestHandler)
        self.server_address: tuple[str, int]
        self._script = script
        self._context = context
        self._connections: set[socket.socket] = set()

    def finish_request(self, request: object, client_address: object) -> None:
        """Called in a thread of its own for each connection."""
        assert isinstance(request, socket.socket)
        with suppress(OSError):
            if self._context is not None:
                request = self._context.wrap_socket(request, server_side=True)
            self._connections.add(request)
            talk = Talk(request)
            try:
                self._script(talk)
            finally:
                talk.close()
                self._connections.discard(request)
                request.close()

    def hang_up(self) -> None:
        """End the conversations that are still going on."""
        for connection in list(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def silent(*, certificate: Certificate | None = None) -> AbstractContextManager[int]:
    """Accept and never say a word."""

    def script(talk: Talk) -> None:
        while talk.hear() is not None:
            pass

    return serving(script, certificate=certificate)


def closing(*, certificate: Certificate | None = None) -> AbstractContextManager[int]:
    """Accept and hang up."""
    return serving(lambda _: None, certificate=certificate)


def preauth(*, certificate: Certificate | None = None) -> AbstractContextManager[int]:
    """Greet an IMAP client as somebody who is logged in already (RFC 3501, section 7.1.4)."""
    return _imap(b"* PREAUTH [CAPABILITY IMAP4rev1] welcome back", {}, certificate)


def without_starttls() -> AbstractContextManager[int]:
    """Speak IMAP in clear text and know no way to TLS."""
    greeting = b"* OK [CAPABILITY IMAP4rev1 LOGINDISABLED] ready"
    refusals = {
        b"STARTTLS": b"BAD unknown command",
        b"LOGIN": b"NO [PRIVACYREQUIRED] not like this",
    }
    return _imap(greeting, refusals, None)


def login_answered(
    answer: bytes, *, certificate: Certificate | None = None
) -> AbstractContextManager[int]:
    """Give IMAP logins this answer, such as b"NO [UNAVAILABLE] later"."""
    greeting = b"* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] ready"
    return _imap(greeting, {b"LOGIN": answer, b"AUTHENTICATE": answer}, certificate)


def _imap(
    greeting: bytes, answers: Mapping[bytes, bytes], certificate: Certificate | None
) -> AbstractContextManager[int]:
    found = re.search(rb"\[(CAPABILITY .*?)\]", greeting)
    capability = found[1] if found else b"CAPABILITY IMAP4rev1"

    def script(talk: Talk) -> None:
        talk.say(greeting)
        while (command := talk.hear_command()) is not None:
            tag, _, rest = command.partition(b" ")
            verb = rest.split(b" ")[0].upper()
            if verb == b"CAPABILITY":
                talk.say(b"* " + capability)
            if verb == b"LOGOUT":
                talk.say(b"* BYE bye")
            talk.say(tag + b" " + answers.get(verb, b"OK done"))

    return serving(script, certificate=certificate)


def smtp(
    replies: Mapping[str, bytes], *, certificate: Certificate | None = None
) -> AbstractContextManager[int]:
    """Speak SMTP and reply as given by verb, else politely.

    "greeting" is the reply to the connection and "." the one to the end of the mail.
    """
    polite = {
        "greeting": b"220 ready",
        "EHLO": b"250-smtp.hosting.example\r\n250-AUTH PLAIN LOGIN\r\n250 8BITMIME",
        "AUTH": b"235 2.7.0 welcome",
        "DATA": b"354 go on",
        "QUIT": b"221 bye",
    }
    told = {**polite, **replies}

    def script(talk: Talk) -> None:
        talk.say(told["greeting"])
        while (line := talk.hear()) is not None:
            verb = line.split(b" ")[0].upper().decode(errors="replace")
            talk.say(told.get(verb, b"250 2.0.0 ok"))
            if verb == "DATA" and told["DATA"].startswith(b"3"):
                while talk.hear() not in (b".", None):
                    pass
                talk.say(told.get(".", b"250 2.0.0 taken"))
            if verb == "QUIT":
                return

    return serving(script, certificate=certificate)
