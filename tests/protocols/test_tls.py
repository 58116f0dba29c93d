"""What is wrong with a certificate, in words."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import trustme

from mailctl.errors import TlsFailure
from mailctl.protocols.network import Network
from tests.rig import Rig
from tests.rig.authority import Certificate
from tests.rig.faults import serving


def _connect(port: int, ca_file: Path | None, host: str = "localhost") -> TlsFailure:
    """Return how the connection to a server that should not be trusted fails."""
    network = Network(ca_file=str(ca_file) if ca_file else None)
    sock = network.open("localhost", port, 5.0)
    with pytest.raises(TlsFailure) as caught:
        network.wrap(sock, host, network.tls_context())
    assert caught.value.exit_code == 12
    return caught.value


def _written(leaf: trustme.LeafCert, directory: Path) -> Certificate:
    made = Certificate(directory / "leaf.pem", directory / "leaf.key")
    for part in leaf.cert_chain_pems:
        part.write_to_path(made.chain_file, append=True)
    leaf.private_key_pem.write_to_path(made.key_file)
    return made


def _hello(talk: object) -> None:
    pass


@contextmanager
def _showing(certificate: Certificate) -> Iterator[int]:
    with serving(_hello, certificate=certificate) as port:
        yield port


def test_a_certificate_for_another_name_names_it(rig: Rig) -> None:
    with _showing(rig.authority.wrong_host()) as port:
        error = _connect(port, rig.ca_file)
    assert error.sentence == (
        "the certificate of localhost is for another name: it is for elsewhere.example"
    )
    assert error.details == {"names": ["elsewhere.example"]}


def test_an_address_that_the_certificate_lacks_is_refused(rig: Rig) -> None:
    with _showing(rig.authority.wrong_host()) as port:
        assert "another name" in _connect(port, rig.ca_file, "127.0.0.1").sentence


def test_a_wildcard_covers_one_label_only(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    leaf = _written(authority.issue_cert("*.example.org"), tmp_path)
    with _showing(leaf) as port:
        assert "another name" in _connect(port, tmp_path / "ca.pem", "a.b.example.org").sentence


def test_an_expired_certificate_is_refused(rig: Rig) -> None:
    with _showing(rig.authority.expired()) as port:
        assert _connect(port, rig.ca_file).sentence == "the certificate of localhost has expired"


def test_a_certificate_of_tomorrow_is_refused(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    leaf = authority.issue_cert(
        "localhost", not_before=tomorrow, not_after=tomorrow + timedelta(days=9)
    )
    with _showing(_written(leaf, tmp_path)) as port:
        error = _connect(port, tmp_path / "ca.pem")
    assert error.sentence == "the certificate of localhost is not valid yet"
    assert error.hint == "check this machine's clock"


def test_a_certificate_of_an_unknown_authority_is_refused(rig: Rig) -> None:
    with _showing(rig.authority.untrusted()) as port:
        error = _connect(port, rig.ca_file)
    assert "authority that this machine does not" in error.sentence
    assert "--ca-file" in (error.hint or "")


def test_the_rigs_own_authority_is_unknown_without_its_file(rig: Rig) -> None:
    assert "authority" in _connect(rig.dovecot.ports.imaps, None).sentence


def test_a_self_signed_certificate_is_refused(tmp_path: Path) -> None:
    # The certificate of an authority is the self-signed one at hand.
    authority = trustme.CA()
    made = Certificate(tmp_path / "self.pem", tmp_path / "self.key")
    authority.cert_pem.write_to_path(made.chain_file)
    authority.private_key_pem.write_to_path(made.key_file)
    with _showing(made) as port:
        assert _connect(port, None).sentence == "the certificate of localhost is self-signed"


def test_a_server_without_tls_is_said_to_have_none() -> None:
    with serving(lambda talk: talk.say(b"* OK this is clear text " + b"x" * 40)) as port:
        error = _connect(port, None)
    assert error.sentence == "localhost does not speak TLS on this port"


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")
def test_a_server_with_old_tls_alone_is_refused(rig: Rig) -> None:
    context = rig.authority.server().server_context()
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            sock, _ = listener.accept()
            with pytest.raises(OSError), context.wrap_socket(sock, server_side=True):
                pass

        server = threading.Thread(target=serve)
        server.start()
        error = _connect(listener.getsockname()[1], rig.ca_file)
        server.join()
    assert error.sentence == "localhost speaks only versions of TLS that are too old to be safe"
