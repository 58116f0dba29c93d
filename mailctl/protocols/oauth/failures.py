"""What an issuer's error means for us (RFC 6749 sections 4.1.2.1 and 5.2)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus

from mailctl.domain.secret import Secret
from mailctl.errors import ConsentRefused, GrantRevoked, MailctlError, ServerBusy, ServerRefused
from mailctl.protocols.diagnoses import diagnose
from mailctl.protocols.words import plain

_WITHHELD = "(words withheld: they repeat a secret)"
_MOST_READ = 4000
# As much of a secret as an error may repeat by chance.
_PIECE = 16
_AADSTS = re.compile(r"AADSTS\d{4,8}")
# Microsoft: a person has to agree, to prove more, or comes from where they may not.
_PERSON_WANTED = {
    "AADSTS50076",
    "AADSTS50079",
    "AADSTS50105",
    "AADSTS50158",
    "AADSTS53003",
    "AADSTS65001",
    "AADSTS65004",
}
_REFUSALS = {
    "access_denied",
    "account_selection_required",
    "authorization_declined",
    "consent_required",
    "expired_token",
    "interaction_required",
    "invalid_grant",
    "login_required",
}
_BUSY = {"rate_limit_exceeded", "server_error", "slow_down", "temporarily_unavailable"}
_BAD_APP = {"invalid_client", "unauthorized_client"}
_OTHER_FLOW = "try another way to agree: in a browser, or by pasting an address"


class Moment(Enum):
    """What was asked for when it went wrong."""

    FIRST = auto()
    RENEWAL = auto()


@dataclass(frozen=True)
class Problem:
    """An issuer's error in its own words, nothing of which is fit to be shown as it is."""

    code: str
    description: str = ""
    issuer_code: str | None = None
    status: int | None = None
    retry_after_s: float | None = None


def problem_in(
    members: Mapping[str, object], *, status: int | None = None, retry_after_s: float | None = None
) -> Problem:
    """Return the problem that an answer tells of."""
    code, description = (members.get(name) for name in ("error", "error_description"))
    words = description if isinstance(description, str) else ""
    return Problem(
        code=code if isinstance(code, str) else "",
        description=words,
        issuer_code=_issuer_code(words, members.get("error_codes")),
        status=status,
        retry_after_s=retry_after_s,
    )


def failure(
    issuer: str, problem: Problem, *, secrets: Iterable[Secret], moment: Moment = Moment.FIRST
) -> MailctlError:
    """Return the error to raise: never with a word of those secrets."""
    said = _said(problem, tuple(secrets))
    found = diagnose(problem.description)
    details: dict[str, object] = dict(found.details) if found else {}
    if problem.issuer_code:
        details["issuer_code"] = problem.issuer_code
    if problem.status == HTTPStatus.TOO_MANY_REQUESTS or _is_servers_own(problem):
        return ServerBusy(
            f"{issuer} cannot serve now{said}",
            hint="try again later",
            retry_after_s=problem.retry_after_s,
            details=details,
        )
    if problem.issuer_code in _PERSON_WANTED or problem.code in _REFUSALS:
        if moment is Moment.FIRST:
            hint = found.hint if found else "begin again, and let mailctl read the mail"
            return ConsentRefused(f"{issuer} gives no access{said}", hint=hint, details=details)
        return GrantRevoked(
            f"what was agreed with {issuer} holds no more{said}",
            hint="agree again: mailctl account reauth ADDRESS",
            details=details,
        )
    return ServerRefused(f"{issuer} refused{said}", hint=_hint(problem), details=details)


def words(text: str, secrets: Iterable[Secret]) -> str:
    """Return what an issuer said on one line, withheld where it repeats a secret or a part."""
    read = text[:_MOST_READ]
    cleaned = plain(read)
    for secret in secrets:
        if plain(read, secret) != cleaned or _repeats_part(read, secret):
            return _WITHHELD
    return cleaned


def _repeats_part(text: str, secret: Secret) -> bool:
    # What was cut off, or is a key of many lines, is no less of a secret for that.
    value = secret.reveal()
    step = _PIECE // 2
    return any(value[at : at + _PIECE] in text for at in range(0, len(value) - _PIECE + 1, step))


def _said(problem: Problem, secrets: tuple[Secret, ...]) -> str:
    described = words(problem.description, secrets) or words(problem.code, secrets)
    if described:
        return f": {described}"
    return f": HTTP status {problem.status}" if problem.status else ""


def _is_servers_own(problem: Problem) -> bool:
    is_status = problem.status is not None and problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return is_status or problem.code in _BUSY


def _hint(problem: Problem) -> str | None:
    if problem.code in _BAD_APP:
        return "check the app's registration, then set it right: mailctl oauth app add"
    if problem.code == "unsupported_grant_type":
        return _OTHER_FLOW
    return None


def _issuer_code(description: str, codes: object) -> str | None:
    if found := _AADSTS.search(description[:_MOST_READ]):
        return found[0]
    match codes:
        case [int(number), *_] if 0 < number < 10**8:
            return f"AADSTS{number}"
        case _:
            return None
