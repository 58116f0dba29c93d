"""Every way mailctl can fail: one class a state, each with its exit code, sentence and hint.

The codes are a promise to scripts: numbers are never reused. A sentence names the
subject and what happened, starts in lower case and has no full stop; a hint is a
command or a step that leads out.
"""

from collections.abc import Mapping
from enum import IntEnum


class ExitCode(IntEnum):
    """What the process says to the shell when it ends."""

    OK = 0
    UNEXPECTED = 1
    USAGE = 2
    PARTIAL = 3
    AUTHORISATION = 4
    TEMPORARY = 5
    CHOICE_NEEDED = 6
    NOT_FOUND = 7
    GUARD = 8
    CONFLICT = 9
    STORE = 10
    LOCKED = 11
    TLS = 12
    REFUSED = 13
    INTERRUPTED = 130
    BROKEN_PIPE = 141
    TERMINATED = 143


class MailctlError(Exception):
    """Anything that we foresaw; whatever else reaches the user is a bug."""

    exit_code: ExitCode
    kind: str
    retryable = False

    def __init__(
        self,
        sentence: str,
        *,
        hint: str | None = None,
        retry_after_s: float | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.hint = hint
        self.retry_after_s = retry_after_s
        self.details = dict(details or {})


class BadUsage(MailctlError):
    """The command line or a value on it cannot be understood."""

    exit_code = ExitCode.USAGE
    kind = "bad-usage"


class BadAddress(BadUsage):
    """The text is not one mail address (RFC 5321 section 4.1.2, RFC 6531)."""

    kind = "bad-address"


class BadQuery(BadUsage):
    """A question about messages cannot be understood; `column` counts from 1."""

    kind = "bad-query"

    def __init__(self, sentence: str, *, query: str, column: int, hint: str | None = None) -> None:
        super().__init__(sentence, hint=hint, details={"query": query, "column": column})


class BadDeclarations(BadUsage):
    """Files declare what cannot be; `mistakes` says what and where, lines count from 1."""

    kind = "bad-declarations"


class NameAmbiguous(BadUsage):
    """The name may mean several things; `candidates` are the first of them."""

    kind = "name-ambiguous"


class SecretMissing(MailctlError):
    """A secret is needed and none was given, or the place it should be in has none."""

    exit_code = ExitCode.AUTHORISATION
    kind = "secret-missing"


class SecretStoreUnusable(MailctlError):
    """The keyring, vault or file cannot keep or give a secret."""

    exit_code = ExitCode.AUTHORISATION
    kind = "secret-store-unusable"


class OAuthAppMissing(MailctlError):
    """Tokens are wanted, and no app is registered that could get them."""

    exit_code = ExitCode.AUTHORISATION
    kind = "oauth-app-missing"


class AuthenticationRefused(MailctlError):
    """The server knows the login and does not accept the secret."""

    exit_code = ExitCode.AUTHORISATION
    kind = "authentication-refused"


class ConsentRefused(AuthenticationRefused):
    """A person, or the issuer in their name, did not agree that we read their mail."""

    kind = "consent-refused"


class GrantRevoked(AuthenticationRefused):
    """What a person agreed to holds no more: they have to agree again (RFC 6749 section 5.2)."""

    kind = "grant-revoked"


class Unreachable(MailctlError):
    """The network, a name server or the server did not answer in time."""

    exit_code = ExitCode.TEMPORARY
    kind = "unreachable"
    retryable = True


class ServerBusy(MailctlError):
    """The server answered that it cannot serve now (throttled, unavailable, over quota)."""

    exit_code = ExitCode.TEMPORARY
    kind = "server-busy"
    retryable = True


class DeliveryUncertain(MailctlError):
    """A mail was handed over and no answer came: sent again, it may arrive twice."""

    exit_code = ExitCode.TEMPORARY
    kind = "delivery-uncertain"


class MailDeferred(MailctlError):
    """A mail is in the outbox and not sent yet; it will be tried again, and not by the caller."""

    exit_code = ExitCode.TEMPORARY
    kind = "mail-deferred"


class MailStale(MailctlError):
    """No sync of an account was complete for longer than its watcher allows."""

    exit_code = ExitCode.TEMPORARY
    kind = "mail-stale"
    retryable = True


class ResolutionUnavailable(MailctlError):
    """A name server failed before anything could be recognised: later it may."""

    exit_code = ExitCode.TEMPORARY
    kind = "resolution-unavailable"
    retryable = True


class ProviderNotRecognised(MailctlError):
    """No evidence leads from the domain to a provider: a person has to choose."""

    exit_code = ExitCode.CHOICE_NEEDED
    kind = "provider-not-recognised"


class NotFound(MailctlError):
    """The object named does not exist."""

    exit_code = ExitCode.NOT_FOUND
    kind = "not-found"


class GuardRefused(MailctlError):
    """A safety rule stopped the step; a person can lift it by saying so."""

    exit_code = ExitCode.GUARD
    kind = "guard-refused"


class UntrustedSettings(GuardRefused):
    """Servers were found that nothing vouches for, and no person has agreed to them."""

    kind = "untrusted-settings"


class Conflict(MailctlError):
    """The object exists already, is in use, or changed meanwhile."""

    exit_code = ExitCode.CONFLICT
    kind = "conflict"


class StoreUnusable(MailctlError):
    """The database or its directory cannot be read or written."""

    exit_code = ExitCode.STORE
    kind = "store-unusable"


class StoreDamaged(StoreUnusable):
    """The database file is not, or no longer, a sound mailctl database."""

    kind = "store-damaged"


class StoreTooNew(StoreUnusable):
    """The database was written by a newer mailctl."""

    kind = "store-too-new"


class StoreFull(StoreUnusable):
    """The disk or the quota has no room for the next write."""

    kind = "store-full"


class StoreBusy(StoreUnusable):
    """Another process kept the database locked for longer than we wait."""

    kind = "store-busy"
    retryable = True


class Locked(MailctlError):
    """Another run of mailctl works on the same account."""

    exit_code = ExitCode.LOCKED
    kind = "locked"
    retryable = True


class TlsFailure(MailctlError):
    """The encrypted connection cannot be trusted or was not offered."""

    exit_code = ExitCode.TLS
    kind = "tls-failure"


class ServerRefused(MailctlError):
    """The server refused for good: asking again will not help."""

    exit_code = ExitCode.REFUSED
    kind = "server-refused"


class MailFailed(ServerRefused):
    """A mail was refused for good, for all or some of its recipients."""

    kind = "mail-failed"


class MailTooLarge(ServerRefused):
    """The mail is larger than the server takes (SIZE, RFC 1870)."""

    kind = "mail-too-large"


class CursorExpired(ServerRefused):
    """The server's numbering started over (UIDVALIDITY, RFC 9051 section 2.3.1.1)."""

    kind = "cursor-expired"


class Terminated(MailctlError):
    """SIGTERM: the system asked us to stop."""

    exit_code = ExitCode.TERMINATED
    kind = "terminated"
