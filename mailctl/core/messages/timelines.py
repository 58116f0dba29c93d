"""All mail with somebody or about something, whichever account has it and whoever wrote it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from mailctl.core.contacts.contacts import company_named, contact_named
from mailctl.core.linking.matching import meant
from mailctl.core.messages.listings import Listing, one_more
from mailctl.core.naming import message_named
from mailctl.core.records.records import record_named
from mailctl.domain.contacts import Company, Contact
from mailctl.domain.links import ObjectNoun
from mailctl.domain.mailboxes import mailbox_of
from mailctl.domain.messages import Message
from mailctl.domain.records import Record
from mailctl.store import companies, contacts, correspondents, messages, timelines
from mailctl.store.connection import Reading

_BATCH = 200


@dataclass(frozen=True)
class PageWanted:
    """Which of the mail is wanted; None means all of it."""

    limit: int | None = None
    after: str | None = None
    """The name of a message: those that come behind it."""


def contact_timeline(tx: Reading, name: str, wanted: PageWanted) -> Listing:
    """Return the mail from and to a contact, or linked to it, newest first.

    Raises NotFound, NameAmbiguous.
    """
    contact = contact_named(tx, name)
    found = mail_with(tx, ObjectNoun.CONTACT, contact, _mailboxes(tx, [contact]), wanted)
    return Listing(found, wanted.limit)


def company_timeline(tx: Reading, name: str, wanted: PageWanted) -> Listing:
    """Return the mail from and to a company's domains, what is below them, its addresses and its
    people, or linked to it, newest first.

    Raises NotFound, NameAmbiguous.
    """
    company = company_named(tx, name)
    people = contacts.by_ids(tx, companies.people_of(tx, company.id)).values()
    who = [
        *_mailboxes(tx, [company, *people]),
        *timelines.correspondents_below(tx, company.domains),
    ]
    return Listing(mail_with(tx, ObjectNoun.COMPANY, company, who, wanted), wanted.limit)


def record_timeline(tx: Reading, name: str, wanted: PageWanted) -> Listing:
    """Return the mail linked to a record, newest first. Raises NotFound, BadUsage."""
    record = record_named(tx, name)
    return Listing(mail_with(tx, ObjectNoun.RECORD, record, (), wanted), wanted.limit)


def mail_with(
    tx: Reading,
    noun: ObjectNoun,
    thing: Contact | Company | Record,
    who: Collection[int],
    wanted: PageWanted,
) -> Iterator[Message]:
    """Yield the messages of a timeline, one more than is wanted."""
    after = None if wanted.after is None else message_named(tx, wanted.after)
    numbers = islice(
        timelines.mail_with(tx, who, noun=noun, object_id=thing.id, after=after),
        one_more(wanted.limit),
    )
    while batch := list(islice(numbers, _BATCH)):
        yield from messages.by_numbers(tx, batch)


def _mailboxes(tx: Reading, things: Collection[Contact | Company]) -> list[int]:
    """Return the correspondents (rows) who are meant by addresses of these and of nobody else."""
    mailboxes = {mailbox_of(key) for thing in things for key in thing.emails}
    owners = correspondents.owners_of_mailboxes(tx, mailboxes)
    own = {key for thing in things for key in thing.emails}
    return [
        number
        for address, number in timelines.correspondents_of(tx, mailboxes).items()
        if own.intersection(meant(address, owners.get(mailbox_of(address), ())))
    ]
