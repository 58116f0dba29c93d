"""Who belongs to one's own side: nobody of them is a customer, whatever a contact list says."""

from functools import cached_property

from mailctl.core.filters import filters_of
from mailctl.core.naming import address_key
from mailctl.domain.address_patterns import AddressPatterns, of_domains
from mailctl.domain.mailboxes import mailbox_of
from mailctl.errors import BadUsage
from mailctl.records import dataclass
from mailctl.resolve.addresses import parse_address
from mailctl.store import accounts, linking
from mailctl.store.connection import Reading, Writing


@dataclass(frozen=True)
class Insiders:
    """The owners of the accounts, by mailbox, and their colleagues, by domain."""

    mailboxes: frozenset[str]
    domains: frozenset[str]
    """With `*.` before those of which only what is below is theirs."""

    @cached_property
    def _colleagues(self) -> AddressPatterns:
        return of_domains(self.domains)

    def why(self, address: str) -> str | None:
        """Return `own` or `internal` of an address of theirs, None of anybody else's."""
        if mailbox_of(address) in self.mailboxes:
            return "own"
        return "internal" if self._colleagues.met_by(address) else None


def insiders(tx: Reading) -> Insiders:
    """Return who is an insider, by all accounts, those that rest included."""
    mailboxes: set[str] = set()
    domains: set[str] = set()
    for account in accounts.all_(tx):
        own = filters_of(account)
        domains |= own.own_domains
        for address in own.own_addresses:
            try:
                mailboxes.add(mailbox_of(address_key(parse_address(address))))
            except BadUsage:  # an alias that is none
                continue
    return Insiders(frozenset(mailboxes), frozenset(domains))


def note_insiders(tx: Writing) -> Insiders:
    """Return who is an insider now, and have the mail of those linked anew who came or went."""
    state, own = linking.state(tx), insiders(tx)
    if own != Insiders(state.mailboxes, state.domains):
        linking.put_insiders(tx, own.mailboxes, own.domains)
    return own
