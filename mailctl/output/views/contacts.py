"""People and organisations as results."""

from typing import TYPE_CHECKING

from mailctl.domain.contacts import OptionKind
from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.contacts.newcomers import ProposedContact
    from mailctl.core.import_reports import ImportReport
    from mailctl.domain.contacts import CommunicationOption, Company, Contact


def _option(each: "CommunicationOption") -> dict[str, object]:
    return {"value": each.value, "type": each.type or None, "ext": each.ext or None}


def _options(whose: "Contact | Company", kind: OptionKind) -> list[dict[str, object]]:
    return [_option(each) for each in whose.options if each.kind is kind]


CONTACT: "View[Contact]" = View(
    {
        "id": lambda c: c.id,
        "name": lambda c: c.name,
        "job_title": lambda c: c.job_title,
        "department": lambda c: c.department,
        "companies": lambda c: [
            {"id": company, "name": name}
            for company, name in zip(c.companies, c.company_names, strict=True)
        ],
        "emails": lambda c: _options(c, OptionKind.EMAIL),
        "phones": lambda c: _options(c, OptionKind.PHONE),
        "webs": lambda c: _options(c, OptionKind.WEB),
        "socials": lambda c: _options(c, OptionKind.SOCIAL),
        "addresses": lambda c: _options(c, OptionKind.ADDRESS),
        "owner": lambda c: c.owner,
        "source": lambda c: c.source,
        "tags": lambda c: c.tags,
        "created_at": lambda c: c.created_at,
        "changed_at": lambda c: c.changed_at,
        "email": lambda c: next(iter(c.values(OptionKind.EMAIL)), None),
        "company": lambda c: next(iter(c.company_names), None),
    },
    table=("id", "name", "email", "company", "job_title"),
    nothing="no contacts found",
)

PROPOSED: "View[ProposedContact]" = View(
    {
        "address": lambda p: p.address,
        "name": lambda p: p.name,
        "company": lambda p: (
            None if p.company is None else {"id": p.company.id, "name": p.company.name}
        ),
        "messages": lambda p: p.newcomer.messages,
        "last_at": lambda p: p.newcomer.last_at,
    },
    nothing="nobody is proposed",
)

COMPANY: "View[Company]" = View(
    {
        "id": lambda c: c.id,
        "name": lambda c: c.name,
        "domains": lambda c: c.domains,
        "emails": lambda c: _options(c, OptionKind.EMAIL),
        "phones": lambda c: _options(c, OptionKind.PHONE),
        "webs": lambda c: _options(c, OptionKind.WEB),
        "socials": lambda c: _options(c, OptionKind.SOCIAL),
        "addresses": lambda c: _options(c, OptionKind.ADDRESS),
        "owner": lambda c: c.owner,
        "source": lambda c: c.source,
        "tags": lambda c: c.tags,
        "created_at": lambda c: c.created_at,
        "changed_at": lambda c: c.changed_at,
    },
    table=("id", "name", "domains"),
    nothing="no companies found",
)


def _joined(whose: "Contact | Company", kind: OptionKind) -> str:
    found = (each for each in whose.options if each.kind is kind)
    return "; ".join(
        " ".join(each.value.replace(";", ",").split())
        + (f" ext {each.ext}" if each.ext else "")
        + (f"|{each.type}" if each.type else "")
        for each in found
    )


SHEET: "View[Contact]" = View(
    {
        "id": lambda c: c.id,
        "name": lambda c: c.name,
        "job_title": lambda c: c.job_title,
        "department": lambda c: c.department,
        "companies": lambda c: "; ".join(name.replace(";", ",") for name in c.company_names),
        "emails": lambda c: _joined(c, OptionKind.EMAIL),
        "phones": lambda c: _joined(c, OptionKind.PHONE),
        "webs": lambda c: _joined(c, OptionKind.WEB),
        "socials": lambda c: _joined(c, OptionKind.SOCIAL),
        "addresses": lambda c: _joined(c, OptionKind.ADDRESS),
        "owner": lambda c: c.owner or "",
        "tags": lambda c: "; ".join(c.tags),
    },
    table=("name", "emails"),
)

COMPANY_SHEET: "View[Company]" = View(
    {
        "id": lambda c: c.id,
        "name": lambda c: c.name,
        "domains": lambda c: "; ".join(c.domains),
        "emails": lambda c: _joined(c, OptionKind.EMAIL),
        "phones": lambda c: _joined(c, OptionKind.PHONE),
        "webs": lambda c: _joined(c, OptionKind.WEB),
        "socials": lambda c: _joined(c, OptionKind.SOCIAL),
        "addresses": lambda c: _joined(c, OptionKind.ADDRESS),
        "owner": lambda c: c.owner or "",
        "tags": lambda c: "; ".join(c.tags),
    },
    table=("name", "domains"),
)

IMPORT_REPORT: "View[ImportReport]" = View(
    {
        "created": lambda r: r.created,
        "updated": lambda r: r.updated,
        "unchanged": lambda r: r.unchanged,
        "failed": lambda r: r.failed,
        "errors": lambda r: [{"line": e.line, "message": e.message} for e in r.errors],
        "is_dry_run": lambda r: r.is_dry,
    }
)
