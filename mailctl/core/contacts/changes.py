"""What a person says of a contact or a company, as KEY=VALUE, and the thing after it."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from mailctl.core.contacts.options import fit, option
from mailctl.domain.contacts import (
    CommunicationOption,
    Company,
    CompanyId,
    Contact,
    OptionKind,
)
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import normal_domain

_WRITTEN = re.compile(r"([a-z]+(?:[_-][a-z]+)*)\s*(\+|-)?=(.*)\Z", re.DOTALL | re.IGNORECASE)
_CONTACT_TEXTS = {"name": "name", "job-title": "job_title", "department": "department"}
_COMPANY_TEXTS = {"name": "name"}
_Thing = TypeVar("_Thing", Contact, Company)
_Value = TypeVar("_Value")
Options = tuple[CommunicationOption, ...]
FindCompany = Callable[[str], CompanyId]


@dataclass(frozen=True)
class Change:
    """A key, `=`, `+=` or `-=`, and a value; empty takes a text away."""

    key: str
    operator: str
    value: str


def parsed(changes: Iterable[str]) -> list[Change]:
    """Return the changes that are written KEY=VALUE, KEY+=VALUE, KEY-=VALUE. Raises BadUsage."""
    found = []
    for text in changes:
        written = _WRITTEN.match(text.strip())
        if written is None:
            raise BadUsage(
                f"{text!r} is no change", hint="write KEY=VALUE, e.g. job-title=Boss or email+=A@B"
            )
        key = written[1].lower().replace("_", "-")
        found.append(Change(key, f"{written[2] or ''}=", written[3]))
    return found


def changed_contact(
    contact: Contact, changes: Iterable[Change], *, company: FindCompany, region: str | None
) -> Contact:
    """Return a contact after changes. Raises BadUsage, and what `company` does."""
    for change in changes:
        if change.key in {"company", "companies"}:
            ids = [company(change.value)] if change.value.strip() else []
            contact = replace(contact, companies=_listed(contact.companies, change, ids))
        else:
            contact = _changed(contact, change, _CONTACT_TEXTS, region=region)
    return contact


def changed_company(company: Company, changes: Iterable[Change], *, region: str | None) -> Company:
    """Return a company after changes. Raises BadUsage."""
    for change in changes:
        if change.key in {"domain", "domains"}:
            domains = [normal_domain(word) for word in _words(change.value)]
            company = replace(company, domains=_listed(company.domains, change, domains))
        else:
            company = _changed(company, change, _COMPANY_TEXTS, region=region)
    return company


def _changed(thing: _Thing, change: Change, texts: dict[str, str], *, region: str | None) -> _Thing:
    kind = next((k for k in OptionKind if change.key in {k, f"{k}s", f"{k}es"}), None)
    if kind is not None:
        return _reached(thing, change, kind, region=region)
    if change.key in {"tag", "tags"}:
        tags = [fit(word, "a tag") for word in _words(change.value)]
        return replace(thing, tags=_listed(thing.tags, change, tags))
    if change.operator != "=":
        _known(change.key, texts)
        raise BadUsage(f"{change.key} is one value, not a list", hint=f"write {change.key}=VALUE")
    if change.key == "owner":
        return replace(thing, owner=fit(change.value, "an owner") if change.value else None)
    attribute = _known(change.key, texts)
    text = fit(change.value, change.key) if change.value.strip() else ""
    if attribute == "name" and not text:
        raise BadUsage("a name is not empty")
    values: dict[str, Any] = {attribute: text}
    return replace(thing, **values)


def _known(key: str, texts: dict[str, str]) -> str:
    if key in texts:
        return texts[key]
    known = [*texts, "owner", "tags", *OptionKind]
    raise BadUsage(f"{key} is no field of it", hint=f"choose one of {', '.join(known)}")


def _reached(thing: _Thing, change: Change, kind: OptionKind, *, region: str | None) -> _Thing:
    given = [option(kind, change.value, region=region)] if change.value.strip() else []
    return replace(thing, options=_options_after(thing.options, kind, change.operator, given))


def _options_after(
    before: Options, kind: OptionKind, operator: str, given: Sequence[CommunicationOption]
) -> Options:
    others = [each for each in before if each.kind is not kind]
    keys = {each.key for each in given}
    own = [each for each in before if each.kind is kind and each.key not in keys]
    match operator:
        case "+=":
            return (*own, *given, *others)
        case "-=":
            return (*own, *others)
        case _:
            return (*given, *others)


def _listed(
    before: Sequence[_Value], change: Change, given: Sequence[_Value]
) -> tuple[_Value, ...]:
    match change.operator:
        case "+=":
            return tuple(dict.fromkeys((*before, *given)))
        case "-=":
            return tuple(each for each in before if each not in given)
        case _:
            return tuple(dict.fromkeys(given))


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]
