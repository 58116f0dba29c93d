"""How servers look to anybody who connects."""

import socket
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

from mailctl.protocols.inspection import NetworkInspector
from mailctl.protocols.network import Network

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def asked(listening: socket.socket) -> bytes:
    """Answer one request with a clock that is a minute slow, and return the request."""
    connection, _ = listening.accept()
    with connection:
        request = connection.recv(4096)
        connection.sendall(b"HTTP/1.1 400 No\r\nDate: Fri, 02 Jan 2026 03:03:05 GMT\r\n\r\n")
    return request


def test_a_web_server_on_a_port_of_its_own_is_called_with_the_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor() as pool:
        port = listening.getsockname()[1]
        request = pool.submit(asked, listening)
        look = NetworkInspector(Network(), lambda: NOW).web(f"http://127.0.0.1:{port}/ews")
    assert f"\r\nHost: 127.0.0.1:{port}\r\n".encode() in request.result()
    assert (look.tls_version, look.ahead_s) == (None, 60)
