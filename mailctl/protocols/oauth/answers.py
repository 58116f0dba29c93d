"""What a token endpoint answers: tokens, or an error (RFC 6749 section 5).

oauthlib's parser is left aside: it takes forms for JSON, trips over JSON that is no
object, reports a smaller scope as a Warning, and quotes answers in its errors.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from mailctl.domain.secret import Secret
from mailctl.errors import ServerRefused
from mailctl.protocols.oauth.failures import Moment, Problem, failure, problem_in
from mailctl.protocols.oauth.grants import Grant, is_token, json_object
from mailctl.protocols.oauth.posting import Answer

_LONGEST_LIFE_S = 10 * 365 * 86400.0
_SECONDS = re.compile(r"[0-9]{1,12}(\.[0-9]{1,9})?")


def problem(answer: Answer) -> Problem | None:
    """Return the error that an answer tells of, None where it tells of none."""
    members = json_object(answer.body.reveal()) or {}
    if answer.is_success and "error" not in members:
        return None
    return problem_in(members, status=answer.status, retry_after_s=answer.retry_after_s)


def accepted(
    answer: Answer,
    issuer: str,
    *,
    secrets: tuple[Secret, ...],
    moment: Moment = Moment.FIRST,
) -> dict[str, object]:
    """Return the members of an answer that tells of no error.

    Raises ConsentRefused, GrantRevoked, ServerBusy or ServerRefused.
    """
    if found := problem(answer):
        raise failure(issuer, found, secrets=secrets, moment=moment)
    members = json_object(answer.body.reveal())
    if members is None:
        raise _senseless(issuer)
    return members


def grant(
    members: Mapping[str, object], issuer: str, *, now: datetime, asked: tuple[str, ...]
) -> Grant:
    """Return the grant; `asked` are the scopes where the issuer names none.

    Raises ServerRefused for what is no bearer token (RFC 6750).
    """
    access, refresh = members.get("access_token"), members.get("refresh_token")
    if not isinstance(access, str) or not is_token(access):
        raise _senseless(issuer)
    kind = members.get("token_type", "Bearer")
    if not isinstance(kind, str) or kind.lower() != "bearer":
        raise ServerRefused(f"{issuer} gave a token of a kind that no mail server takes")
    return Grant(
        access_token=Secret(access),
        refresh_token=Secret(refresh) if isinstance(refresh, str) and is_token(refresh) else None,
        expires_at=_end(members.get("expires_in"), now),
        scopes=_scopes(members.get("scope")) or asked,
    )


def following(new: Grant, old: Grant) -> Grant:
    """Return the new grant with what holds on from the old one (RFC 6749 section 6)."""
    return replace(new, refresh_token=new.refresh_token or old.refresh_token, subject=old.subject)


def seconds(said: object) -> float | None:
    """Return a number of seconds as issuers write it, ten years at most."""
    if isinstance(said, str) and _SECONDS.fullmatch(said.strip()):
        said = float(said)
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    if isinstance(said, float) and math.isnan(said):
        return None
    return float(min(max(said, 0), _LONGEST_LIFE_S))


def _end(lasts: object, now: datetime) -> datetime | None:
    lasts_s = seconds(lasts)
    return None if lasts_s is None else now + timedelta(seconds=lasts_s)


def _scopes(said: object) -> tuple[str, ...]:
    match said:
        case str():
            words = said.split()
        case list():
            words = [word for word in said if isinstance(word, str)]
        case _:
            return ()
    return tuple(word for word in words if is_token(word))


def _senseless(issuer: str) -> ServerRefused:
    return ServerRefused(
        f"{issuer} gave an answer that is no token",
        hint="check the token address of the issuer",
    )
