"""How servers look to anybody who connects: encryption, certificate, clock."""

import re
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, cast

from mailctl.domain.providers import Provider
from mailctl.errors import Unreachable
from mailctl.ports import Clock
from mailctl.ports.inspection import ServerLook
from mailctl.protocols import safe_words
from mailctl.protocols.network import Network
from mailctl.protocols.safe_words import own
from mailctl.protocols.words import plain

_WEB_S = 20.0
_HEAD_MOST = 16 << 10
_DATE_FIELD = re.compile(rb"(?im)^date:[ \t]*([^\r\n]{1,60})")
# Exchange and sendmail tell the time in their greeting.
_IN_GREETING = re.compile(
    rb"[A-Z][a-z]{2}, {1,2}\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d (?:[+-]\d{4}|GMT|UTC)"
)


class NetworkInspector:
    """Looks at servers over one network (ports.inspection.Inspector)."""

    def __init__(self, network: Network, now: Clock) -> None:
        self._network = network
        self._now = now

    def authorities(self) -> int:
        """Return how many authorities are trusted: those of a file, else of a directory."""
        loaded = self._network.tls_context().cert_store_stats()["x509_ca"]
        directory = ssl.get_default_verify_paths().capath
        return loaded or len([*Path(directory).glob("*.[0-9]")] if directory else [])

    def incoming(self, provider: Provider) -> ServerLook:
        """Return how the IMAP server looks."""
        from mailctl.protocols.imap.connection import greeted

        with greeted(provider, self._network) as wire:
            return self._look(wire.sock, None)

    def submission(self, provider: Provider) -> ServerLook:
        """Return how the submission service looks."""
        from mailctl.protocols.smtp.connection import greeted

        with greeted(provider, self._network) as connection:
            said = _IN_GREETING.search(connection.greeting)
            return self._look(connection.sock, said and said[0], heard_at=connection.greeted_at)

    def web(self, url: str, *, ca_file: str | None = None, public_only: bool = False) -> ServerLook:
        """Return how the web server looks; it is asked for the head of the address alone."""
        from mailctl.protocols.oauth.posting import place

        where = place(url)
        network = self._network
        sock = network.open(
            where.host, where.port, _WEB_S, idle_s=_WEB_S, public_only=public_only, protocol="https"
        )
        try:
            sock.pace.begin(at_most_s=_WEB_S)
            if where.is_encrypted:
                sock = network.wrap(sock, where.host, network.tls_context(ca_file))
                sock.pace.begin(at_most_s=_WEB_S)
            sock.told.sent(own("HEAD"), safe_words.url(url))
            sock.sendall(
                f"HEAD {where.target} HTTP/1.1\r\nHost: {where.host_header}\r\n"
                "User-Agent: mailctl\r\nConnection: close\r\n\r\n".encode()
            )
            head = _head(sock)
            sock.told.received(safe_words.status(head))
            said = _DATE_FIELD.search(head)
            return self._look(sock, said and said[1])
        except TimeoutError as error:
            raise Unreachable(f"{where.host} did not answer in time") from error
        except OSError as error:
            raise Unreachable(f"{where.host} closed the connection") from error
        finally:
            sock.close()

    def _look(
        self, sock: Any, date: bytes | None, *, heard_at: datetime | None = None
    ) -> ServerLook:
        ahead_s = _ahead_s(date, heard_at or self._now())
        if not isinstance(sock, ssl.SSLSocket):
            return ServerLook(None, ahead_s=ahead_s)
        shown = cast("Mapping[str, Any]", sock.getpeercert() or {})
        return ServerLook(
            tls_version=sock.version(),
            ends_at=_moment(shown.get("notAfter")),
            names=tuple(plain(str(name)) for _, name in shown.get("subjectAltName", ())),
            issuer=_named(shown.get("issuer", ())),
            ahead_s=ahead_s,
        )


def _head(sock: Any) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < _HEAD_MOST:
        piece = sock.recv(_HEAD_MOST)
        if not piece:
            break
        head += piece
    return head


def _ahead_s(said: bytes | None, heard_at: datetime) -> float | None:
    if said is None:
        return None
    try:
        theirs = parsedate_to_datetime(said.decode("ascii"))
    except (ValueError, TypeError):  # no date after all, or not of this calendar
        return None
    theirs = theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC)
    return (heard_at.replace(microsecond=0) - theirs).total_seconds()


def _moment(text: object) -> datetime | None:
    if not isinstance(text, str):
        return None
    try:
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _named(issuer: object) -> str | None:
    """Return the organisation in a name as ssl gives it, or what else it is called by."""
    parts = dict(pair for part in cast("tuple[Any, ...]", issuer) for pair in part)
    name = parts.get("organizationName") or parts.get("commonName")
    return None if name is None else plain(str(name))
