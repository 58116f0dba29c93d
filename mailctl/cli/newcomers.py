"""contact proposals, accept, decline: who takes part in mail and is no contact yet."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.domain.settings import Proposing
from mailctl.errors import BadUsage
from mailctl.output.views.contacts import CONTACT, PROPOSED

commands = Noun("")


@commands.verb(
    "proposals",
    "mailctl contact proposals",
    "mailctl contact proposals --policy sent -o ndjson | jq -r .address",
    lists=PROPOSED,
)
def proposals(
    ctx: typer.Context,
    policy: Annotated[
        Proposing | None,
        typer.Option("--policy", help="Instead of what each account has: none, sent, all."),
    ] = None,
) -> None:
    """List who takes part in mail and could be a contact, those with most mail first.

    Each account says whom it proposes: `mailctl account set ADDRESS create-contacts=sent` (those to
    whom its owner wrote), `all`, or `none`, which is the default. Colleagues, offices (info@) and
    machines (no-reply@) are left out.
    """
    from mailctl.core.contacts.newcomers import proposed

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.list(PROPOSED, proposed(tx, policy))


@commands.verb(
    "accept",
    "mailctl contact accept ada@acme.example",
    "mailctl contact accept --all",
    lists=CONTACT,
)
def accept(
    ctx: typer.Context,
    addresses: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ADDRESS]...", help="Addresses that contact proposals lists."),
    ] = None,
    everybody: Annotated[
        bool, typer.Option("--all", help="Everybody whom `contact proposals` lists.")
    ] = False,
) -> None:
    """Make contacts of those proposed, and link their mail. Exit 7 for whom nobody proposes."""
    from mailctl.core.contacts.newcomers import accept as accepted

    app: App = ctx.obj
    if bool(addresses) is everybody:
        raise BadUsage("say whom", hint="name addresses, or --all")
    app.printer.list(CONTACT, accepted(app.services, addresses or (), everybody=everybody))


@commands.verb("decline", "mailctl contact decline pizza@delivery.example", lists=PROPOSED)
def decline(
    ctx: typer.Context,
    addresses: Annotated[
        list[str],
        typer.Argument(metavar="ADDRESS...", help="Addresses that contact proposals lists."),
    ],
) -> None:
    """Never propose these again. Exit 7 for whom nobody proposes."""
    from mailctl.core.contacts.newcomers import decline as declined

    app: App = ctx.obj
    app.printer.list(PROPOSED, declined(app.services, addresses))
