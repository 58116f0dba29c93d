"""Agreeing by a code that a person types in somewhere (RFC 8628)."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from mailctl.domain.oauth import DeviceCode, OAuthApp
from mailctl.domain.secret import Secret
from mailctl.errors import BadUsage, ConsentRefused, ServerBusy, ServerRefused, Unreachable
from mailctl.protocols.oauth import answers, forms
from mailctl.protocols.oauth.failures import failure
from mailctl.protocols.oauth.grants import is_token
from mailctl.protocols.oauth.posting import Answer, Form, place
from mailctl.protocols.words import plain

_INTERVAL_S = 5.0
_SLOWER_S = 5.0
_LONGEST_INTERVAL_S = 60.0
_LASTS_S = 900.0
_LONGEST_S = 3600.0
_MOST_FAILURES = 5
_MOST_CODE = 64

Post = Callable[[Form], Answer]


@dataclass(frozen=True)
class Pending:
    """A device code that waits for a person."""

    shown: DeviceCode
    device_code: Secret
    interval_s: float


def request(app: OAuthApp, client_secret: Secret | None, post: Post) -> Pending:
    """Return a device code. Raises BadUsage where the issuer grants none for mail."""
    if not app.issuer.device_usable or not app.issuer.device_url:
        raise BadUsage(
            f"{app.issuer.name} gives no device codes for mail",
            hint="agree in a browser on this machine, or by pasting the address at which a "
            "browser elsewhere ended",
        )
    form = forms.device_request(app, client_secret)
    members = answers.accepted(post(form), app.issuer.name, secrets=form.secrets)
    device_code, user_code = members.get("device_code"), members.get("user_code")
    # Microsoft and Yandex wrote the older name.
    url = _address(members.get("verification_uri") or members.get("verification_url"))
    if not isinstance(device_code, str) or not is_token(device_code):
        raise _senseless(app)
    if not isinstance(user_code, str) or not 0 < len(plain(user_code)) <= _MOST_CODE or not url:
        raise _senseless(app)
    complete = members.get("verification_uri_complete") or members.get("verification_url_complete")
    lasts_s = min(answers.seconds(members.get("expires_in")) or _LASTS_S, _LONGEST_S)
    interval_s = answers.seconds(members.get("interval")) or _INTERVAL_S
    shown = DeviceCode(plain(user_code), url, _address(complete), lasts_s)
    return Pending(shown, Secret(device_code), min(interval_s, _LONGEST_INTERVAL_S))


def agreed(
    app: OAuthApp,
    client_secret: Secret | None,
    pending: Pending,
    *,
    post: Post,
    sleep: Callable[[float], None],
) -> dict[str, object]:
    """Return the token answer once a person agreed.

    Raises ConsentRefused where they did not in time, Unreachable or ServerBusy where the
    issuer fails again and again.
    """
    form = forms.device_poll(app, pending.device_code, client_secret)
    interval_s, left_s, failures = pending.interval_s, pending.shown.lasts_s, 0
    while left_s > 0:
        sleep(interval_s)
        began = time.monotonic()
        try:
            answer = _one_poll(app, form, post)
        except (Unreachable, ServerBusy) as error:
            failures += 1
            if failures >= _MOST_FAILURES:
                raise
            # RFC 8628 section 3.5 wants a slower pace after a timeout
            interval_s = max(interval_s + _SLOWER_S, error.retry_after_s or 0.0)
        else:
            failures = 0
            if not isinstance(answer, float):
                return answer
            interval_s += answer
        interval_s = min(interval_s, _LONGEST_INTERVAL_S)
        left_s -= interval_s + time.monotonic() - began
    raise ConsentRefused(
        f"nobody agreed at {app.issuer.name} while the code was good", hint="begin again"
    )


def _one_poll(app: OAuthApp, form: Form, post: Post) -> dict[str, object] | float:
    """Return the token answer, or by how many seconds the next pause is longer."""
    answer = post(form)
    problem = answers.problem(answer)
    if problem is None:
        return answers.accepted(answer, app.issuer.name, secrets=form.secrets)
    match problem.code:
        case "authorization_pending":
            return 0.0
        case "slow_down":
            return _SLOWER_S
        case _:
            raise failure(app.issuer.name, problem, secrets=form.secrets)


def _address(said: object) -> str | None:
    """Return an address that is fit to be opened, None for anything else."""
    if not isinstance(said, str):
        return None
    try:
        place(said)
    except BadUsage:
        return None
    return said


def _senseless(app: OAuthApp) -> ServerRefused:
    return ServerRefused(
        f"{app.issuer.name} gave an answer that is no device code",
        hint="agree in a browser, or by pasting an address",
    )
