"""The answer to "which provider serves this address", with the reasons for it."""

from enum import StrEnum

from mailctl.domain.addresses import Address
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import Provider
from mailctl.domain.servers import Endpoint
from mailctl.records import dataclass


class Method(StrEnum):
    """The kind of evidence that decided."""

    MAPPING = "mapping"
    PRESET = "preset"
    MX = "mx"
    SRV = "srv"
    AUTOCONFIG = "autoconfig"
    AUTODISCOVER = "autodiscover"
    MANUAL = "manual"


class Trust(StrEnum):
    """How far an answer may be trusted with a password, most trusted first."""

    USER = "user"
    BUILTIN = "builtin"
    AUTHENTICATED = "authenticated"
    BOUNDED = "bounded"
    UNAUTHENTICATED = "unauthenticated"
    REFUSED = "refused"

    @property
    def allows_password(self) -> bool:
        """Whether a password may go there, encrypted, before a person has agreed."""
        return self not in {Trust.UNAUTHENTICATED, Trust.REFUSED}


class Outcome(StrEnum):
    """How a step of the resolution ended."""

    HIT = "hit"
    MISS = "miss"
    SUGGESTION = "suggestion"
    NODATA = "nodata"
    NXDOMAIN = "nxdomain"
    SERVFAIL = "servfail"
    TIMEOUT = "timeout"
    REFUSED = "refused"
    GATEWAY = "gateway"
    FORWARDER = "forwarder"
    AMBIGUOUS = "ambiguous"
    NULL_MX = "null-mx"
    UNTRUSTED = "untrusted"
    """Settings were found, and nothing vouches for them: a person has to."""
    REJECTED = "rejected"
    """What came breaks a safety rule and is not used at all."""
    SKIPPED = "skipped"

    @property
    def is_temporary(self) -> bool:
        """Whether the same question may get another answer later.

        REFUSED is not: a name server that will not answer for a domain keeps to it.
        """
        return self in {Outcome.SERVFAIL, Outcome.TIMEOUT}


@dataclass(frozen=True)
class Evidence:
    """One fact that supports the answer: where it was read and what it says."""

    source: str
    fact: str
    supports: str


@dataclass(frozen=True)
class TraceStep:
    """One step that was tried, in order of trust, and how long it took."""

    step: str
    outcome: Outcome
    ms: float
    detail: str


@dataclass(frozen=True)
class Candidate:
    """A provider that a person may want to choose, and why it is offered."""

    provider: ProviderName
    reason: str


@dataclass(frozen=True)
class Settings:
    """What a sign-in with one address at one provider would use."""

    incoming: Endpoint | None
    submission: Endpoint | None
    username: str | None
    ews_url: str | None = None


_NAME_STEPS = {"mx", "srv", "signs"}
"""Those that ask name servers alone."""


@dataclass(frozen=True)
class Resolution:
    """Which provider serves an address; `provider` is None where nothing was found.

    Without a trust that allows a password it is a suggestion, and a person has to agree.
    """

    address: Address
    provider: Provider | None
    method: Method | None
    trust: Trust | None
    settings: Settings | None
    evidence: tuple[Evidence, ...]
    trace: tuple[TraceStep, ...]
    candidates: tuple[Candidate, ...]

    @property
    def is_shaky(self) -> bool:
        """Whether a name server failed: nothing is to be learned of such an answer.

        A web server that keeps silent says nothing: most domains' have nothing to say.
        """
        return any(
            step.outcome is Outcome.SERVFAIL
            or (step.step in _NAME_STEPS and step.outcome in {Outcome.TIMEOUT, Outcome.REFUSED})
            for step in self.trace
        )

    @property
    def is_temporary_failure(self) -> bool:
        """Whether nothing was found, and the question may get an answer later."""
        return self.provider is None and any(
            step.step in {"mx", "srv"} and step.outcome.is_temporary for step in self.trace
        )
