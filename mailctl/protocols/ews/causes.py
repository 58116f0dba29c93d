"""Why an Exchange server refuses, beside what every server may say: cause, who acts, next step."""

from mailctl.domain.providers import Provider
from mailctl.errors import AuthenticationRefused, MailctlError, ServerBusy, ServerRefused
from mailctl.protocols.diagnoses import Diagnosis, Kind, Who, of_cause

_FAILURES = {
    Kind.AUTHENTICATION: AuthenticationRefused,
    Kind.BUSY: ServerBusy,
    Kind.REFUSED: ServerRefused,
}
_OWN = {
    "wrong-password": (
        "user name or password is wrong",
        Who.YOU,
        Kind.AUTHENTICATION,
        (
            "check both; Exchange may want DOMAIN\\user or the user's principal name, "
            "which need not be the address: --login NAME"
        ),
    ),
    "ews-off": (
        "Exchange Web Services are switched off for the mailbox, the organisation or this program",
        Who.ADMINISTRATOR,
        Kind.REFUSED,
        (
            "Exchange Online is reached by IMAP and SMTP with OAuth: mailctl account add ADDRESS "
            "--provider microsoft365 --oauth; an administrator switches EWS on by "
            "Set-CASMailbox -EwsEnabled or Set-OrganizationConfig -EwsEnabled"
        ),
    ),
    "not-ews": (
        "that is not the address of Exchange Web Services",
        Who.ADMINISTRATOR,
        Kind.REFUSED,
        (
            "it mostly is https://HOST/EWS/Exchange.asmx: "
            "mailctl provider set {provider} --ews-url URL"
        ),
    ),
    "other-host": (
        "the mailbox may be at another server",
        Who.ADMINISTRATOR,
        Kind.REFUSED,
        "if that server is the right one, say so: mailctl provider set {provider} --ews-url URL",
    ),
    "mailbox-unknown": (
        "the server has no mailbox of that address, or has it no more",
        Who.YOU,
        Kind.REFUSED,
        "check the address: it is the mailbox's own, whoever signs in (--login NAME)",
    ),
    "mailbox-alias": (
        "the mailbox is called otherwise, and that is one more address of it",
        Who.YOU,
        Kind.REFUSED,
        "connect it under its primary address: mailctl account set PRIMARY aliases+=ADDRESS",
    ),
    "mailbox-closed": (
        "the sign-in is right, the mailbox is not open to it",
        Who.ADMINISTRATOR,
        Kind.AUTHENTICATION,
        "its owner or an administrator grants full access (Add-MailboxPermission)",
    ),
}


def own_causes() -> frozenset[str]:
    """Return the causes that Exchange alone has, or has in words of its own."""
    return frozenset(_OWN)


def diagnosis(cause: str, provider: Provider) -> Diagnosis:
    """Return what the cause means, and the next step at that provider."""
    if cause not in _OWN:
        return of_cause(cause)
    explains, acts, kind, step = _OWN[cause]
    return Diagnosis(cause, explains, acts, kind, step.replace("{provider}", provider.name))


def failed(
    sentence: str, cause: str, provider: Provider, *, retry_after_s: float | None = None
) -> MailctlError:
    """Return the failure that the cause is."""
    found = diagnosis(cause, provider)
    return _FAILURES[found.kind](
        sentence, hint=found.hint, details=found.details, retry_after_s=retry_after_s
    )
