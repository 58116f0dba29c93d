"""What an issuer gave, packed into one secret and taken out again."""

import base64
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from mailctl.domain.oauth import AccessToken
from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage, SecretStoreUnusable

_VERSION = 1
_JWT_PARTS = 3
_TOKEN = re.compile(r"[\x21-\x7e]+")
# A grant made elsewhere has no access token yet, so it ended long ago.
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Grant:
    """Tokens, when they end, and for whom; no access token where it is yet to be asked for."""

    access_token: Secret | None
    refresh_token: Secret | None = None
    expires_at: datetime | None = None
    scopes: tuple[str, ...] = ()
    subject: str | None = None
    """The mailbox, for an app that signs in by itself."""

    def access(self) -> AccessToken:
        """Return the access token; one that is yet to be asked for has ended long ago."""
        return AccessToken(
            secret=self.access_token or Secret(""),
            expires_at=self.expires_at if self.access_token else _LONG_AGO,
            scopes=self.scopes,
            is_renewable=self.refresh_token is not None,
            audience=_audience(self.access_token),
        )


def _audience(token: Secret | None) -> tuple[str, ...]:
    """Return for whom a token is that can be read (RFC 7519 section 4.1.3); most cannot.

    Nothing is verified: it is for a person to read, and decides nothing.
    """
    parts = token.reveal().split(".") if token else []
    if len(parts) != _JWT_PARTS:
        return ()
    try:
        said = json.loads(base64.urlsafe_b64decode(parts[1] + "==")).get("aud")
    except (ValueError, AttributeError, RecursionError):
        return ()
    named = said if isinstance(said, list) else [said]
    return tuple(each for each in named if is_token(each))


def is_token(text: object) -> bool:
    """Whether the text can be a token or a code: visible ASCII (RFC 6749 appendix A)."""
    return isinstance(text, str) and _TOKEN.fullmatch(text) is not None


def pack(grant: Grant) -> Secret:
    """Return the grant as one secret."""
    return Secret(
        json.dumps(
            {
                "version": _VERSION,
                "access_token": _revealed(grant.access_token),
                "refresh_token": _revealed(grant.refresh_token),
                "expires_at": grant.expires_at and grant.expires_at.astimezone(UTC).isoformat(),
                "scope": " ".join(grant.scopes),
                "subject": grant.subject,
            }
        )
    )


def unpack(packed: Secret) -> Grant:
    """Return the grant in the secret. Raises SecretStoreUnusable where it is none."""
    members = json_object(packed.reveal())
    grant = _grant(members) if members and members.get("version") == _VERSION else None
    if grant is None:
        raise SecretStoreUnusable(
            "what is kept for this mailbox is no agreement with an OAuth issuer",
            hint="sign in again: mailctl account reauth ADDRESS",
        )
    return grant


def elsewhere(refresh_token: Secret) -> Grant:
    """Return the grant of a refresh token that somebody has already. Raises BadUsage."""
    token = refresh_token.reveal().strip()
    if not is_token(token):
        raise BadUsage(
            "that is no refresh token: it is empty, or has characters that no token has",
            hint="give the refresh token alone, on one line",
        )
    return Grant(None, Secret(token))


def json_object(text: str) -> dict[str, object] | None:
    """Return the JSON object in the text, None where there is none.

    The decoder's own error holds the whole text, so it ends here.
    """
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _grant(members: Mapping[str, object]) -> Grant | None:
    tokens = [members.get("access_token"), members.get("refresh_token")]
    if tokens == [None, None] or not all(token is None or is_token(token) for token in tokens):
        return None
    said_end, scope, subject = (members.get(name) for name in ("expires_at", "scope", "subject"))
    expires_at = _instant(said_end)
    if (said_end is not None and expires_at is None) or not isinstance(scope, str):
        return None
    if subject is not None and not isinstance(subject, str):
        return None
    access, refresh = (Secret(token) if isinstance(token, str) else None for token in tokens)
    return Grant(access, refresh, expires_at, tuple(scope.split()), subject)


def _instant(said: object) -> datetime | None:
    if not isinstance(said, str):
        return None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else None


def _revealed(secret: Secret | None) -> str | None:
    return secret.reveal() if secret else None
