"""Issuers that answer as they are told, for what no good one does."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from mailctl.domain.oauth import AppGrant, OAuthApp, OAuthIssuer
from tests.rig.authority import Certificate

NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
TOKENS = {"access_token": "at-1", "token_type": "Bearer", "expires_in": 3600}


def now() -> datetime:
    return NOW


def answered(status: int, said: object, *headers: str) -> bytes:
    """Return the bytes of an answer in JSON, or of one that is bytes already."""
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    lines = [f"HTTP/1.1 {status} x", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def error(code: str, description: str = "", *, status: int = 400) -> bytes:
    return answered(status, {"error": code, "error_description": description})


@dataclass
class Issuer:
    """Gives its answers in turn, the last one for ever; an empty one hangs up."""

    answers: Sequence[bytes]
    posted: list[dict[str, str]] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)
    url: str = ""

    @contextmanager
    def serving(self, certificate: Certificate | None = None) -> Iterator["Issuer"]:
        """Answer until the block ends, inside TLS if a certificate is given."""
        server = _Server(self)
        if certificate:
            context = certificate.server_context()
            server.socket = context.wrap_socket(
                server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{'https' if certificate else 'http'}://localhost:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield self
        finally:
            server.shutdown()
            server.server_close()
            thread.join()

    def app(self, grant: AppGrant = AppGrant.PERSON, /, **changes: object) -> OAuthApp:
        """Return an app whose issuer this is."""
        settings: dict[str, object] = {
            "name": "example",
            "authorization_url": f"{self.url}/authorize",
            "token_url": f"{self.url}/token",
            "device_url": f"{self.url}/device",
            "device_usable": True,
            "scopes": ("mail", "offline"),
            **changes,
        }
        issuer = OAuthIssuer(**settings)  # type: ignore[arg-type]
        return OAuthApp("mine", issuer, "client-1", None, grant, None, NOW)

    def next_answer(self, target: str, body: str) -> bytes:
        """Note what was posted and return what to say."""
        self.targets.append(target)
        self.posted.append({name: values[0] for name, values in parse_qs(body).items()})
        return self.answers[min(len(self.posted), len(self.answers)) - 1]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, issuer: Issuer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = issuer

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that went away, or that do not trust us."""


class _Handler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        assert isinstance(self.server, _Server)
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.wfile.write(self.server.issuer.next_answer(self.path, body))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep quiet."""


def fields(url: str) -> Mapping[str, str]:
    """Return the fields of an address, each of which stands there once."""
    found = parse_qs(url.partition("?")[2])
    assert all(len(values) == 1 for values in found.values())
    return {name: values[0] for name, values in found.items()}
