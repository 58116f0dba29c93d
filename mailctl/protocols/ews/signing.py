"""How requests show whose they are: by NTLM, a password or a token, with nothing asked before."""

import base64
import struct
from enum import StrEnum
from hashlib import sha256, sha384, sha512
from typing import Any

import requests
import spnego
from spnego.channel_bindings import GssChannelBindings
from spnego.exceptions import SpnegoError

from mailctl.errors import ServerRefused
from mailctl.ports.mail import Login
from mailctl.protocols import signing_in

_UNAUTHORIZED = 401
# Certificates signed by RSA and ECDSA with longer digests; MD5 and SHA-1 count as SHA-256.
_DIGESTS = {
    bytes.fromhex("2a864886f70d01010c"): sha384,
    bytes.fromhex("2a864886f70d01010d"): sha512,
    bytes.fromhex("2a8648ce3d040303"): sha384,
    bytes.fromhex("2a8648ce3d040304"): sha512,
}


class Scheme(StrEnum):
    """What the server takes (RFC 7235, RFC 7617, RFC 6750, [MS-NTHT])."""

    NTLM = "ntlm"
    NEGOTIATE = "negotiate"
    BASIC = "basic"
    BEARER = "bearer"


# What the library makes of a challenge that is none.
_SENSELESS = (
    SpnegoError,
    struct.error,
    AttributeError,
    LookupError,
    NotImplementedError,
    TypeError,
    ValueError,
)
_HANDSHAKES = (Scheme.NTLM, Scheme.NEGOTIATE)
# The password itself is sent where there is no other way.
_BEST_FIRST = (*_HANDSHAKES, Scheme.BASIC)


class Wire:
    """The connection under a signature: NTLM signs that, and not each request."""

    def __init__(self) -> None:
        self.certificate: bytes | None = None
        self.is_signed_in = False

    def opened(self, certificate: bytes | None) -> None:
        """Note that there is a new connection, to who has that certificate (DER)."""
        self.certificate = certificate
        self.is_signed_in = False


class Signature(requests.auth.AuthBase):
    """Signs the requests that follow each other over one connection.

    `scheme` is what worked last, at first what an earlier sign-in found; None: the first
    answer tells. A server that takes it no more is asked what it takes now.
    """

    def __init__(self, login: Login, host: str, wire: Wire, scheme: Scheme | None) -> None:
        self.scheme = Scheme.BEARER if login.is_token else scheme
        self._login = login
        self._host = host
        self._wire = wire
        self._ntlm: Any = None
        self._body: Any = None
        self._is_shown = False

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign a request that is about to be sent."""
        self._body = request.body
        self._ntlm = None
        self._is_shown = self.scheme in (Scheme.BASIC, Scheme.BEARER)
        if self.scheme in _HANDSHAKES and not self._wire.is_signed_in:
            self._begin(request)
        elif self._is_shown:
            request.headers["Authorization"] = self._plain()
        request.register_hook("response", self._answered)
        return request

    def _answered(self, response: requests.Response, **options: Any) -> requests.Response:
        """Return the answer that counts, after what the server wants to see first."""
        _read(response)
        try:
            if self._ntlm is not None:
                response = self._completed(response, options)
            scheme = self._next_scheme(response)
            if scheme is not None:
                self.scheme = scheme
                response = self._signed(response, options)
        except _SENSELESS as error:
            raise ServerRefused(f"{self._host} does not speak NTLM as it should") from error
        if self._is_shown and response.status_code != _UNAUTHORIZED:
            self._wire.is_signed_in = True
        return response

    def _next_scheme(self, response: requests.Response) -> Scheme | None:
        """Return the scheme to sign by where the one that was tried is none of the server's."""
        if response.status_code != _UNAUTHORIZED or self._login.is_token:
            return None
        there = offered(response)
        if self.scheme in there:
            return None if self._is_shown else self.scheme
        return next((scheme for scheme in _BEST_FIRST if scheme in there), None)

    def _signed(self, response: requests.Response, options: dict[str, Any]) -> requests.Response:
        """Return the answer to the request, sent again with the signature of the scheme."""
        if self.scheme in _HANDSHAKES:
            begun = self._again(response)
            self._begin(begun)
            return self._completed(_sent(response, begun, {**options, "stream": False}), options)
        self._is_shown = True
        request = self._again(response)
        request.headers["Authorization"] = self._plain()
        return _sent(response, request, options)

    def _begin(self, request: requests.PreparedRequest) -> None:
        """Make it the first message of a handshake, which asks for nothing yet."""
        self._ntlm = spnego.client(
            self._login.username,
            self._login.secret.reveal(),
            hostname=self._host,
            service="http",
            protocol="ntlm",
            options=spnego.NegotiateOptions.use_ntlm,
        )
        request.headers["Authorization"] = self._token(None)
        request.headers["Content-Length"] = "0"
        request.body = None

    def _completed(self, response: requests.Response, options: dict[str, Any]) -> requests.Response:
        """Return the answer to the request itself, after the server's challenge."""
        challenge = offered(response).get(self.scheme) if self.scheme else None
        if response.status_code != _UNAUTHORIZED or not challenge:
            return response
        request = self._again(response)
        # only now there certainly is a connection
        self._ntlm.channel_bindings = _bindings(self._wire.certificate)
        request.headers["Authorization"] = self._token(base64.b64decode(challenge, validate=True))
        self._is_shown = True
        return _sent(response, request, options)

    def _token(self, challenge: bytes | None) -> str:
        token = base64.b64encode(self._ntlm.step(challenge) or b"").decode()
        return f"{'NTLM' if self.scheme is Scheme.NTLM else 'Negotiate'} {token}"

    def _again(self, response: requests.Response) -> requests.PreparedRequest:
        request = response.request.copy()
        request.body = self._body
        request.headers["Content-Length"] = str(len(self._body or b""))
        return request

    def _plain(self) -> str:
        username, secret = signing_in.credentials(self._login)
        if self.scheme is Scheme.BEARER:
            return f"Bearer {secret}"
        return "Basic " + base64.b64encode(f"{username}:{secret}".encode()).decode()


def offered(response: requests.Response) -> dict[Scheme, str]:
    """Return what the server takes, each with the token that stands beside it."""
    found: dict[Scheme, str] = {}
    for part in response.headers.get("WWW-Authenticate", "").split(","):
        name, _, token = part.strip().partition(" ")
        if name.lower() in set(Scheme):
            found.setdefault(Scheme(name.lower()), token.strip())
    return found


def _sent(
    before: requests.Response, request: requests.PreparedRequest, options: dict[str, Any]
) -> requests.Response:
    """Return the answer to a request that goes over the connection of an earlier answer."""
    before.close()
    adapter: Any = before.connection
    after: requests.Response = adapter.send(request, **options)
    _read(after)
    after.history.append(before)
    return after


def _read(response: requests.Response) -> None:
    """Read a refusal to its end: so the connection is free again, whatever comes next."""
    if response.status_code == _UNAUTHORIZED:
        _ = response.content


def _bindings(certificate: bytes | None) -> GssChannelBindings | None:
    """Return what ties the handshake to the TLS connection (RFC 5929 section 4.1).

    A server with Extended Protection refuses a handshake that lacks it.
    """
    if certificate is None:
        return None
    digest = _DIGESTS.get(_signature_algorithm(certificate), sha256)
    return GssChannelBindings(
        application_data=b"tls-server-end-point:" + digest(certificate).digest()
    )


def _signature_algorithm(certificate: bytes) -> bytes:
    """Return the object identifier in the certificate's own algorithm (RFC 5280 section 4.1)."""
    inside, _ = _element(certificate, 0)
    _, after_what_is_signed = _element(certificate, inside)
    algorithm, _ = _element(certificate, after_what_is_signed)
    begin, end = _element(certificate, algorithm)
    return certificate[begin:end]


def _element(der: bytes, at: int) -> tuple[int, int]:
    """Return where the content of a DER element begins and ends."""
    length, begin = der[at + 1], at + 2
    if length >= 0x80:  # then these are the octets of the length
        begin += length & 0x7F
        length = int.from_bytes(der[at + 2 : begin])
    return begin, begin + length
