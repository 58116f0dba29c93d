"""Companies as files declare them."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from mailctl.core.apply.declared_fields import DeclaredFields
from mailctl.core.apply.kinds import (
    Compared,
    Described,
    Fitting,
    Kind,
    Manner,
    Sole,
    Wanted,
    only,
    without_empty,
)
from mailctl.core.apply.losses import of_company
from mailctl.core.contacts.changes import Change, changed_company
from mailctl.core.contacts.contacts import add_company, remove_company, set_company
from mailctl.core.contacts.options import fit, option
from mailctl.core.services import Services
from mailctl.domain.contacts import Company, CompanyId, OptionKind
from mailctl.domain.declarations import Mistake
from mailctl.errors import NameAmbiguous
from mailctl.resolve.addresses import normal_domain
from mailctl.store import companies
from mailctl.store.connection import Reading

SECTION = "companies"
_OPTIONS = {
    "emails": OptionKind.EMAIL,
    "phones": OptionKind.PHONE,
    "webs": OptionKind.WEB,
    "socials": OptionKind.SOCIAL,
    "addresses": OptionKind.ADDRESS,
}
Lists = Mapping[str, tuple[str, ...]]


def _read(fields: DeclaredFields, manner: Manner) -> Iterator[Wanted]:
    name = fields.required("name", lambda text: fit(text, "a name"))
    lists = {
        "domains": fields.texts("domains", normal_domain),
        "tags": fields.texts("tags", lambda text: fit(text, "a tag")),
        **{key: fields.texts(key, _checked(kind, manner.region)) for key, kind in _OPTIONS.items()},
    }
    owner = fields.text("owner", lambda text: fit(text, "an owner"))
    if not fields.close() or name is None:
        return
    said = {key: texts for key, texts in lists.items() if texts is not None}

    def compared(tx: Reading, manner: Manner) -> Compared:
        return _compared(tx, name, said, owner=owner, region=manner.region)

    yield Wanted(SECTION, name, fields.spot, compared)


def _checked(kind: OptionKind, region: str | None) -> Callable[[str], str]:
    def check(text: str) -> str:
        if kind is not OptionKind.PHONE:  # that which is there may be none; see _compared
            option(kind, text, region=region)
        return text

    return check


def _compared(
    tx: Reading, name: str, said: Lists, *, owner: str | None, region: str | None
) -> Compared:
    found = companies.by_names(tx, [name]).get(name, ())
    if len(found) > 1:
        raise NameAmbiguous(f"several companies are called {name}", hint="merge or rename them")
    was = found[0] if found else None
    before = None if was is None else _described(was)
    changes = [Change("name", "=", name)]
    if owner is not None:
        changes.append(Change("owner", "=", owner))
    for key, texts in said.items():
        if before is None or list(texts) != before.get(key, []):
            changes += _changes(key, texts)
    blank = Company(CompanyId(""), name)
    after = _described(changed_company(was or blank, changes, region=region))
    if was is None:
        return Compared(None, after, only(lambda s: add_company(s, changes, region=region)))
    work = only(lambda services: set_company(services, was.id, changes, region=region))
    return Compared(before, after, work)


def _changes(key: str, texts: tuple[str, ...]) -> list[Change]:
    if key not in _OPTIONS:
        return [Change(key, "=", ",".join(texts))]
    first, *others = texts or ("",)
    kind = str(_OPTIONS[key])
    return [Change(kind, "=", first), *(Change(kind, "+=", each) for each in others)]


def _described(company: Company) -> Described:
    return without_empty(
        {
            "name": company.name,
            "domains": list(company.domains),
            **{key: _written(company, kind) for key, kind in _OPTIONS.items()},
            "owner": company.owner,
            "tags": list(company.tags),
        }
    )


def _written(company: Company, kind: OptionKind) -> list[str]:
    """Return the options of a kind as `option` reads them."""
    return [
        each.value
        + (f" ext. {each.ext}" if each.ext else "")
        + (f"|{each.type}" if each.type else "")
        for each in company.options
        if each.kind is kind
    ]


def _misfits(tx: Reading, fitting: Sequence[Fitting], manner: Manner) -> Iterator[Mistake]:
    """Yield the companies that have a domain which another has, and keeps."""
    declared = [(wanted, after) for wanted, after in fitting if wanted.section == SECTION]
    names = {wanted.name for wanted, _ in declared}
    # what is pruned gives its domains away
    stay = () if manner.prunes else (each for each in companies.all_(tx) if each.name not in names)
    owners = {domain: each.name for each in stay for domain in each.domains}
    for wanted, after in declared:
        domains = after.get("domains")
        for domain in domains if isinstance(domains, list) else ():
            owner = owners.setdefault(domain, wanted.name)
            if owner.casefold() != wanted.name.casefold():
                said = f"the domain {domain} is of the company {owner} already"
                yield Mistake(wanted.spot, said, "one domain is of one company")


def _without_domains(services: Services, name: str) -> Company:
    return set_company(services, name, [Change("domains", "=", "")], region=None)


COMPANIES = Kind(
    SECTION,
    "company",
    _read,
    lambda tx, name: bool(companies.by_names(tx, [name])),
    lambda tx: map(_described, companies.all_(tx)),
    lambda services, name, is_sure: remove_company(services, name, is_sure=is_sure),
    losses=of_company,
    sole=Sole("domains", _without_domains),
    batch=500,
    misfits=_misfits,
)
