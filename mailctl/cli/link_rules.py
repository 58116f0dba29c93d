"""link rule: which numbers in mail mean which records."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Noun
from mailctl.errors import BadUsage
from mailctl.output.views.links import HITS, RULES

commands = Noun("Say which numbers in mail mean which records.")
Named = Annotated[
    str, typer.Argument(metavar="RULE", help="Its name or id.", autocompletion=offering.link_rules)
]


@commands.verb(
    "add",
    "mailctl link rule add --name invoices --match '(Inv-\\d+)' --to record:invoice",
    "mailctl link rule add --name orders --match 'order no\\. (\\d{6})' --in subject "
    "--to record:order --create",
    view=RULES,
)
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Option("--name", help="What it is called.")],
    match: Annotated[
        str,
        typer.Option(
            "--match",
            help="What is searched for, a regular expression (RE2) of any case; the group called "
            "number, else the first one, is the value.",
        ),
    ],
    to: Annotated[
        str, typer.Option("--to", metavar="record:TYPE", help="The type of the records.")
    ],
    position: Annotated[
        str | None, typer.Option("--position", help="Its turn; the lowest first. Last if not said.")
    ] = None,
    places: Annotated[
        str, typer.Option("--in", help="Where: subject, body, or both.")
    ] = "subject,body",
    by: Annotated[
        str, typer.Option("--by", help="What the value is: number, title, or a field of the type.")
    ] = "number",
    create: Annotated[
        bool, typer.Option("--create", help="Make a record where none has the number.")
    ] = False,
) -> None:
    """Store a new rule, and link the mail that is there by it.

    Of the rules for one type, the first that finds a record decides. Exit 9 where its name is
    taken, exit 2 for an expression that could run away or matches everything.
    """
    from mailctl.core.links.rules import add_rule, rule_named
    from mailctl.core.records.changes import Change

    app: App = ctx.obj
    said = {"name": name, "match": match, "to": to, "position": position, "in": places, "by": by}
    changes = [Change(key, "=", value) for key, value in said.items() if value is not None]
    changes += [Change("create", "=", "true")] if create else []
    rule = add_rule(app.services, changes)
    with app.store.reading() as tx:
        app.printer.one(RULES, rule_named(tx, rule.id))


@commands.verb("list", "mailctl link rule list -o json", lists=RULES)
def list_(ctx: typer.Context) -> None:
    """List the rules in their order, and how many links each made that are there."""
    from mailctl.store import link_rules

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.list(RULES, link_rules.all_(tx))


@commands.verb(
    "set",
    "mailctl link rule set invoices position=5 in=subject",
    "mailctl link rule set invoices enabled=false",
    view=RULES,
)
def set_(
    ctx: typer.Context,
    rule: Named,
    changes: Annotated[
        list[str],
        typer.Argument(
            metavar="KEY=VALUE...",
            help="name=, position=, match=, in=, to=, by=, create=, enabled=true|false.",
        ),
    ],
) -> None:
    """Change a rule; what it linked is looked at again."""
    from mailctl.core.links.rules import rule_named, set_rule
    from mailctl.core.records.changes import parsed

    app: App = ctx.obj
    changed = set_rule(app.services, rule, parsed(changes))
    with app.store.reading() as tx:
        app.printer.one(RULES, rule_named(tx, changed.id))


@commands.verb("remove", "mailctl link rule remove invoices --yes", view=RULES)
def remove(
    ctx: typer.Context,
    rule: Named,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget a rule; the links that it made go with it."""
    from mailctl.cli.asking import confirmed
    from mailctl.core.links.rules import remove_rule, rule_named

    app: App = ctx.obj
    with app.store.reading() as tx:
        hits = rule_named(tx, rule).hits
    if hits:
        confirmed(app, f"Links that go with the rule: {hits}. Go on?", is_sure=yes)
    gone = remove_rule(app.services, rule)
    app.printer.one(RULES, gone)


@commands.verb(
    "test",
    "mailctl link rule test --message msg_0123456789ab",
    "mailctl link rule test invoices --file mail.eml",
    lists=HITS,
)
def tried(
    ctx: typer.Context,
    rule: Annotated[
        str | None, typer.Argument(metavar="[RULE]", help="Only this one; else all of them.")
    ] = None,
    message: Annotated[
        str | None, typer.Option("--message", help="Id or Message-ID of a stored message.")
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", help="A mail in a file (.eml); - is standard input.")
    ] = None,
) -> None:
    """Show what rules find in a mail, and what linking would make of it; nothing is changed."""
    from mailctl.core.links.rules import (
        MAIL_MAX,
        hits,
        rule_named,
        texts_of_message,
        texts_of_source,
    )
    from mailctl.store import link_rules

    app: App = ctx.obj
    if (message is None) == (file is None):
        raise BadUsage("name one mail", hint="--message ID, or --file PATH")
    source = None if file is None else app.octets_of(file, most=MAIL_MAX)
    with app.store.reading() as tx:
        rules = link_rules.all_(tx) if rule is None else [rule_named(tx, rule)]
        texts = texts_of_message(tx, message or "") if source is None else texts_of_source(source)
        app.printer.list(HITS, hits(tx, texts, rules))
