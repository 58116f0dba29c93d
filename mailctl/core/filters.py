"""Which mail is left on the server, by the account's policies."""

from functools import cached_property
from typing import TYPE_CHECKING

from mailctl.domain.accounts import Account
from mailctl.domain.settings import AccountSettings, Policy
from mailctl.mail.marks import BULK, NO_REPLY
from mailctl.records import dataclass

if TYPE_CHECKING:
    from mailctl.domain.messages import Envelope

INTERNAL, LARGE = "internal", "large"


@dataclass(frozen=True)
class Filters:
    """The policies of one account; a reason is the name of the policy that skips."""

    settings: AccountSettings
    own_addresses: frozenset[str]

    @cached_property
    def own_domains(self) -> frozenset[str]:
        """Domains whose people are colleagues: never those that the public shares."""
        from mailctl.resolve.catalogue import load  # 3 ms, where colleagues' mail is skipped

        domains = map(_domain, self.own_addresses)
        return frozenset(each for each in domains if load().by_domain(each) is None)

    def by_size(self, size_bytes: int) -> str | None:
        """Return why a mail of that size is left, before it is fetched."""
        limit = self.settings.attachments
        return LARGE if limit is not None and size_bytes >= limit else None

    def by_envelope(self, envelope: "Envelope") -> str | None:
        """Return why a mail is left, None where it is wanted."""
        if self._skips(INTERNAL) and self._is_internal(envelope):
            return INTERNAL
        return next((mark for mark in (BULK, NO_REPLY) if self._skips(mark, envelope)), None)

    def still(self, reason: str) -> bool:
        """Whether mail that was left for that reason is still not wanted."""
        return self.settings.attachments is not None if reason == LARGE else self._skips(reason)

    def _skips(self, reason: str, envelope: "Envelope | None" = None) -> bool:
        if envelope is not None and reason not in envelope.marks:
            return False
        policies = {
            BULK: self.settings.bulk,
            NO_REPLY: self.settings.no_reply,
            INTERNAL: self.settings.internal,
        }
        return policies.get(reason) is Policy.SKIP

    def _is_internal(self, envelope: "Envelope") -> bool:
        recipients = (*envelope.to, *envelope.cc, *envelope.bcc)
        if envelope.sender is None or not recipients:
            return False
        domains = {_domain(person.address) for person in (envelope.sender, *recipients)}
        return domains <= self.own_domains


def filters_of(account: Account) -> Filters:
    """Return the account's filters."""
    return Filters(account.settings, account.own_addresses)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
