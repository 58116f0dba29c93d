"""What proves a token at a mail server: XOAUTH2 and OAUTHBEARER."""

from collections.abc import Collection
from enum import StrEnum


class TokenMechanism(StrEnum):
    """A way to show a token, the one that more servers do right first."""

    XOAUTH2 = "XOAUTH2"
    """https://developers.google.com/workspace/gmail/imap/xoauth2-protocol"""
    OAUTHBEARER = "OAUTHBEARER"
    """RFC 7628."""


def token_mechanism(offered: Collection[str]) -> TokenMechanism | None:
    """Return the mechanism to use, None where the server takes no tokens."""
    return next((each for each in TokenMechanism if each in offered), None)


def token_response(
    mechanism: TokenMechanism, username: str, token: str, host: str, port: int
) -> bytes:
    """Return the first response of the client (RFC 7628 section 3.1)."""
    if mechanism is TokenMechanism.XOAUTH2:
        return f"user={username}\x01auth=Bearer {token}\x01\x01".encode()
    authzid = username.replace("=", "=3D").replace(",", "=2C")  # RFC 5801 section 4
    where = f"host={host}\x01port={port}"
    return f"n,a={authzid},\x01{where}\x01auth=Bearer {token}\x01\x01".encode()


def farewell(mechanism: TokenMechanism) -> bytes:
    """Return the answer to the challenge with which a server refuses a token.

    Only after it does the server say no (RFC 7628 section 3.2.3).
    """
    return b"" if mechanism is TokenMechanism.XOAUTH2 else b"\x01"
