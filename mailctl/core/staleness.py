"""Contacts with whom nobody has been in touch for long."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from mailctl.core.naming import written_key
from mailctl.domain.contacts import Contact
from mailctl.store import addresses
from mailctl.store.connection import Reading


def silent_since(tx: Reading, contacts: Iterable[Contact], moment: datetime) -> Iterator[Contact]:
    """Yield the contacts, in their order, from and to whom there was no mail since then.

    That is so for those with whom there never was any, too. Mail counts by the addresses in
    From, To, Cc and Bcc, whichever account has it.
    """
    heard = set(map(written_key, addresses.of_mail_since(tx, moment)))
    return (contact for contact in contacts if heard.isdisjoint(contact.emails))
