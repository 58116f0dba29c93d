"""What a person, and the shell, have to know of mail that did not go out."""

from collections.abc import Iterable

from mailctl.core.exit_codes import joint_exit_code
from mailctl.domain.outgoing import OutgoingMessage, OutgoingState
from mailctl.errors import (
    DeliveryUncertain,
    ExitCode,
    Locked,
    MailctlError,
    MailDeferred,
    MailFailed,
)

_STATE = OutgoingState


def exit_code(found: Iterable[OutgoingMessage]) -> ExitCode:
    """Return what the process says of mails: 3 if some are on their way, the worst if none is."""
    failures = [failure(message) for message in found]
    return joint_exit_code(
        ExitCode.OK if each is None else ExitCode(each.exit_code) for each in failures
    )


def failure(message: OutgoingMessage) -> MailctlError | None:
    """Return what a person has to know of a mail that did not go out, None where it is well."""
    why = message.error or {}
    said = str(why.get("message") or "it was not tried yet")
    details: dict[str, object] = {"id": message.id, "state": message.state, "cause": why or None}
    match message.state:
        case _STATE.FAILED:
            is_partial = bool(message.accepted)
            lost = ", ".join(r.address for r in message.recipients if r.state is _STATE.FAILED)
            what = f"the mail was not sent to {lost}" if is_partial else "the mail was not sent"
            hint = why.get("hint")
            error = MailFailed(f"{what}: {said}", hint=str(hint) if hint else None, details=details)
            if is_partial:
                error.exit_code = ExitCode.PARTIAL
            return error
        case _STATE.DEFERRED:
            deferred = MailDeferred(
                f"the mail is not sent yet: {said}",
                hint=f"do not send it again: it is in the outbox as {message.id}, and mailctl "
                "outbox flush or the next sync tries it",
                details=details,
            )
            code = why.get("exit_code")
            if message.accepted:
                deferred.exit_code = ExitCode.PARTIAL
            elif isinstance(code, int) and code in {ExitCode.AUTHORISATION, ExitCode.TLS}:
                deferred.exit_code = ExitCode(code)
            return deferred
        case _STATE.UNCERTAIN:
            return DeliveryUncertain(
                said,
                hint="mailctl outbox flush looks it up; if you know that it was not sent: "
                f"mailctl outbox retry {message.id} --again",
                details=details,
            )
        case _:
            return None


def held_up(message: OutgoingMessage, why: Locked) -> MailDeferred:
    """Return what a person has to know of a mail that waits for another process."""
    return MailDeferred(
        f"the mail is not sent yet: {why.sentence}",
        hint=f"do not send it again: it is in the outbox as {message.id}, and that process, "
        "mailctl outbox flush or the next sync sends it",
        details={"id": message.id, "state": message.state, "cause": None},
    )
