"""contact: people, and the ways in which they are reached."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import contact_options as o
from mailctl.cli import newcomers
from mailctl.cli.commands import Noun
from mailctl.cli.contact_files import contact_commands as contact_files
from mailctl.cli.merging import contact_commands
from mailctl.cli.timelines import contact_commands as contact_timelines
from mailctl.output.views.contacts import CONTACT

commands = Noun("Keep people, and the ways in which they are reached.")
commands.include(contact_commands)
commands.include(contact_timelines)
commands.include(newcomers.commands)
commands.include(contact_files)
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
    from mailctl.core.contacts import contacts

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
    from mailctl.core.contacts.contacts import listed_contacts
    from mailctl.core.contacts.staleness import silent_since
    from mailctl.domain.periods import parse_since

    app: App = ctx.obj
    since = None if stale is None else parse_since(stale, app.services.now())
    with app.store.reading() as tx:
        found = listed_contacts(tx, words=words, company=company, owner=owner, tag=tag)
        app.printer.list(CONTACT, found if since is None else silent_since(tx, found, since))


@commands.verb("show", "mailctl contact show ada@acme.example", view=CONTACT)
def show(ctx: typer.Context, contact: Named) -> None:
    """Show a contact."""
    from mailctl.core.contacts.contacts import contact_named

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
    from mailctl.core.contacts import contacts
    from mailctl.core.contacts.changes import parsed

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
    from mailctl.core.contacts import contacts

    app: App = ctx.obj
    confirmed(app, f"Contacts to be forgotten: {len(names)}. Go on?", is_sure=yes)
    app.printer.list(CONTACT, contacts.remove_contacts(app.services, names))
