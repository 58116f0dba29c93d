"""Contacts taken over from files: each row once, however often the file comes."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from mailctl.core.contacts.options import fit, options_of
from mailctl.core.contacts.rows import ContactRow
from mailctl.core.import_reports import ImportReport, Undone, batches
from mailctl.core.linking.settling import settled
from mailctl.core.services import Services
from mailctl.domain.contacts import (
    CommunicationOption,
    Company,
    CompanyId,
    Contact,
    ContactId,
    OptionKind,
    united,
)
from mailctl.errors import BadUsage
from mailctl.store import companies, contacts
from mailctl.store.connection import Writing


@settled
def import_contacts(
    services: Services,
    rows: Iterable[ContactRow],
    *,
    source: str,
    region: str | None,
    is_dry: bool,
) -> ImportReport:
    """Store what rows say, batch by batch; a killed import leaves whole batches.

    A row is the contact of its id, else of one of its e-mail addresses, else a new one. What
    it says replaces what we had, but options, companies and tags are added. Companies are
    known by their names, and made where there is none.
    """
    report = ImportReport(is_dry=is_dry)
    for batch in batches(rows):
        with suppress(Undone), services.store.writing(durable=True) as tx:
            _Batch(services, tx, report, source, region).store(batch)
            if is_dry:
                raise Undone
    return report


@dataclass
class _Batch:
    services: Services
    tx: Writing
    report: ImportReport
    source: str
    region: str | None
    _companies: dict[str, CompanyId] = field(default_factory=dict)

    def store(self, rows: Sequence[ContactRow]) -> None:
        read = [(row, options) for row in rows if (options := self._options(row)) is not None]
        known = contacts.by_ids(self.tx, {row.id for row, _ in read if row.id})
        keys = {o.key for _, options in read for o in options if o.kind is OptionKind.EMAIL}
        by_email = dict(contacts.by_keys(self.tx, OptionKind.EMAIL, keys))
        for row, options in read:
            emails = [o.key for o in options if o.kind is OptionKind.EMAIL]
            found = _of_id(known, row)
            if not found:
                twins = {each.id: each for key in emails for each in by_email.get(key, ())}
                found = list(twins.values())
            if len(found) > 1:
                ids = ", ".join(each.id for each in found)
                self.report.leave_out(row.line, f"it may be several contacts: {ids}")
                continue
            try:
                stored = self._stored(row, options, found[0] if found else None)
            except BadUsage as error:
                self.report.leave_out(row.line, error.sentence)
                continue
            known[stored.id] = stored
            for key in stored.emails:
                others = [each for each in by_email.get(key, ()) if each.id != stored.id]
                by_email[key] = (*others, stored)

    def _options(self, row: ContactRow) -> list[CommunicationOption] | None:
        """Return what a row says of ways to reach somebody, None where nothing is to be made."""
        if row.trouble is not None:
            self.report.leave_out(row.line, row.trouble)
            return None
        try:
            return options_of(row.options, region=self.region)
        except BadUsage as error:
            self.report.leave_out(row.line, error.sentence)
            return None

    def _stored(
        self, row: ContactRow, options: Sequence[CommunicationOption], was: Contact | None
    ) -> Contact:
        blank = Contact(ContactId(self.services.new_id("con")), "", source=self.source)
        before = was or blank
        name = fit(row.name, "a name") if row.name else before.name
        if not name:
            name = next((each.value for each in options), "")
        if not name:
            raise BadUsage("the row has neither a name nor a way to reach somebody")
        own = [self._company(fit(each, "a company")) for each in row.companies if each.strip()]
        after = replace(
            before,
            name=name,
            job_title=fit(row.job_title, "a job title") if row.job_title else before.job_title,
            department=fit(row.department, "a department") if row.department else before.department,
            owner=fit(row.owner, "an owner") if row.owner else before.owner,
            companies=tuple(dict.fromkeys((*before.companies, *own))),
            tags=tuple(dict.fromkeys((*before.tags, *(fit(t, "a tag") for t in row.tags)))),
            options=united(before.options, options),
        )
        if was is None:
            contacts.add(self.tx, [after], at=self.services.now())
            self.report.created += 1
        elif after != was:
            contacts.update(self.tx, after, at=self.services.now())
            self.report.updated += 1
        else:
            self.report.unchanged += 1
        return after

    def _company(self, name: str) -> CompanyId:
        key = name.casefold()
        if key not in self._companies:
            found = companies.by_names(self.tx, [name]).get(name, ())
            if found:
                self._companies[key] = found[0].id
            else:
                made = Company(CompanyId(self.services.new_id("com")), name, source=self.source)
                companies.add(self.tx, made, at=self.services.now())
                self._companies[key] = made.id
        return self._companies[key]


def _of_id(known: Mapping[str, Contact], row: ContactRow) -> list[Contact]:
    """Return the contact of a row's id; of one that was given up in a merge, who was kept.

    Who was kept then keeps what is theirs, as in the merge: the row tells of the other.
    """
    if row.id not in known:
        return []
    found = known.get(known[row.id].id, known[row.id])  # as rows before this one made it
    if found.id != row.id:
        for name in ("name", "job_title", "department", "owner"):
            if getattr(found, name):
                setattr(row, name, "")
    return [found]
