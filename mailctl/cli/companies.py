"""company: organisations, and the domains by which their mail is recognised."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import contact_options as o
from mailctl.cli.commands import Noun
from mailctl.cli.contact_files import company_commands as company_files
from mailctl.cli.merging import company_commands
from mailctl.cli.timelines import company_commands as company_timelines
from mailctl.output.views.contacts import COMPANY

commands = Noun("Keep organisations, and the domains of their mail.")
commands.include(company_commands)
commands.include(company_timelines)
commands.include(company_files)
Named = Annotated[str, typer.Argument(metavar="COMPANY", help="Its id, a domain, or its name.")]


@commands.verb(
    "add", "mailctl company add --name Acme --domain acme.example --domain acme.test", view=COMPANY
)
def add(
    ctx: typer.Context,
    name: o.Name = None,
    domain: Annotated[
        list[str] | None, typer.Option("--domain", help="Mail from there is its own.")
    ] = None,
    email: o.Email = None,
    phone: o.Phone = None,
    web: o.Web = None,
    social: o.Social = None,
    address: o.Place = None,
    owner: o.Owner = None,
    tag: o.Tag = None,
    region: o.Region = None,
) -> None:
    """Store a new company. Exit 9 where its name or a domain is taken."""
    from mailctl.core.contacts import contacts

    app: App = ctx.obj
    changes = o.described(
        {
            "name": name,
            "owner": owner,
            "domain": domain,
            "email": email,
            "phone": phone,
            "web": web,
            "social": social,
            "address": address,
            "tag": tag,
        }
    )
    made = contacts.add_company(app.services, changes, region=o.region_of(app, region))
    app.printer.one(COMPANY, made)


@commands.verb("list", "mailctl company list acme", lists=COMPANY)
def list_(
    ctx: typer.Context,
    words: Annotated[str | None, typer.Argument(help="What stands in a name or a domain.")] = None,
    tag: Annotated[str | None, typer.Option("--tag", help="Only with this tag.")] = None,
) -> None:
    """List companies by name."""
    from mailctl.core.contacts.contacts import listed_companies

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.list(COMPANY, listed_companies(tx, words=words, tag=tag))


@commands.verb("show", "mailctl company show acme.example", view=COMPANY)
def show(ctx: typer.Context, company: Named) -> None:
    """Show a company."""
    from mailctl.core.contacts.contacts import company_named

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.one(COMPANY, company_named(tx, company))


@commands.verb(
    "set", "mailctl company set acme.example domain+=acme.org tags+=customer", view=COMPANY
)
def set_(
    ctx: typer.Context,
    company: Named,
    changes: Annotated[
        list[str], typer.Argument(metavar="KEY=VALUE...", help="KEY=VALUE, KEY+=VALUE, KEY-=VALUE.")
    ],
    region: o.Region = None,
) -> None:
    """Change a company: name, domain, email, phone, web, social, address, owner, tags."""
    from mailctl.core.contacts import contacts
    from mailctl.core.contacts.changes import parsed

    app: App = ctx.obj
    region = o.region_of(app, region)
    app.printer.one(
        COMPANY, contacts.set_company(app.services, company, parsed(changes), region=region)
    )


@commands.verb("remove", "mailctl company remove acme.example --yes", view=COMPANY)
def remove(ctx: typer.Context, company: Named, yes: o.Yes = False) -> None:
    """Forget a company; its people stay. Exit 8 where some belong to it, and nobody is sure."""
    from mailctl.core.contacts import contacts

    app: App = ctx.obj
    app.printer.one(COMPANY, contacts.remove_company(app.services, company, is_sure=yes))
