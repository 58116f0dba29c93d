"""contact: people, and the ways in which they are reached."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import contact_options as o
from mailctl.cli import newcomers
from mailctl.cli.commands import Noun
from mailctl.cli.merging import contact_commands
from mailctl.cli.timelines import contact_commands as contact_timelines
from mailctl.errors import BadUsage
from mailctl.output.render import Format
from mailctl.output.views.contacts import CONTACT, IMPORT_REPORT, SHEET

commands = Noun("Keep people, and the ways in which they are reached.")
commands.include(contact_commands)
commands.include(contact_timelines)
commands.include(newcomers.commands)
Named = Annotated[str, typer.Argument(metavar="CONTACT", help="Its id, an e-mail, or its name.")]


@commands.verb(
    "add",
    "mailctl contact add --name 'Ada Lovelace' --email ada@acme.example --company acme.example",
    "mailctl contact add --email ben@x.example --phone '+49 30 123456|work' --tag vip",
    view=CONTACT,
)
def add(
    ctx: typer.Context,
    name: o.Name = None,
    email: o.Email = None,
    phone: o.Phone = None,
    job_title: Annotated[str | None, typer.Option("--job-title", help="What they do.")] = None,
    department: Annotated[
        str | None, typer.Option("--department", help="The part of the company.")
    ] = None,
    company: Annotated[
        list[str] | None,
        typer.Option("--company", help="Where they work: a company by id, domain or name."),
    ] = None,
    web: o.Web = None,
    social: o.Social = None,
    address: o.Place = None,
    owner: o.Owner = None,
    tag: o.Tag = None,
    region: o.Region = None,
    allow_duplicate: Annotated[
        bool, typer.Option("--allow-duplicate", help="Also where somebody has that e-mail.")
    ] = False,
) -> None:
    """Store a new contact. Exit 9 where somebody has one of its e-mail addresses."""
    from mailctl.core import contacts

    app: App = ctx.obj
    changes = o.described(
        {
            "name": name,
            "job-title": job_title,
            "department": department,
            "owner": owner,
            "email": email,
            "phone": phone,
            "company": company,
            "web": web,
            "social": social,
            "address": address,
            "tag": tag,
        }
    )
    made = contacts.add_contact(
        app.services, changes, region=o.region_of(app, region), allows_twins=allow_duplicate
    )
    app.printer.one(CONTACT, made)


@commands.verb(
    "list",
    "mailctl contact list --company acme.example",
    "mailctl contact list lovelace -o ndjson | jq -r '.emails[].value'",
    "mailctl contact list --stale 90d --tag vip",
    lists=CONTACT,
)
def list_(
    ctx: typer.Context,
    words: Annotated[
        str | None, typer.Argument(help="What stands in a name, a title, or a way to reach them.")
    ] = None,
    company: Annotated[str | None, typer.Option("--company", help="Only of this company.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Only those of this owner.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only with this tag.")] = None,
    stale: Annotated[
        str | None,
        typer.Option("--stale", help="Only those without mail since then: 90d, a day, all (ever)."),
    ] = None,
) -> None:
    """List contacts by name."""
    from mailctl.core.contacts import listed_contacts
    from mailctl.core.staleness import silent_since
    from mailctl.domain.periods import parse_since

    app: App = ctx.obj
    since = None if stale is None else parse_since(stale, app.services.now())
    with app.store.reading() as tx:
        found = listed_contacts(tx, words=words, company=company, owner=owner, tag=tag)
        app.printer.list(CONTACT, found if since is None else silent_since(tx, found, since))


@commands.verb("show", "mailctl contact show ada@acme.example", view=CONTACT)
def show(ctx: typer.Context, contact: Named) -> None:
    """Show a contact."""
    from mailctl.core.contacts import contact_named

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.one(CONTACT, contact_named(tx, contact))


@commands.verb(
    "set",
    "mailctl contact set ada@acme.example job-title=CTO 'phone+=+49 170 1234567|mobile'",
    "mailctl contact set con_0123456789 company=beta.example tags-=old owner=",
    view=CONTACT,
)
def set_(
    ctx: typer.Context,
    contact: Named,
    changes: Annotated[
        list[str], typer.Argument(metavar="KEY=VALUE...", help="KEY=VALUE, KEY+=VALUE, KEY-=VALUE.")
    ],
    region: o.Region = None,
) -> None:
    """Change a contact: name, job-title, department, company, email, phone, web, social, address,
    owner, tags."""
    from mailctl.core import contacts
    from mailctl.core.contact_changes import parsed

    app: App = ctx.obj
    region = o.region_of(app, region)
    app.printer.one(
        CONTACT, contacts.set_contact(app.services, contact, parsed(changes), region=region)
    )


@commands.verb("remove", "mailctl contact remove ada@acme.example --yes", lists=CONTACT)
def remove(
    ctx: typer.Context,
    names: Annotated[
        list[str], typer.Argument(metavar="CONTACT...", help="Ids, e-mails, or names.")
    ],
    yes: o.Yes = False,
) -> None:
    """Forget contacts; their mail stays."""
    from mailctl.cli.asking import confirmed
    from mailctl.core import contacts

    app: App = ctx.obj
    confirmed(app, f"Contacts to be forgotten: {len(names)}. Go on?", is_sure=yes)
    app.printer.list(CONTACT, contacts.remove_contacts(app.services, names))


@commands.verb(
    "import",
    "mailctl contact import contacts.csv",
    "mailctl contact import addressbook.vcf --dry-run",
    "mailctl contact import - --format ndjson < contacts.ndjson",
    view=IMPORT_REPORT,
)
def import_(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(help="CSV, vCard, JSON or NDJSON; - for standard input.")],
    format_: Annotated[
        str | None, typer.Option("--format", help="csv, vcard, json, ndjson; else by the name.")
    ] = None,
    map_: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="COLUMN=FIELD", help="What a column is: 'E-Mail privat=email'."
        ),
    ] = None,
    encoding: Annotated[
        str | None, typer.Option("--encoding", help="Of the text, where it is not UTF-8 or UTF-16.")
    ] = None,
    region: o.Region = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Tell what it would do.")] = False,
) -> None:
    """Take contacts over from a file; the same file again changes nothing.

    Known by id, then by e-mail. What a row says replaces what was there; ways to reach somebody are
    added. Bad rows are told by their line, and the others taken: exit 3, or 2 where all are bad.
    """
    from mailctl.core.contact_import import import_contacts
    from mailctl.core.contact_rows import rows

    app: App = ctx.obj
    pairs = [each.rpartition("=") for each in map_ or ()]
    if not all(column and field for column, _, field in pairs):
        raise BadUsage("--map takes COLUMN=FIELD", hint="e.g. --map 'E-Mail privat=email'")
    mapping = {column.strip(): field for column, _, field in pairs}
    with rows(file, app.stdin.buffer, form=format_, encoding=encoding, mapping=mapping) as found:
        report = import_contacts(
            app.services,
            found,
            source=f"import:{'stdin' if file == '-' else file.rpartition('/')[2]}",
            region=o.region_of(app, region),
            is_dry=dry_run,
        )
    app.printer.one(IMPORT_REPORT, report)
    for error in report.errors[:10]:
        app.warn(f"line {error.line}: {error.message}")
    raise typer.Exit(int(report.exit_code))


@commands.verb(
    "export",
    "mailctl contact export --format vcard > contacts.vcf",
    "mailctl contact export --format csv --tag vip > vip.csv",
    lists=CONTACT,
)
def export(
    ctx: typer.Context,
    format_: Annotated[
        str | None,
        typer.Option("--format", help="csv, vcard, vcard4, json, ndjson; -o too, csv without."),
    ] = None,
    company: Annotated[str | None, typer.Option("--company", help="Only of this company.")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="Only those of this owner.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only with this tag.")] = None,
) -> None:
    """Write contacts to standard output, as other programs, and `contact import`, read them."""
    from dataclasses import replace

    from mailctl.core.contacts import listed_contacts

    app: App = ctx.obj
    format_ = format_ or app.options.output or "csv"
    if format_ not in {"csv", "vcard", "vcard4", "json", "ndjson"}:
        raise BadUsage(f"{format_!r} is no format", hint="choose csv, vcard, vcard4, json, ndjson")
    with app.store.reading() as tx:
        found = listed_contacts(tx, words=None, company=company, owner=owner, tag=tag)
        if format_.startswith("vcard"):
            from mailctl.core.vcards import vcard

            version = "4.0" if format_ == "vcard4" else "3.0"
            for contact in found:
                app.printer.octets(vcard(contact, version=version).encode())
            return
        app.options = replace(app.options, output=Format(format_))
        app.printer.list(SHEET if format_ == "csv" else CONTACT, found)
