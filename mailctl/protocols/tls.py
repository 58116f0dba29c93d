"""Encrypted connections, and what is wrong with them in plain words."""

import re
import socket
import ssl
from collections.abc import Callable
from typing import cast

from mailctl.errors import MailctlError, TlsFailure, Unreachable
from mailctl.protocols import safe_words
from mailctl.protocols.pacing import PacedSocket, PacedTlsSocket
from mailctl.protocols.trace import SILENT, Conversation
from mailctl.protocols.words import plain

_HOST_MISMATCH = {62, 64}
_LOOK_AGAIN_S = 3.0
_MOST_NAMES = 5
_TRUST_HINT = (
    "if you trust this server, save the certificate of its authority and name the file "
    "as the provider's --ca-file"
)
# X509_V_ERR_* of OpenSSL: what is wrong, and the way out.
_WRONG_CERTIFICATES = {
    9: ("is not valid yet", "check this machine's clock"),
    10: ("has expired", "the server's operator has to renew it; check this machine's clock too"),
    18: ("is self-signed", _TRUST_HINT),
    19: ("was issued by an authority that this machine does not trust", _TRUST_HINT),
    20: ("was issued by an authority that this machine does not know", _TRUST_HINT),
    21: ("was issued by an authority that this machine does not know", _TRUST_HINT),
}
_NOT_TLS = {
    "WRONG_VERSION_NUMBER",
    "UNKNOWN_PROTOCOL",
    "HTTP_REQUEST",
    "RECORD_LAYER_FAILURE",
    "PACKET_LENGTH_TOO_LONG",
}
_TOO_OLD = {"UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "VERSION_TOO_LOW"}
_TOO_WEAK = re.compile("TOO_SMALL|TOO_WEAK|HANDSHAKE_FAILURE|NO_SHARED_CIPHER|NO_CIPHERS")


def context(*ca_files: str) -> ssl.SSLContext:
    """Return a verifying context that trusts the authorities in `ca_files` as well.

    Raises TlsFailure where a file cannot be read.
    """
    made = ssl.create_default_context()
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.sslsocket_class = PacedTlsSocket
    for file in ca_files:
        try:
            made.load_verify_locations(cafile=file)
        except (OSError, ValueError) as error:
            raise TlsFailure(
                f"the CA file {file} cannot be used: {_cause(error)}",
                hint="name a file with certificates in PEM form",
            ) from error
    return made


def wrap(sock: socket.socket, host: str, made: ssl.SSLContext) -> PacedTlsSocket:
    """Return the connection, encrypted and verified to be with that host.

    Raises TlsFailure, or Unreachable where the connection broke meanwhile.
    """
    pace = sock.pace if isinstance(sock, PacedSocket) else None
    told = sock.told if isinstance(sock, PacedSocket) else SILENT
    begun = told.now()
    if pace:
        sock.settimeout(pace.wait_s())
    peer = _peer(sock)
    try:
        wrapped = cast(PacedTlsSocket, made.wrap_socket(sock, server_hostname=host.strip("[]")))
    except (OSError, ValueError) as error:
        sock.close()
        tell_failure(told, error, since=begun)
        raise failure(host, error, lambda: _names(peer, host, made) if peer else []) from error
    if pace:
        wrapped.pace = pace
    wrapped.told = told
    tell_handshake(told, wrapped, since=begun)
    return wrapped


def tell_handshake(
    told: Conversation, secure: ssl.SSLSocket | ssl.SSLObject, *, since: float
) -> None:
    """Tell what was agreed on, and with whom."""
    if not told.is_heard:
        return
    version, cipher = secure.version() or "", (secure.cipher() or ("",))[0]
    agreed = safe_words.host(f"{version} {cipher}")
    told.happened(agreed, safe_words.certificate(secure.getpeercert() or {}), since=since)


def tell_failure(told: Conversation, error: Exception, *, since: float) -> None:
    """Tell why there is no encryption, in the words of OpenSSL."""
    why = safe_words.openssl(error) if isinstance(error, ssl.SSLError) else safe_words.own("")
    told.happened(safe_words.own("no TLS:"), safe_words.failure(error), why, since=since)


class Wrapper:
    """Takes the place of a context where the standard library wants to wrap the socket itself.

    imaplib and smtplib call nothing but `wrap_socket` on the context of a STARTTLS.
    """

    def __init__(self, made: ssl.SSLContext) -> None:
        self._made = made

    def wrap_socket(self, sock: socket.socket, server_hostname: str) -> PacedTlsSocket:
        """Wrap as wrap() does, with its errors."""
        return wrap(sock, server_hostname, self._made)

    def as_context(self) -> ssl.SSLContext:
        """Return itself under the type that the standard library declares."""
        return cast(ssl.SSLContext, self)


_Peer = tuple[str, int]


def _peer(sock: socket.socket) -> _Peer | None:
    try:
        address, port, *_ = sock.getpeername()
    except OSError:
        return None
    return address, port


def failure(
    host: str, error: Exception, names: Callable[[], list[str]] = list[str]
) -> MailctlError:
    """Return what went wrong in a handshake: TlsFailure or Unreachable.

    `names` finds the names in a certificate that is for another host.
    """
    match error:
        case ssl.SSLCertVerificationError() if error.verify_code in _HOST_MISMATCH:
            return _wrong_host(host, names())
        case ssl.SSLCertVerificationError():
            return _wrong_certificate(host, error)
        case ssl.SSLError():
            return _no_handshake(host, error.reason or "")
        case TimeoutError():
            return Unreachable(
                f"{host} did not answer while the encrypted connection was set up",
                hint="check that the port is one for TLS",
            )
        case OSError():
            return Unreachable(
                f"{host} closed the connection while it was being encrypted",
                hint="check that the port is one for TLS",
            )
        case _:
            return TlsFailure(f"{host} is no name that a certificate can carry")


def _wrong_host(host: str, names: list[str]) -> TlsFailure:
    shown = ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")
    carries = f": it is for {shown}" if names else ""
    return TlsFailure(
        f"the certificate of {host} is for another name{carries}",
        hint="use a host name that the certificate carries",
        details={"names": names} if names else None,
    )


def _wrong_certificate(host: str, error: ssl.SSLCertVerificationError) -> TlsFailure:
    unlisted = (f"cannot be verified ({plain(error.verify_message)})", _TRUST_HINT)
    wrong, hint = _WRONG_CERTIFICATES.get(error.verify_code, unlisted)
    return TlsFailure(f"the certificate of {host} {wrong}", hint=hint)


def _no_handshake(host: str, reason: str) -> TlsFailure:
    if reason in _NOT_TLS:
        return TlsFailure(
            f"{host} does not speak TLS on this port",
            hint="ports 993 and 465 begin with TLS, 143 and 587 with STARTTLS",
        )
    if reason in _TOO_OLD:
        return TlsFailure(
            f"{host} speaks only versions of TLS that are too old to be safe",
            hint="the server's operator has to offer TLS 1.2 or later",
        )
    if _TOO_WEAK.search(reason):
        return TlsFailure(
            f"{host} offers no encryption that is strong enough",
            hint="the server's operator has to renew its keys or its TLS settings",
        )
    said = plain(reason.replace("_", " ").lower()) or "the connection ended"
    return TlsFailure(f"no encrypted connection to {host}: {said}")


def _names(peer: _Peer, host: str, made: ssl.SSLContext) -> list[str]:
    """Return the names in the peer's certificate, empty where they cannot be had.

    A handshake that failed does not give the certificate away, so a second one is made
    that accepts any name; nothing else is sent on it.
    """
    curious = ssl.create_default_context()
    curious.check_hostname = False
    try:
        for authority in made.get_ca_certs(binary_form=True):
            curious.load_verify_locations(cadata=authority)
        with (
            socket.create_connection(peer, timeout=_LOOK_AGAIN_S) as plain_sock,
            curious.wrap_socket(plain_sock, server_hostname=host) as sock,
        ):
            alternatives = (sock.getpeercert() or {}).get("subjectAltName", ())
    except (OSError, ValueError):
        return []
    return [plain(str(name)) for kind, name in cast(_Alternatives, alternatives)]


_Alternatives = tuple[tuple[str, str], ...]


def _cause(error: Exception) -> str:
    return plain((isinstance(error, OSError) and error.strerror) or str(error)).lower()
