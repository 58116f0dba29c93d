"""People and organisations, and the ways in which they are reached."""

from collections.abc import Iterable
from dataclasses import field, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from mailctl.records import dataclass

ContactId = NewType("ContactId", str)
"""con_…, made by chance."""
CompanyId = NewType("CompanyId", str)
"""com_…, made by chance."""


class OptionKind(StrEnum):
    """What a communication option is."""

    EMAIL = "email"
    PHONE = "phone"
    WEB = "web"
    SOCIAL = "social"
    ADDRESS = "address"


@dataclass(frozen=True)
class CommunicationOption:
    """One way to reach somebody.

    `key` is what is compared: an e-mail in lower case, a phone in E.164, a web address without
    its scheme; two options of one kind and key are the same.
    """

    kind: OptionKind
    value: str
    key: str
    type: str = ""
    """What it is used for, in the words of its source: work, home, mobile, fax."""
    ext: str = ""
    """The extension of a phone."""


@dataclass(frozen=True)
class Company:
    """An organisation; mail is recognised as its own by its domains (A-labels)."""

    id: CompanyId
    name: str
    domains: tuple[str, ...] = ()
    options: tuple[CommunicationOption, ...] = ()
    owner: str | None = None
    source: str = "manual"
    tags: tuple[str, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def emails(self) -> tuple[str, ...]:
        """The keys of its own e-mail addresses."""
        return tuple(o.key for o in self.options if o.kind is OptionKind.EMAIL)


@dataclass(frozen=True)
class Contact:
    """A person. The first company is the main one; consultants have several."""

    id: ContactId
    name: str
    job_title: str = ""
    department: str = ""
    companies: tuple[CompanyId, ...] = ()
    options: tuple[CommunicationOption, ...] = ()
    owner: str | None = None
    source: str = "manual"
    tags: tuple[str, ...] = ()
    created_at: datetime | None = None
    changed_at: datetime | None = None
    company_names: tuple[str, ...] = field(default=())
    """The names of the companies, for people to read."""

    def values(self, kind: OptionKind) -> tuple[str, ...]:
        """Return the values of the options of a kind, the first one first."""
        return tuple(option.value for option in self.options if option.kind is kind)

    @property
    def emails(self) -> tuple[str, ...]:
        """The keys of the e-mail addresses."""
        return tuple(o.key for o in self.options if o.kind is OptionKind.EMAIL)


def united(
    ours: Iterable[CommunicationOption], theirs: Iterable[CommunicationOption]
) -> tuple[CommunicationOption, ...]:
    """Return the options of both, each once; what ours lacks of a type comes from theirs."""
    found = {(option.kind, option.key): option for option in ours}
    for option in theirs:
        known = found.get((option.kind, option.key))
        if known is None:
            found[option.kind, option.key] = option
        elif not known.type or not known.ext:
            found[option.kind, option.key] = replace(
                known, type=known.type or option.type, ext=known.ext or option.ext
            )
    return tuple(found.values())
