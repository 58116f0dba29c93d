"""Cases of what an address is: whose spelling, whose domain, whose name beside it."""

from collections.abc import Iterator

from tests.linking_set.kinds import kind
from tests.linking_set.labels import NOTHING, Labelled
from tests.linking_set.letters import Desk, mailbox, shown
from tests.linking_set.people_cases import of_company
from tests.linking_set.world import FREE, OWN, Contact


def _taken_apart(contact: Contact) -> tuple[str, str]:
    name, _, domain = contact.email.partition("@")
    return name, domain


@kind("a company with several domains", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    company = desk.rng.choice(desk.world.many_domains)
    sender = desk.somebody_at(desk.rng.choice(company.domains))
    yield desk.letter(of_company(company.name), sender=sender)


@kind("a company's own address", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    company = desk.rng.choice(desk.world.by_post)
    yield desk.letter(of_company(company.name), sender=company.emails[0])


@kind("below a company's domain", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    company = desk.world.company(desk.customer().companies[0])
    below = desk.rng.choice(("mail", "service", "a.long.way"))
    sender = desk.somebody_at(f"{below}.{company.domains[0]}")
    yield desk.letter(of_company(company.name), sender=sender)


@kind("below a public suffix of several labels", 10)
def _(desk: Desk) -> Iterator[Labelled]:
    company = desk.rng.choice(desk.world.below_suffixes)
    below = desk.rng.choice(("", "mail."))
    sender = desk.somebody_at(f"{below}{company.domains[0]}")
    yield desk.letter(of_company(company.name), sender=sender)


@kind("beside a company, below the same public suffix", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    company = desk.rng.choice(desk.world.below_suffixes)
    suffix = company.domains[0].partition(".")[2]
    yield desk.letter(NOTHING, sender=desk.somebody_at(f"other-{desk.rng.randrange(99)}.{suffix}"))


@kind("a domain that only ends like a company's", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    _, domain = _taken_apart(desk.customer())
    fake = desk.rng.choice((f"not{domain}", f"{domain}.evil.test"))
    yield desk.letter(NOTHING, sender=desk.somebody_at(fake))


@kind("a contact at a domain that the public shares", 15)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.rng.choice(desk.world.free)
    yield desk.letter(contact.truth, sender=contact)


@kind("a stranger at a domain that the public shares", 20)
def _(desk: Desk) -> Iterator[Labelled]:
    yield desk.letter(NOTHING, sender=desk.somebody_at(desk.rng.choice(FREE)))


@kind("a contact with a tag behind the plus", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    name, domain = _taken_apart(contact)
    yield desk.letter(contact.truth, sender=mailbox(contact.name, f"{name}+news@{domain}"))


@kind("contacts who differ by their tags", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.rng.choice(desk.rng.choice(desk.world.tagged))
    yield desk.letter(contact.truth, sender=contact)


@kind("a mailbox that its provider spells in several ways", 14)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.rng.choice((*desk.world.dotted, *desk.world.yandex))
    name, domain = _taken_apart(contact)
    if domain == "gmail.com":
        address = f"{name.replace('.', '')}+x@{desk.rng.choice(('gmail.com', 'GoogleMail.com'))}"
    else:
        address = f"{name.replace('.', '-')}@{desk.rng.choice(('yandex.ru', 'ya.ru'))}"
    yield desk.letter(contact.truth, sender=address)


@kind("dots where they do count", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    name, domain = _taken_apart(contact)
    yield desk.letter(of_company(contact.companies[0]), sender=f"{name.replace('.', '')}@{domain}")


@kind("a form with the customer in Reply-To", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    robot = desk.rng.choice(("no-reply@forms.example", "website@ourfirm.example"))
    yield desk.letter(contact.truth, sender=robot, fields=(f"Reply-To: {shown(contact)}",))


@kind("a contact has answers sent to another one", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact, other = desk.customers(2)
    yield desk.letter(contact.truth, sender=contact, fields=(f"Reply-To: {shown(other)}",))


@kind("a stranger with a contact's address for a name", 15)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    named = desk.rng.choice(
        (contact.email, f"{contact.name} <{contact.email}>", f"'{contact.email}' via mail")
    )
    yield desk.letter(NOTHING, sender=mailbox(named, desk.stranger()))


@kind("a stranger with a contact's name", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    sender = mailbox(contact.name, desk.somebody_at(desk.rng.choice(FREE)))
    yield desk.letter(NOTHING, sender=sender)


@kind("an international domain", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.rng.choice(desk.world.international)
    name, domain = _taken_apart(contact)
    a_form = domain.encode("idna").decode() if "\u00df" not in domain else "xn--strae-oqa.example"
    spelled = desk.rng.choice(
        (domain, domain.upper() if "\u00df" not in domain else domain, a_form)
    )
    yield desk.letter(contact.truth, sender=mailbox(contact.name, f"{name}@{spelled}"))


@kind("upper case", 12)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    written = desk.rng.choice((contact.email.upper(), contact.email.title()))
    if desk.rng.random() < 0.5:
        yield desk.letter(contact.truth, sender=written, to=(OWN.upper(),))
    else:
        yield desk.letter(contact.truth, sender=OWN.title(), to=(written,))


@kind("a mailbox under several domains of its provider", 8)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.rng.choice((*desk.world.proton, *desk.world.apple))
    name, domain = _taken_apart(contact)
    others = ("me.com", "mac.com") if domain == "icloud.com" else ("protonmail.com", "pm.me")
    yield desk.letter(contact.truth, sender=f"{name}@{desk.rng.choice(others)}")


@kind("somebody else of that name at another domain of the provider", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = next(each for each in desk.world.free if each.email.endswith("@mail.ru"))
    name, _ = _taken_apart(contact)
    yield desk.letter(NOTHING, sender=f"{name}@{desk.rng.choice(('bk.ru', 'list.ru'))}")


@kind("a domain that looks like a company's", 6)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    name, domain = _taken_apart(contact)
    alike = domain.replace("a", "\u0430", 1).replace("o", "\u043e", 1)
    yield desk.letter(NOTHING, sender=mailbox(contact.name, f"{name}@{alike}"))


@kind("two wrote it, a stranger and a contact", 4)
def _(desk: Desk) -> Iterator[Labelled]:
    contact = desk.customer()
    stranger = desk.stranger()
    yield desk.letter(
        contact.truth, sender=f"{stranger}, {shown(contact)}", fields=(f"Sender: {stranger}",)
    )
