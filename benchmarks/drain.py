"""What the server alone takes: fetches every message of a mailbox and keeps nothing.

usage: drain.py PORT ADDRESS     (PASSWORD and SSL_CERT_FILE in the environment)

Prints how many messages the folders have and how many bytes came.
"""

import os
import re
import socket
import ssl
import sys

_EXISTS = re.compile(rb"\* (\d+) EXISTS")
_LISTED = re.compile(rb'\* LIST \([^)]*\) "/" ("[^"]*"|\S+)\r\n')
_ENDED = re.compile(rb"\r\nd (OK|NO|BAD) [^\r\n]*\r\n\Z")
_KEPT_BYTES = 16 * 1024


class Line:
    """A connection that reads up to a tagged answer."""

    def __init__(self, port: int) -> None:
        context = ssl.create_default_context(cafile=os.environ["SSL_CERT_FILE"])
        plain = socket.create_connection(("localhost", port))
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wire = context.wrap_socket(plain, server_hostname="localhost")
        self._wire.recv(1000)
        self.received = 0

    def ask(self, command: str) -> bytes:
        """Return the answer, of a long one the end."""
        self._wire.sendall(f"d {command}\r\n".encode())
        said = b"\r\n"
        while not (ended := _ENDED.search(said[-500:])):
            chunk = self._wire.recv(1 << 18)
            if not chunk:
                raise AssertionError("the server hung up")
            self.received += len(chunk)
            said = said[-_KEPT_BYTES:] + chunk
        if ended[1] != b"OK":
            raise AssertionError(f"{command}: {ended[0]!r}")
        return said


def main(port: int, address: str) -> None:
    """Read all folders, one after the other, each in one go."""
    line, count = Line(port), 0
    line.ask(f'LOGIN {address} "{os.environ["PASSWORD"]}"')
    for name in _LISTED.findall(line.ask('LIST "" *')):
        exists = _EXISTS.search(line.ask(f"EXAMINE {name.decode()}"))
        assert exists is not None
        if exists[1] != b"0":
            line.ask("UID FETCH 1:* (FLAGS INTERNALDATE BODY.PEEK[])")
        count += int(exists[1])
    sys.stdout.write(f"{count} {line.received}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2])
