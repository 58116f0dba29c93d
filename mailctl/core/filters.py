"""Which mail is left on the server, by the account's policies."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from mailctl.core.naming import written_key
from mailctl.domain.accounts import Account
from mailctl.domain.settings import AccountSettings, Policy
from mailctl.mail.marks import BULK, INVITATION, NO_REPLY
from mailctl.records import dataclass

if TYPE_CHECKING:
    from mailctl.domain.address_patterns import AddressPatterns
    from mailctl.domain.messages import Envelope

BLOCKLIST, INTERNAL, LARGE = "blocklist", "internal", "large"
GROUP_SENDERS, INVITATIONS = "group-senders", "invitations"

Check = Callable[["Envelope"], "str | None"]
"""Returns why a mail is left, None where it is wanted."""


@dataclass(frozen=True)
class Filters:
    """The policies of one account.

    A reason is the name of the policy that skips and, after a blank, what of a list it rests
    on: so mail comes when that is taken off the list.
    """

    settings: AccountSettings
    own_addresses: frozenset[str]

    def by_size(self, size_bytes: int) -> str | None:
        """Return why a mail of that size is left, before it is fetched."""
        limit = self.settings.attachments
        return LARGE if limit is not None and size_bytes >= limit else None

    def by_envelope(self, envelope: "Envelope") -> str | None:
        """Return why a mail is left, None where it is wanted."""
        return next((reason for check in self._checks if (reason := check(envelope))), None)

    def still(self, reason: str) -> bool:
        """Whether mail that was left for that reason is still not wanted."""
        policy, _, words = reason.partition(" ")
        if policy == LARGE:
            return self.settings.attachments is not None
        if policy == BLOCKLIST:
            return words in self.settings.blocklist
        if policy == INTERNAL:
            return self._skips(INTERNAL) and self._named_domains.issuperset(words.split())
        return self._skips(policy)

    @property
    def needs_header(self) -> bool:
        """Whether more than its size says whether a mail is wanted."""
        return bool(self._checks)

    @property
    def needs_body(self) -> bool:
        """Whether more than its header does."""
        return self._skips(INVITATIONS)

    @cached_property
    def own_domains(self) -> frozenset[str]:
        """Domains whose people are colleagues, and `*.` before those of which all below are.

        Never those that the public shares.
        """
        from mailctl.resolve.catalogue import load  # 3 ms, where colleagues' mail is skipped

        named = self._named_domains
        return frozenset(each for each in named if not load().by_domain(each.removeprefix("*.")))

    @cached_property
    def colleagues(self) -> "AddressPatterns":
        """The addresses of those domains."""
        from mailctl.domain.address_patterns import of_domains

        return of_domains(self.own_domains)

    @cached_property
    def _named_domains(self) -> frozenset[str]:
        return frozenset((*map(_domain, self.own_addresses), *self.settings.internal_domains))

    @cached_property
    def _checks(self) -> tuple[Check, ...]:
        """The policies that look at envelopes; of several that leave a mail the first is told."""
        checks: dict[str, Check] = {
            INTERNAL: self._internal,
            BULK: _Marked(BULK, BULK),
            NO_REPLY: _Marked(NO_REPLY, NO_REPLY),
            GROUP_SENDERS: self._of_group,
            INVITATIONS: _Marked(INVITATION, INVITATIONS),
        }
        chosen = [check for policy, check in checks.items() if self._skips(policy)]
        return (self._blocked, *chosen) if self.settings.blocklist else tuple(chosen)

    @cached_property
    def _blocklist(self) -> "AddressPatterns":
        from mailctl.domain.address_patterns import AddressPatterns

        return AddressPatterns(self.settings.blocklist)

    @cached_property
    def _own(self) -> frozenset[str]:
        return frozenset(map(written_key, self.own_addresses))

    def _skips(self, policy: str) -> bool:
        policies = {
            BULK: self.settings.bulk,
            NO_REPLY: self.settings.no_reply,
            INTERNAL: self.settings.internal,
            GROUP_SENDERS: self.settings.group_senders,
            INVITATIONS: self.settings.invitations,
        }
        return policies.get(policy) is Policy.SKIP

    def _blocked(self, envelope: "Envelope") -> str | None:
        """Return the pattern that anybody but the mailbox's owner meets."""
        answered = (person.address for person in envelope.reply_to)
        others = dict.fromkeys(map(written_key, (*_participants(envelope), *answered)))
        for address in others:
            if address not in self._own and (pattern := self._blocklist.met_by(address)):
                return f"{BLOCKLIST} {pattern}"
        return None

    def _internal(self, envelope: "Envelope") -> str | None:
        """Return the domains, where all are colleagues'."""
        if envelope.sender is None or not (envelope.to or envelope.cc or envelope.bcc):
            return None
        met = {self.colleagues.met_by(written_key(each)) for each in _participants(envelope)}
        if None in met:
            return None
        return " ".join((INTERNAL, *sorted(word.removeprefix("@") for word in met if word)))

    def _of_group(self, envelope: "Envelope") -> str | None:
        from mailctl.mail.group_names import is_group_name

        address = "" if envelope.sender is None else written_key(envelope.sender.address)
        is_group = address not in self._own and is_group_name(address.rpartition("@")[0])
        return GROUP_SENDERS if is_group else None


@dataclass(frozen=True)
class _Marked:
    """Leaves mail that has a mark; not a function of `Filters`, so that it can be sent away."""

    mark: str
    reason: str

    def __call__(self, envelope: "Envelope") -> str | None:
        return self.reason if self.mark in envelope.marks else None


def filters_of(account: Account, blocked: tuple[str, ...] = ()) -> Filters:
    """Return the account's filters; `blocked` is the blocklist of all accounts."""
    own = account.settings
    settings = replace(own, blocklist=(*own.blocklist, *blocked)) if blocked else own
    return Filters(settings, account.own_addresses)


def policy_of(reason: str) -> str:
    """Return the policy that leaves a mail for that reason."""
    return reason.partition(" ")[0]


def _participants(envelope: "Envelope") -> Iterator[str]:
    people = (*envelope.to, *envelope.cc, *envelope.bcc)
    return (each.address for each in (envelope.sender, *people) if each is not None)


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
