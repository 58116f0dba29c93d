"""The server's side of NTLM over HTTP ([MS-NLMP], [MS-NTHT]), written for the tests: NTLMv2 alone.

As Windows with Extended Protection it refuses a handshake that is not bound to the TLS
connection, and one whose proof belongs to another challenge.
"""

import hashlib
import hmac
import os
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from spnego._ntlm_raw.md4 import md4  # OpenSSL has it no more

_SIGNATURE = b"NTLMSSP\0"
_NEGOTIATE, _CHALLENGE, _AUTHENTICATE = 1, 2, 3
_UNICODE, _NTLM, _SIGN, _TARGET_INFO, _V2, _ALWAYS_SIGN = (
    0x00000001,
    0x00000200,
    0x00000010,
    0x00800000,
    0x00080000,
    0x00008000,
)
_END, _COMPUTER, _DOMAIN, _BINDINGS = 0, 1, 2, 10
_BLOB_HEAD = 28

PasswordOf = Callable[[str], str | None]
"""The password of a user name as somebody may write it, None where nobody is called so."""


class Refused(Exception):
    """The handshake proves nothing."""


@dataclass
class Handshake:
    """One connection's handshake; `certificate` is the server's own (DER)."""

    certificate: bytes
    challenge: bytes = b""

    def challenged(self, negotiate: bytes) -> bytes:
        """Return the challenge that answers the first message. Raises Refused."""
        if _kind(negotiate) != _NEGOTIATE:
            raise Refused("no NEGOTIATE_MESSAGE")
        self.challenge = os.urandom(8)
        target = "CORP".encode("utf-16-le")
        info = _pair(_DOMAIN, target) + _pair(_COMPUTER, "EX01".encode("utf-16-le"))
        info += _pair(_END, b"")
        flags = _UNICODE | _NTLM | _TARGET_INFO | _V2 | _ALWAYS_SIGN | _SIGN
        head = 56
        return (
            _SIGNATURE
            + struct.pack("<I", _CHALLENGE)
            + struct.pack("<HHI", len(target), len(target), head)
            + struct.pack("<I", flags)
            + self.challenge
            + bytes(8)
            + struct.pack("<HHI", len(info), len(info), head + len(target))
            + bytes(8)
            + target
            + info
        )

    def user(self, authenticate: bytes, password_of: PasswordOf) -> str:
        """Return who proves to know the password. Raises Refused."""
        if _kind(authenticate) != _AUTHENTICATE or not self.challenge:
            raise Refused("no AUTHENTICATE_MESSAGE that was asked for")
        response, domain, name = (_field(authenticate, at) for at in (20, 28, 36))
        domain_name, user_name = domain.decode("utf-16-le"), name.decode("utf-16-le")
        username = f"{domain_name}\\{user_name}" if domain_name else user_name
        password = password_of(username)
        if password is None:
            raise Refused(f"nobody is called {username}")
        key = _hmac(md4(password.encode("utf-16-le")), (user_name.upper() + domain_name))
        proof, blob = response[:16], response[16:]
        expected = hmac.new(key, self.challenge + blob, "md5").digest()
        if len(response) <= 24 or not hmac.compare_digest(proof, expected):
            raise Refused("the proof is wrong, or not NTLMv2")
        if _pairs(blob[_BLOB_HEAD:]).get(_BINDINGS) != self._bindings():
            raise Refused("the handshake is not bound to the connection")
        self.challenge = b""
        return username

    def _bindings(self) -> bytes:
        """Return the digest of what binds to our certificate (RFC 5929, RFC 4121 4.1.1.2)."""
        data = b"tls-server-end-point:" + hashlib.sha256(self.certificate).digest()
        return hashlib.md5(bytes(16) + struct.pack("<I", len(data)) + data).digest()


def _kind(message: bytes) -> int:
    if message[:8] != _SIGNATURE or len(message) < 12:
        raise Refused("no NTLM at all")
    return int(struct.unpack_from("<I", message, 8)[0])


def _field(message: bytes, at: int) -> bytes:
    length, _, offset = struct.unpack_from("<HHI", message, at)
    return message[offset : offset + length]


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode("utf-16-le"), "md5").digest()


def _pair(kind: int, value: bytes) -> bytes:
    return struct.pack("<HH", kind, len(value)) + value


def _pairs(data: bytes) -> Mapping[int, bytes]:
    found: dict[int, bytes] = {}
    at = 0
    while at + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, at)
        if kind == _END:
            break
        found[kind] = data[at + 4 : at + 4 + length]
        at += 4 + length
    return found
