"""All mail with somebody, whichever account has it and whoever wrote it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import islice

from mailctl.core.contacts import company_named, contact_named
from mailctl.core.listings import Listing, one_more
from mailctl.core.naming import address_key, message_named
from mailctl.domain import query as q
from mailctl.domain.contacts import CommunicationOption, OptionKind
from mailctl.domain.messages import Message
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import parse_address
from mailctl.store import finding, messages
from mailctl.store.connection import Reading

_WHERE = (q.Where.FROM, q.Where.TO, q.Where.CC, q.Where.BCC)


@dataclass(frozen=True)
class PageWanted:
    """Which of the mail is wanted; None means all of it."""

    limit: int | None = None
    after: str | None = None
    """The name of a message: those that come behind it."""


def contact_timeline(tx: Reading, name: str, wanted: PageWanted) -> Listing:
    """Return the mail from and to any address of a contact, newest first, in bounded memory.

    Raises NotFound, NameAmbiguous.
    """
    return _timeline(tx, contact_named(tx, name).options, (), wanted)


def company_timeline(tx: Reading, name: str, wanted: PageWanted) -> Listing:
    """Return the mail from and to a company's domains, what is below them, and its addresses.

    Raises NotFound, NameAmbiguous.
    """
    company = company_named(tx, name)
    return _timeline(tx, company.options, company.domains, wanted)


def _timeline(
    tx: Reading,
    options: Collection[CommunicationOption],
    domains: Collection[str],
    wanted: PageWanted,
) -> Listing:
    emails = [each for each in options if each.kind is OptionKind.EMAIL]
    words = {*domains, *(each.key for each in emails), *(each.value for each in emails)}
    after = None if wanted.after is None else message_named(tx, wanted.after)
    if not words:
        return Listing(iter(()), wanted.limit)
    # The index knows words, not addresses: ada@x.example is found in ada@x.example.org too.
    query = q.either(q.Words(each, where) for each in sorted(words) for where in _WHERE)
    keys = {each.key for each in emails}
    found = (
        message
        for batch in finding.batches(tx, query, finding.Page(limit=None, after=after))
        for message in messages.by_ids(tx, batch)
        if any(key in keys or _is_below(key, domains) for key in _addresses(message))
    )
    return Listing(islice(found, one_more(wanted.limit)), wanted.limit)


def _addresses(message: Message) -> Iterator[str]:
    """Yield the addresses of who wrote a message and who got it, as options have them."""
    envelope = message.envelope
    people = (*envelope.to, *envelope.cc, *envelope.bcc)
    for person in people if envelope.sender is None else (envelope.sender, *people):
        try:
            yield address_key(parse_address(person.address))
        except BadUsage:
            continue


def _is_below(key: str, domains: Collection[str]) -> bool:
    domain = key.rpartition("@")[2]
    return any(domain == each or domain.endswith(f".{each}") for each in domains)
