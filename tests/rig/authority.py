"""Certificates for the rig, good ones and bad ones."""

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

HOSTS = (
    "localhost",
    "127.0.0.1",
    "::1",
    "mail.hosting.example",
    "imap.hosting.example",
    "smtp.hosting.example",
    "mx1.hosting.example",
    "mx2.hosting.example",
    "imap.gmail.com",
    "smtp.gmail.com",
    "outlook.office365.com",
    "smtp.office365.com",
)


@dataclass(frozen=True)
class Certificate:
    """The two files a server needs: its certificate with the chain, and its key."""

    chain_file: Path
    key_file: Path

    def server_context(self) -> ssl.SSLContext:
        """Return the server side of TLS with this certificate."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.chain_file, self.key_file)
        return context


class Authority:
    """A certificate authority whose files lie in one directory."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._ca = trustme.CA()
        self._issued: dict[str, tuple[str, ...]] = {}
        self.ca_file = directory / "ca.pem"
        self._ca.cert_pem.write_to_path(self.ca_file)

    def client_context(self) -> ssl.SSLContext:
        """Return the client side of TLS that trusts this authority alone."""
        return ssl.create_default_context(cafile=self.ca_file)

    def issue(self, name: str, *hosts: str) -> Certificate:
        """Return a good certificate for these hosts; the name is that of its files."""
        return self._written(name, hosts, lambda: self._ca.issue_cert(*hosts))

    def issue_expired(self, name: str, *hosts: str) -> Certificate:
        """Return a certificate for these hosts that ended yesterday."""
        end = datetime.now(UTC) - timedelta(days=1)
        begin = end - timedelta(days=90)
        return self._written(
            name, hosts, lambda: self._ca.issue_cert(*hosts, not_before=begin, not_after=end)
        )

    def issue_ending(self, name: str, days: int, *hosts: str) -> Certificate:
        """Return a good certificate with so many whole days left, however slow its test."""
        end = datetime.now(UTC) + timedelta(days=days, hours=1)
        return self._written(name, hosts, lambda: self._ca.issue_cert(*hosts, not_after=end))

    def issue_untrusted(self, name: str, *hosts: str) -> Certificate:
        """Return a certificate for these hosts by an authority that nobody knows."""
        return self._written(name, hosts, lambda: trustme.CA().issue_cert(*hosts))

    def server(self) -> Certificate:
        """Return the certificate that the servers show: for HOSTS."""
        return self.issue("server", *HOSTS)

    def wrong_host(self) -> Certificate:
        """Return a certificate for a name that no server here has."""
        return self.issue("wrong-host", "elsewhere.example")

    def expired(self) -> Certificate:
        """Return a certificate for the right names that ended yesterday."""
        return self.issue_expired("expired", *HOSTS)

    def untrusted(self) -> Certificate:
        """Return a certificate for the right names by an authority that nobody knows."""
        return self.issue_untrusted("untrusted", *HOSTS)

    def _written(
        self, name: str, hosts: tuple[str, ...], issue: Callable[[], trustme.LeafCert]
    ) -> Certificate:
        """Issue once only: a running server must not find its files changed."""
        if self._issued.setdefault(name, hosts) != hosts:
            raise ValueError(f"certificate {name} was issued for other hosts")
        certificate = Certificate(self._directory / f"{name}.pem", self._directory / f"{name}.key")
        if not certificate.chain_file.exists():
            issued = issue()
            issued.private_key_pem.write_to_path(certificate.key_file)
            for part in issued.cert_chain_pems:
                part.write_to_path(certificate.chain_file, append=True)
        return certificate
