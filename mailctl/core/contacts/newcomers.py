"""Verbs on people who take part in mail and whom no contact stands for."""

from collections.abc import Iterator, Sequence
from itertools import chain

from mailctl.core.contacts.options import option
from mailctl.core.linking.insiders import insiders
from mailctl.core.linking.matching import Matcher, key_of
from mailctl.core.linking.settling import settled
from mailctl.core.naming import address_key
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.contacts import CompanyId, Contact, ContactId, OptionKind
from mailctl.domain.links import LinkedObject, ObjectNoun
from mailctl.domain.mailboxes import mailbox_of
from mailctl.domain.settings import Proposing
from mailctl.errors import NotFound
from mailctl.mail.group_names import is_group_name
from mailctl.mail.marks import is_no_reply
from mailctl.records import dataclass
from mailctl.resolve.addresses import parse_address
from mailctl.store import accounts, contacts, links, newcomers
from mailctl.store.connection import Reading
from mailctl.store.newcomers import Newcomer


@dataclass(frozen=True)
class ProposedContact:
    """Somebody who could be a contact."""

    name: str
    """As the newest message calls them; else their address."""
    address: str
    company: LinkedObject | None
    """Whose domain it is, where there is just one."""
    newcomer: Newcomer


def proposed(tx: Reading, policy: Proposing | None = None) -> Iterator[ProposedContact]:
    """Yield whom the accounts propose as contacts, those with most mail first.

    `policy` stands for that of every account. Neither colleagues nor offices, machines or who
    was declined are proposed.
    """
    every = accounts.all_(tx)
    matcher = Matcher(insiders(tx))
    seen: set[str] = set()
    for who in chain(_of(tx, every, policy, Proposing.ALL), _of(tx, every, policy, Proposing.SENT)):
        local, _, _ = who.address.rpartition("@")
        mailbox = mailbox_of(who.address)
        is_person = not (is_group_name(local) or is_no_reply(local))
        if mailbox in seen or not is_person or matcher.insiders.why(who.address) is not None:
            continue
        seen.add(mailbox)
        yield ProposedContact(
            _name(tx, who) or who.address, who.address, _company(tx, matcher, who.address), who
        )


@settled
def accept(services: Services, names: Sequence[str], *, everybody: bool) -> list[Contact]:
    """Store contacts of those proposed, by address, and return them.

    Raises NotFound for an address that nobody proposes.
    """
    with services.store.writing(durable=True) as tx:
        chosen = _chosen(tx, names, everybody=everybody)
        at = services.now()
        made = [
            Contact(
                ContactId(services.new_id("con")),
                each.name,
                companies=() if each.company is None else (CompanyId(each.company.id),),
                options=(option(OptionKind.EMAIL, each.address, region=None),),
                source="mail",
            )
            for each in chosen
        ]
        contacts.add(tx, made, at=at)
        found = contacts.by_ids(tx, [each.id for each in made])
        return [found[each.id] for each in made]


def decline(services: Services, names: Sequence[str]) -> list[ProposedContact]:
    """Never propose these again, and return them. Raises NotFound."""
    with services.store.writing(durable=True) as tx:
        chosen = _chosen(tx, names, everybody=False)
        newcomers.decline(tx, [mailbox_of(each.address) for each in chosen], at=services.now())
        return chosen


def _of(
    tx: Reading, every: Sequence[Account], policy: Proposing | None, wanted: Proposing
) -> Iterator[Newcomer]:
    """Yield whom the accounts of one policy propose."""
    those = [each for each in every if (policy or each.settings.create_contacts) is wanted]
    if not those:
        return
    own = {address for each in those for address in each.own_addresses}
    yield from newcomers.newcomers(
        tx,
        [each.id for each in those],
        own=own,
        written_to_only=wanted is Proposing.SENT,
    )


def _chosen(tx: Reading, names: Sequence[str], *, everybody: bool) -> list[ProposedContact]:
    if everybody:
        return list(proposed(tx))
    known = {mailbox_of(each.address): each for each in proposed(tx, Proposing.ALL)}
    keys = {name: mailbox_of(address_key(parse_address(name))) for name in names}
    unknown = next((name for name, key in keys.items() if key not in known), None)
    if unknown is not None:
        raise NotFound(
            f"nobody of that address is proposed: {unknown}",
            hint="see who is: mailctl contact proposals --policy all",
        )
    return [known[key] for key in dict.fromkeys(keys.values())]


def _name(tx: Reading, who: Newcomer) -> str:
    names = (
        " ".join(name.split())
        for written, name in newcomers.names_in(tx, who.last_message)
        if key_of(written) == who.address
    )
    return next((name for name in names if name and "@" not in name), "")


def _company(tx: Reading, matcher: Matcher, address: str) -> LinkedObject | None:
    matcher.learn(tx, [address])
    firms = [each.number for each in matcher.of(address) if each.noun is ObjectNoun.COMPANY]
    return links.objects(tx, ObjectNoun.COMPANY, firms)[firms[0]] if len(firms) == 1 else None
