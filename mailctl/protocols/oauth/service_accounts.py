"""The statement by which a Google service account signs in (RFC 7523 section 3)."""

from datetime import datetime, timedelta

import jwt
from jwt.algorithms import UnsupportedAlgorithm  # type: ignore[attr-defined]

from mailctl.domain.oauth import OAuthApp
from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage
from mailctl.protocols.oauth.forms import app_scopes
from mailctl.protocols.oauth.grants import json_object

_LASTS = timedelta(hours=1)
_PRIVATE = "PRIVATE KEY-----"


def assertion(app: OAuthApp, key_file: Secret, *, address: str, now: datetime) -> Secret:
    """Return the signed statement that the app acts for the mailbox, good for an hour.

    The key file's own `token_uri` has no say in where it goes: whoever gives a key file
    could send what it signs to themselves. Raises BadUsage for what is no key file.
    """
    key = json_object(key_file.reveal()) or {}
    email, private_key, key_id = (
        key.get(n) for n in ("client_email", "private_key", "private_key_id")
    )
    if not isinstance(email, str) or not isinstance(private_key, str):
        raise _no_key()
    claims: dict[str, str | int] = {
        "iss": email,
        "sub": address,
        "aud": app.issuer.token_url,
        "scope": " ".join(app_scopes(app)),
        "iat": int(now.timestamp()),
        "exp": int((now + _LASTS).timestamp()),
    }
    headers = {"kid": key_id} if isinstance(key_id, str) else None
    signed = _signed(claims, private_key, headers)
    if signed is None:
        raise _no_key()
    return Secret(signed)


def _signed(
    claims: dict[str, str | int], private_key: str, headers: dict[str, str] | None
) -> str | None:
    if _PRIVATE not in private_key:  # a public key would be taken, and fail only in signing
        return None
    try:
        return jwt.encode(claims, private_key, algorithm="RS256", headers=headers)
    except (jwt.PyJWTError, UnsupportedAlgorithm, TypeError, ValueError):
        # What the library says may quote the key.
        return None


def _no_key() -> BadUsage:
    return BadUsage(
        "that is no key file of a service account",
        hint="download a key in JSON form from the console, and give the whole file",
    )
