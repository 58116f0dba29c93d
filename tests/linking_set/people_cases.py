"""Cases of who takes part: contacts, colleagues, strangers, offices, lists."""

from collections.abc import Iterator
from dataclasses import replace

from tests.linking_set.kinds import kind
from tests.linking_set.labels import NOTHING, Labelled, Truth
from tests.linking_set.letters import Desk, mailbox, shown
from tests.linking_set.world import ALIASES, COLLEAGUES, OWN, Contact, united


def of_company(name: str) -> Truth:
    """Return that nobody but a company is known."""
    return Truth(companies=frozenset({name}))


def _undecided(*people: Contact) -> Truth:
    return Truth(contact_candidates=frozenset(each.name for each in people))


@kind("from a contact", 60)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    yield desk.letter(contact.truth, sender=contact)


@kind("to a contact", 40)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    yield desk.letter(contact.truth, sender=OWN, to=(contact,))


@kind("to several contacts", 15)
def _(desk: Desk) -> Iterator[Labelled]:
    first, second, third = desk.customers(3)
    fields = (f"Cc: {shown(second)}", f"Bcc: {shown(third)}")
    yield desk.letter(united((first, second, third)), sender=OWN, to=(first,), fields=fields)


@kind("from a contact, others in copy", 15)
def _(desk: Desk) -> Iterator[Labelled]:
    sender, other, third = desk.customers(3)
    yield desk.letter(sender.truth, sender=sender, to=(OWN, other), fields=(f"Cc: {shown(third)}",))


@kind("a stranger writes, a contact is in copy", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    yield desk.letter(contact.truth, sender=desk.stranger(), fields=(f"Cc: {shown(contact)}",))


@kind("from a stranger", 25)
def _(desk: Desk) -> Iterator[Labelled]:
    yield desk.letter(NOTHING, sender=desk.stranger())


@kind("from somebody new at a customer's", 20)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    _, _, domain = contact.email.partition("@")
    yield desk.letter(of_company(contact.companies[0]), sender=desk.somebody_at(domain))


@kind("from an office of a customer", 15)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    _, _, domain = contact.email.partition("@")
    office = desk.rng.choice(("info", "invoices", "support"))
    yield desk.letter(of_company(contact.companies[0]), sender=f"{office}@{domain}")


@kind("an office that is a contact", 10)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.rng.choice(desk.world.desks)
    yield desk.letter(contact.truth, sender=mailbox("Reception", contact.email))


@kind("colleagues who share an address", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    pair = desk.rng.choice(desk.world.twins)
    truth = _undecided(*pair) | of_company(pair[0].companies[0])
    yield desk.letter(truth, sender=desk.rng.choice(pair))


@kind("people of different companies who share an address", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    pair = desk.rng.choice(desk.world.strangers_sharing)
    firms = frozenset(firm for each in pair for firm in each.companies)
    truth = replace(_undecided(*pair), company_candidates=firms)
    yield desk.letter(truth, sender=OWN, to=(pair[0].email,))


@kind("a consultant of two companies", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    who = desk.rng.choice(desk.world.consultants)
    truth = Truth(frozenset({who.name}), company_candidates=frozenset(who.companies))
    yield desk.letter(truth, sender=who)


@kind("a consultant from the domain of one company", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    who = desk.rng.choice(desk.world.consultants)
    truth = Truth(frozenset({who.name}), frozenset({who.companies[1]}))
    yield desk.letter(truth, sender=mailbox(who.name, who.emails[1]))


@kind("a contact writes to a list", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    fields = ("List-Id: Builders <builders.lists.example>", "Reply-To: builders@lists.example")
    yield desk.letter(contact.truth, sender=contact, to=("builders@lists.example",), fields=fields)


@kind("a list took the sender's place, who is in Reply-To", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    fields = ("List-Id: <builders.lists.example>", f"Reply-To: {shown(contact)}")
    yield _through_list(desk, contact, contact.truth, fields)


@kind("a list took the sender's place", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    fields = ("List-Id: <builders.lists.example>", "Reply-To: builders@lists.example")
    yield _through_list(desk, desk.customer(), NOTHING, fields)


def _through_list(desk: Desk, contact: Contact, truth: Truth, fields: tuple[str, ...]) -> Labelled:
    """Return what lists make of mail of domains with DMARC."""
    sender = mailbox(f"{contact.name} via Builders", "builders@lists.example")
    return desk.letter(truth, sender=sender, to=("builders@lists.example",), fields=fields)


@kind("a contact is only in what is forwarded", 10)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    head = f"---------- Forwarded message ---------\nFrom: {contact.name} <{contact.email}>"
    body = desk.text() + f"\n\n{head}\nTo: {COLLEAGUES[0]}\n\n" + desk.text()
    sender = desk.rng.choice((COLLEAGUES[0], desk.stranger()))
    yield desk.letter(NOTHING, sender=sender, subject="Fwd: Price list", body=body)


@kind("a contact's message is attached", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    inner = f"From: {shown(contact)}\nTo: {COLLEAGUES[0]}\nSubject: Visit\n\n{desk.text()}"
    body = f"--b\n\nsee below\n--b\nContent-Type: message/rfc822\n\n{inner}\n--b--"
    yield desk.letter(
        NOTHING, sender=COLLEAGUES[0], body=body, content_type="multipart/mixed; boundary=b"
    )


@kind("among colleagues", 20)
def _(desk: Desk) -> Iterator[Labelled]:
    yield desk.letter(NOTHING, sender=desk.rng.choice(COLLEAGUES), to=(OWN, COLLEAGUES[2]))


@kind("among colleagues under other domains", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    sender = desk.rng.choice(COLLEAGUES[3:])
    yield desk.letter(NOTHING, sender=sender, to=(COLLEAGUES[0], ALIASES[0]))


@kind("a colleague writes to a contact", 15)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    yield desk.letter(contact.truth, sender=desk.rng.choice(COLLEAGUES), to=(OWN, contact))


@kind("a contact writes to colleagues", 10)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    yield desk.letter(contact.truth, sender=contact, to=(OWN, *COLLEAGUES[:3]))


@kind("between own addresses", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    yield desk.letter(NOTHING, sender=ALIASES[1], to=(OWN,))


@kind("from an own alias to a contact", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    sender = desk.rng.choice((*ALIASES, "ada+offers@ourfirm.example"))
    yield desk.letter(contact.truth, sender=sender, to=(contact,))


@kind("contacts who were merged", 14)
def _(desk: Desk) -> Iterator[Labelled]:
    kept, gone = desk.rng.choice(desk.world.merged)
    yield desk.letter(kept.truth, sender=desk.rng.choice((kept, gone)))


@kind("a contact at another company's domain", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, agency = desk.rng.choice(desk.world.elsewhere)
    truth = replace(contact.truth, tolerated=frozenset({agency.name}))
    yield desk.letter(truth, sender=contact)


@kind("a contact of no company at a company's domain", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, company = desk.rng.choice(desk.world.unattached)
    yield desk.letter(contact.truth | of_company(company.name), sender=contact)


@kind("a contact of no company", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.rng.choice(desk.world.alone)
    yield desk.letter(contact.truth, sender=OWN, to=(contact,))


@kind("a report that mail to a contact could not be delivered", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    report = f"Final-Recipient: rfc822; {contact.email}\nAction: failed\nStatus: 5.1.1"
    body = f"--b\n\nno such user\n--b\nContent-Type: message/delivery-status\n\n{report}\n--b--"
    yield desk.letter(
        NOTHING,
        sender="MAILER-DAEMON@mx.carrier.test",
        body=body,
        content_type="multipart/report; report-type=delivery-status; boundary=b",
    )


@kind("a contact is away", 4)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    fields = ("Auto-Submitted: auto-replied", "Precedence: bulk")
    yield desk.letter(contact.truth, sender=contact, fields=fields)
