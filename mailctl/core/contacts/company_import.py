"""Companies taken over from files: each row once, however often the file comes."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace

from mailctl.core.contacts.contacts import refuse_taken
from mailctl.core.contacts.options import fit, options_of
from mailctl.core.contacts.rows import ContactRow
from mailctl.core.import_reports import ImportReport, Undone, batches
from mailctl.core.linking.settling import settled
from mailctl.core.services import Services
from mailctl.domain.contacts import Company, CompanyId, united
from mailctl.errors import BadUsage, Conflict
from mailctl.resolve.addresses import normal_domain
from mailctl.store import companies
from mailctl.store.connection import Writing


@settled
def import_companies(
    services: Services,
    rows: Iterable[ContactRow],
    *,
    source: str,
    region: str | None,
    is_dry: bool,
) -> ImportReport:
    """Store what rows say, batch by batch; a killed import leaves whole batches.

    A row is the company of its id, else of one of its domains, else of its name, else a new one.
    Its name and owner replace what we had; domains, options and tags are added.
    """
    taking = _Taking(services, ImportReport(is_dry=is_dry), source, region)
    for batch in batches(rows):
        with suppress(Undone), services.store.writing(durable=True) as tx:
            for row in batch:
                taking.take(tx, row)
            if is_dry:
                raise Undone
    return taking.report


@dataclass
class _Taking:
    services: Services
    report: ImportReport
    source: str
    region: str | None

    def take(self, tx: Writing, row: ContactRow) -> None:
        """Store one row, or note why it is left out."""
        if row.trouble is not None:
            self.report.leave_out(row.line, row.trouble)
            return
        try:
            self._store(tx, row)
        except (BadUsage, Conflict) as error:
            self.report.leave_out(row.line, error.sentence)

    def _store(self, tx: Writing, row: ContactRow) -> None:
        name = row.name or next((each for each in row.companies if each.strip()), "")
        domains = [normal_domain(each) for each in row.domains]
        was = _known(tx, row.id, name, domains)
        if was and row.id not in {"", was.id}:  # given up in a merge: who was kept stays as it is
            name, row.owner = was.name, was.owner or row.owner
        before = was or Company(CompanyId(self.services.new_id("com")), "", source=self.source)
        name = fit(name, "a name") if name else before.name or next(iter(domains), "")
        if not name:
            raise BadUsage("the row has neither a name nor a domain")
        after = replace(
            before,
            name=name,
            owner=fit(row.owner, "an owner") if row.owner else before.owner,
            domains=tuple(dict.fromkeys((*before.domains, *domains))),
            tags=tuple(dict.fromkeys((*before.tags, *(fit(t, "a tag") for t in row.tags)))),
            options=united(before.options, options_of(row.options, region=self.region)),
        )
        if after == was:
            self.report.unchanged += 1
            return
        refuse_taken(tx, after)
        if was is None:
            companies.add(tx, after, at=self.services.now())
            self.report.created += 1
        else:
            companies.update(tx, after, at=self.services.now())
            self.report.updated += 1


def _known(tx: Writing, id_: str, name: str, domains: list[str]) -> Company | None:
    """Return the company that a row is. Raises BadUsage where it may be several."""
    found = list(companies.by_ids(tx, [id_]).values()) if id_ else []
    if not found:
        owners = companies.by_domains(tx, domains).values()
        found = list({each.id: each for those in owners for each in those}.values())
    if not found and name:
        found = list(companies.by_names(tx, [name.strip()]).get(name.strip(), ()))
    if len(found) > 1:
        raise BadUsage(f"it may be several companies: {', '.join(each.id for each in found)}")
    return found[0] if found else None
