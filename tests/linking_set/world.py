"""Who and what there is: one's own people, contacts, companies, records, rules."""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from tests.linking_set.labels import Truth
from tests.linking_set.names import FIRST_NAMES, LAST_NAMES, PLACES, TRADES, ascii_name

OWN = "ada@ourfirm.example"
ALIASES = ("a.lovelace@ourfirm.example", "ada.at.work@gmail.com")
INTERNAL_DOMAINS = ("sister.example", "*.branches.example")
COLLEAGUES = (
    *("carl@ourfirm.example", "Dora.Stein@OurFirm.example", "team@ourfirm.example"),
    *("emil@sister.example", "frieda@north.branches.example"),
)
FREE = ("gmail.com", "gmx.de", "web.de", "yahoo.com", "outlook.com", "mail.ru")


@dataclass(frozen=True)
class Company:
    """A company; its name is unlike any other."""

    name: str
    domains: tuple[str, ...]
    emails: tuple[str, ...] = ()


@dataclass(frozen=True)
class Contact:
    """A person; the name is unlike any other."""

    name: str
    emails: tuple[str, ...]
    companies: tuple[str, ...] = ()

    @property
    def email(self) -> str:
        """The first address."""
        return self.emails[0]

    @property
    def truth(self) -> Truth:
        """What mail with them is linked to, where only one company is theirs."""
        return Truth(frozenset({self.name}), frozenset(self.companies))


@dataclass(frozen=True)
class Record:
    """Something that mail is about."""

    type: str
    number: str
    title: str

    @property
    def name(self) -> str:
        """TYPE:NUMBER."""
        return f"{self.type}:{self.number}"


@dataclass(frozen=True)
class Rule:
    """How numbers are found, whatever the case; the pattern needs no look-around."""

    name: str
    position: int
    pattern: str
    places: tuple[str, ...]
    type: str


MASKS = {"invoice": "INV-####", "deal": "D-#####", "order": "45########"}
RULES = (
    Rule("invoice in the subject", 10, r"\b(INV-\d{4})\b", ("subject",), "invoice"),
    Rule("invoice in the text", 20, r"\b(INV-\d{4})\b", ("body",), "invoice"),
    Rule("deal", 30, r"\b(D-\d{5})\b", ("subject", "body"), "deal"),
    Rule("order", 40, r"\b(45\d{8})\b", ("subject", "body"), "order"),
)


@dataclass
class World:
    """All of them, by what is particular about them."""

    customers: list[Contact] = field(default_factory=list)
    """With an address at the one domain of their one company."""
    many_domains: list[Company] = field(default_factory=list)
    free: list[Contact] = field(default_factory=list)
    """At a domain that the public shares, of a company elsewhere."""
    dotted: list[Contact] = field(default_factory=list)
    """At Gmail, which sees no dots."""
    yandex: list[Contact] = field(default_factory=list)
    proton: list[Contact] = field(default_factory=list)
    apple: list[Contact] = field(default_factory=list)
    twins: list[tuple[Contact, Contact]] = field(default_factory=list)
    """Two at one address, colleagues."""
    strangers_sharing: list[tuple[Contact, Contact]] = field(default_factory=list)
    """Two at one address, of different companies."""
    consultants: list[Contact] = field(default_factory=list)
    """Of two companies; the second address is at the second one's domain."""
    desks: list[Contact] = field(default_factory=list)
    """Contacts whose address is that of an office."""
    tagged: list[tuple[Contact, Contact]] = field(default_factory=list)
    """Two at one mailbox, told apart by what stands behind the plus."""
    elsewhere: list[tuple[Contact, Company]] = field(default_factory=list)
    """Whose address is at the domain of another company than theirs, and that company."""
    alone: list[Contact] = field(default_factory=list)
    """Of no company, at domains that the public shares."""
    unattached: list[tuple[Contact, Company]] = field(default_factory=list)
    """Of no company as far as is known, and the company whose domain their address has."""
    by_post: list[Company] = field(default_factory=list)
    """Known by an address at a domain that the public shares."""
    below_suffixes: list[Company] = field(default_factory=list)
    """Below suffixes with several labels."""
    international: list[Contact] = field(default_factory=list)
    merged: list[tuple[Contact, Contact]] = field(default_factory=list)
    """Who stays, and who went into them."""
    companies: list[Company] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    """All, but the second of each two at one address."""
    records: dict[str, list[Record]] = field(default_factory=dict)
    missing: dict[str, list[str]] = field(default_factory=dict)
    """Numbers that look like those of records, and are none's."""

    def company(self, name: str) -> Company:
        """Return the company of that name."""
        return next(each for each in self.companies if each.name == name)


def world(seed: int) -> World:
    """Return the world of a seed."""
    made = World()
    _Maker(random.Random(seed), made).make()
    return made


class _Maker:
    def __init__(self, rng: random.Random, made: World) -> None:
        self._made = made
        people = [(first, last) for first in FIRST_NAMES for last in LAST_NAMES]
        firms = [(place, trade) for place in PLACES for trade in TRADES]
        rng.shuffle(people)
        rng.shuffle(firms)
        self._people, self._firms, self._rng = iter(people), iter(firms), rng

    def make(self) -> None:
        """Fill the world."""
        for _ in range(40):
            firm = self._company()
            self._made.customers += [self._contact(firm) for _ in range(3)]
        for number in range(6):
            name = self._word()
            domains = (f"{name}.example", f"{name}.test", f"{name}-group.example")
            self._made.many_domains.append(self._company(domains[: 2 + number % 2]))
        self._make_spellings()
        self._make_sharers()
        self._make_companies()
        for _ in range(6):
            firm = self._company()
            self._made.merged.append((self._contact(firm), self._contact(firm, "yahoo.com")))
        self._make_traps()
        self._make_records()

    def _make_spellings(self) -> None:
        made = self._made
        for number in range(15):
            firm = self._any_company()
            made.free.append(self._contact(firm, FREE[number % len(FREE)]))
        made.dotted = [self._contact(self._any_company(), "gmail.com") for _ in range(5)]
        made.yandex = [self._contact(self._any_company(), "yandex.ru") for _ in range(4)]
        made.proton = [self._contact(self._any_company(), "proton.me") for _ in range(4)]
        made.apple = [self._contact(self._any_company(), "icloud.com") for _ in range(4)]
        for place in (
            "bücher",
            "café-paris",
            "завод",
            "straße",
        ):
            firm = self._company((f"{place}.example",))
            made.international.append(self._contact(firm))

    def _make_sharers(self) -> None:
        made = self._made
        for _ in range(5):
            firm = self._company()
            first, second = self._contact(firm), self._contact(firm, is_listed=False)
            made.twins.append((first, replace(second, emails=first.emails)))
            first = self._contact(self._any_company(), "gmx.de")
            second = self._contact(self._company(), is_listed=False)
            made.strangers_sharing.append((first, replace(second, emails=first.emails)))
            made.consultants.append(self._consultant())
            firm = self._company()
            office = Contact(f"Front Desk {firm.name}", (f"info@{firm.domains[0]}",), (firm.name,))
            made.desks.append(self._listed(office))
            agency = self._any_company()
            made.elsewhere.append((self._contact(self._company(), agency.domains[0]), agency))
            firm = self._any_company()
            loose = replace(self._contact(firm, is_listed=False), companies=())
            made.unattached.append((self._listed(loose), firm))
            single = self._contact(firm, FREE[len(made.alone)], is_listed=False)
            made.alone.append(self._listed(replace(single, companies=())))
        for _ in range(3):
            firm = self._company()
            one, other = (self._contact(firm, is_listed=False) for _ in range(2))
            shop = f"@{firm.domains[0]}"
            one = replace(one, emails=(f"shop+orders{shop}",))
            other = replace(other, emails=(f"shop+returns{shop}",))
            made.tagged.append((self._listed(one), self._listed(other)))

    def _make_companies(self) -> None:
        made = self._made
        for domain in FREE[1:5]:
            made.by_post.append(self._company((), (f"{self._word()}@{domain}",)))
        for suffix in ("co.uk", "com.au", "uk.com", "co.jp", "com.br", "onmicrosoft.com"):
            made.below_suffixes.append(self._company((f"{self._word()}.{suffix}",)))

    def _make_traps(self) -> None:
        """Add what people enter by mistake: colleagues, and domains that are nobody's own."""
        own = self._company(("ourfirm.example",))
        sister = self._company(("sister.example", "branches.example"))
        for address, firm in zip(COLLEAGUES, (own, own, own, sister, sister), strict=True):
            contact = self._contact(own, is_listed=False)
            person = replace(contact, emails=(address.lower(),), companies=(firm.name,))
            self._listed(person)
        self._company(("gmail.com",))
        self._company(("co.uk",))

    def _make_records(self) -> None:
        numbers = {
            "invoice": [f"INV-{number}" for number in self._rng.sample(range(2000, 9999), 130)],
            "deal": [f"D-{number}" for number in self._rng.sample(range(10000, 99999), 70)],
            "order": [f"45{number:08d}" for number in self._rng.sample(range(10**8), 60)],
        }
        for type_, all_ in numbers.items():
            there = len(all_) * 2 // 3
            places = iter(PLACES * 9)
            self._made.records[type_] = [
                Record(type_, number, f"{type_.title()} {next(places)}") for number in all_[:there]
            ]
            self._made.missing[type_] = all_[there:]

    def _consultant(self) -> Contact:
        one, other = self._company(), self._company()
        contact = self._contact(one, "outlook.com", is_listed=False)
        emails = (contact.email, f"{_local(contact.name)}@{other.domains[0]}")
        return self._listed(replace(contact, emails=emails, companies=(one.name, other.name)))

    def _company(
        self, domains: tuple[str, ...] | None = None, emails: tuple[str, ...] = ()
    ) -> Company:
        place, trade = next(self._firms)
        name = f"{place} {trade}"
        own = (f"{place}-{trade}.example".lower(),) if domains is None else domains
        company = Company(name, own, emails)
        self._made.companies.append(company)
        return company

    def _any_company(self) -> Company:
        return self._rng.choice(self._made.companies[:40])

    def _word(self) -> str:
        """Return a word that no other company has in its domain."""
        return "-".join(next(self._firms)).lower()

    def _contact(
        self, company: Company, domain: str | None = None, *, is_listed: bool = True
    ) -> Contact:
        first, last = next(self._people)
        name = f"{first} {last}"
        email = f"{_local(name)}@{domain or company.domains[0]}"
        contact = Contact(name, (email,), (company.name,))
        return self._listed(contact) if is_listed else contact

    def _listed(self, contact: Contact) -> Contact:
        self._made.contacts.append(contact)
        return contact


def united(contacts: Iterable[Contact]) -> Truth:
    """Return what mail with all of them is linked to."""
    truth = Truth()
    for contact in contacts:
        truth |= contact.truth
    return truth


def _local(name: str) -> str:
    return ascii_name(name).lower().replace(" ", ".")
