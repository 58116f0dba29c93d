"""Contacts with whom nobody has been in touch for long."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from mailctl.core.linking.matching import meant
from mailctl.core.naming import written_key
from mailctl.domain.contacts import Contact
from mailctl.domain.mailboxes import mailbox_of
from mailctl.store import contacted, correspondents
from mailctl.store.connection import Reading


def silent_since(tx: Reading, contacts: Iterable[Contact], moment: datetime) -> Iterator[Contact]:
    """Yield the contacts, in their order, from and to whom there was no mail since then.

    That is so for those with whom there never was any, too. Mail counts by From, To, Cc and
    Bcc, whichever account has it, linked or not yet, and by its links.
    """
    heard = _addresses_heard(tx, moment)
    linked = contacted.linked_since(tx, moment)
    return (each for each in contacts if each.id not in linked and heard.isdisjoint(each.emails))


def _addresses_heard(tx: Reading, moment: datetime) -> set[str]:
    """Return the addresses of contacts that stand in mail since then, however spelled there."""
    seen = set(map(written_key, contacted.addresses_since(tx, moment)))
    owners = correspondents.owners_of_mailboxes(tx, set(map(mailbox_of, seen)))
    return {
        key
        for address in seen
        if (whose := owners.get(mailbox_of(address)))
        for key in meant(address, whose)
    }
