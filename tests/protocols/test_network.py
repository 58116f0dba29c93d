"""Opening sockets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mailctl.errors import BadUsage, TlsFailure, Unreachable
from mailctl.protocols.network import Network, is_loopback
from mailctl.protocols.redirects import parse_redirects
from tests.protocols.mailboxes import unused_port
from tests.rig import Rig
from tests.rig.faults import closing, serving, silent


def test_the_environment_says_where_connections_go() -> None:
    network = Network.from_environment(
        {"MAILCTL_CONNECT_TO": "a.example:993:127.0.0.1:1", "MAILCTL_DNS": "127.0.0.1:53"}
    )
    assert network.connect_to == parse_redirects("a.example:993:127.0.0.1:1")
    assert network.nameserver == "127.0.0.1:53"
    assert Network.from_environment({}) == Network()


@pytest.mark.parametrize("address", ["dns.example", "127.0.0.1:0", "127.0.0.1:x", "::1:53:9:z"])
def test_a_name_server_that_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(BadUsage, match="MAILCTL_DNS"):
        Network.from_environment({"MAILCTL_DNS": address})


def test_a_redirected_connection_goes_elsewhere() -> None:
    with serving(lambda talk: talk.say(b"hello")) as port:
        network = Network(parse_redirects(f"mail.example:993:127.0.0.1:{port}"))
        with network.open("mail.example", 993, 5.0) as sock:
            assert sock.makefile("rb").read(5) == b"hello"


def test_names_are_looked_up_at_the_given_name_server(rig: Rig) -> None:
    network = Network(nameserver=rig.dns.address)
    with silent() as port, network.open("imap.hosting.example", port, 5.0) as sock:
        assert sock.getpeername()[0] == "127.0.0.1"


def test_a_name_that_the_given_name_server_lacks_is_left_to_the_system(rig: Rig) -> None:
    own_name = socket.gethostname()
    with silent() as port:
        try:
            socket.create_connection((own_name, port), 1).close()
        except OSError:
            pytest.skip("this machine's own name leads elsewhere")
        Network(nameserver=rig.dns.address).open(own_name, port, 5.0).close()


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_loopback_is_never_looked_up(host: str) -> None:
    nobody = unused_port()
    with silent() as port:
        Network(nameserver=f"127.0.0.1:{nobody}").open(host, port, 1.0).close()


def test_a_port_where_nobody_listens_is_unreachable() -> None:
    port = unused_port()
    network = Network(parse_redirects(f"mail.hosting.example:993:127.0.0.1:{port}"))
    with pytest.raises(Unreachable, match=r"^mail\.hosting\.example:993 refused the connection$"):
        network.open("mail.hosting.example", 993, 5.0)


@pytest.mark.parametrize("host", ["no-such-host.invalid", "a..b", "x" * 70 + ".example"])
def test_a_name_without_address_is_unreachable(host: str) -> None:
    with pytest.raises(Unreachable):
        Network().open(host, 993, 5.0)


@contextmanager
def _swallowing() -> Iterator[int]:
    """Listen where no connection is ever established: the queue is full."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        where = listener.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for sock in waiting:
            sock.setblocking(False)
            sock.connect_ex(where)
        try:
            yield where[1]
        finally:
            for sock in waiting:
                sock.close()


def test_an_address_that_swallows_packets_is_unreachable_in_time() -> None:
    with _swallowing() as port, pytest.raises(Unreachable, match="did not answer"):
        Network().open("127.0.0.1", port, 0.3)


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("LOCALHOST.", True),
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("", False),
    ],
)
def test_loopback_is_told_by_the_name_alone(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_the_file_of_ssl_cert_file_is_trusted(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(rig.ca_file))
    network = Network()
    sock = network.open("localhost", rig.dovecot.ports.imaps, 5.0)
    with network.wrap(sock, "localhost", network.tls_context()) as secret:
        assert secret.version() in {"TLSv1.2", "TLSv1.3"}


def test_the_file_of_the_network_is_trusted_besides_the_providers(rig: Rig) -> None:
    network = Network(ca_file=str(rig.ca_file))
    sock = network.open("localhost", rig.dovecot.ports.imaps, 5.0)
    network.wrap(sock, "localhost", network.tls_context()).close()


def test_a_ca_file_that_is_none_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing")
    for file in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        with pytest.raises(TlsFailure, match=r"^the CA file .*\.pem cannot be used"):
            Network().tls_context(str(file))


def test_a_server_that_hangs_up_in_the_handshake_is_no_success() -> None:
    network = Network()
    with closing() as port:
        sock = network.open("localhost", port, 5.0)
        with pytest.raises((Unreachable, TlsFailure)):
            network.wrap(sock, "localhost", network.tls_context())


def test_a_server_that_is_silent_in_the_handshake_is_unreachable() -> None:
    network = Network(idle_s=0.2)
    with silent() as port:
        sock = network.open("localhost", port, 5.0)
        with pytest.raises(Unreachable, match="did not answer"):
            network.wrap(sock, "localhost", network.tls_context())
