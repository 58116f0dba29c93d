"""What one step of a resolution found."""

from mailctl.domain.providers import Provider, ProviderKind
from mailctl.domain.resolution import Candidate, Evidence, Method, Outcome, Trust
from mailctl.records import dataclass


@dataclass(frozen=True)
class Verdict:
    """How a step ended: what it decides or offers, and why."""

    outcome: Outcome
    detail: str
    provider: Provider | None = None
    method: Method | None = None
    trust: Trust | None = None
    evidence: tuple[Evidence, ...] = ()
    mx_host: str | None = None
    candidates: tuple[Candidate, ...] = ()

    @property
    def decides(self) -> bool:
        """Whether the provider may be used without asking a person."""
        return self.trust is not None and self.trust.allows_password

    @property
    def is_whole(self) -> bool:
        """Whether mail can both be received and sent, as far as the service allows any of it."""
        if self.provider is None or self.provider.kind is ProviderKind.NONE:
            return self.provider is not None
        return self.provider.can_receive and self.provider.can_send
