"""contact and company merge, unmerge: those who are one become one, and are taken apart again."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.output.views.merging import MERGED

contact_commands = Noun("")
company_commands = Noun("")
Merge = Annotated[
    str,
    typer.Argument(
        metavar="MERGE", help="Its id (mrg_…), or who had a part in it: their newest merge."
    ),
]


@contact_commands.verb(
    "merge",
    "mailctl contact merge ada@acme.example con_0123456789",
    "mailctl contact merge con_0123456789 con_9876543210 'Ada L.'",
    view=MERGED,
)
def merge_contacts(
    ctx: typer.Context,
    kept: Annotated[str, typer.Argument(metavar="CONTACT", help="Who stays, and keeps the id.")],
    others: Annotated[
        list[str], typer.Argument(metavar="OTHER...", help="Who goes into the first.")
    ],
) -> None:
    """Unite contacts who are one person.

    The first keeps what it has and gets what it lacks; the ids of the others lead to it. `unmerge`
    takes it back.
    """
    from mailctl.core.contacts.merging import merge_contacts as merge

    app: App = ctx.obj
    app.printer.one(MERGED, merge(app.services, [kept, *others]))


@contact_commands.verb("unmerge", "mailctl contact unmerge ada@acme.example", view=MERGED)
def unmerge_contacts(ctx: typer.Context, merge: Merge) -> None:
    """Take united contacts apart: those who went are there as before.

    Who stayed loses what came from them, but what was changed since stays. Exit 9 where it is
    undone already, or who stayed was removed or went into another since.
    """
    from mailctl.core.contacts.merging import part_contacts

    app: App = ctx.obj
    app.printer.one(MERGED, part_contacts(app.services, merge.strip()))


@company_commands.verb(
    "merge", "mailctl company merge acme.example 'Acme Ltd' com_0123456789", view=MERGED
)
def merge_companies(
    ctx: typer.Context,
    kept: Annotated[str, typer.Argument(metavar="COMPANY", help="Which stays, and keeps the id.")],
    others: Annotated[
        list[str], typer.Argument(metavar="OTHER...", help="Which go into the first.")
    ],
) -> None:
    """Unite companies that are one; people and domains of the others are the first one's.

    The first keeps what it has and gets what it lacks; the ids of the others lead to it. `unmerge`
    takes it back.
    """
    from mailctl.core.contacts.merging import merge_companies as merge

    app: App = ctx.obj
    app.printer.one(MERGED, merge(app.services, [kept, *others]))


@company_commands.verb("unmerge", "mailctl company unmerge acme.example", view=MERGED)
def unmerge_companies(ctx: typer.Context, merge: Merge) -> None:
    """Take united companies apart: those that went are there as before, with their people.

    The one that stayed loses what came from them, but what was changed since stays. Exit 9 where
    it is undone already, or the one that stayed was removed or went into another since.
    """
    from mailctl.core.contacts.merging import part_companies

    app: App = ctx.obj
    app.printer.one(MERGED, part_companies(app.services, merge.strip()))
