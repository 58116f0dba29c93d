"""enrich: what the signatures of mail say of people, proposed for their contacts."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.cli import contact_options as o
from mailctl.cli.commands import Noun
from mailctl.domain.facts import FactField
from mailctl.domain.proposals import FactState
from mailctl.errors import BadUsage
from mailctl.output.views.enrichment import FACT_RUN, POLICIES, PROPOSALS, TRIED

if TYPE_CHECKING:
    from mailctl.core.enrichment.enrichment import ProposalsWanted

commands = Noun("Fill contacts with what the signatures of mail say.")
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of proposals (prp_...).")]
OfContact = Annotated[
    str | None, typer.Option("--contact", help="Only of this contact: id, e-mail, or name.")
]
OfField = Annotated[
    list[FactField] | None, typer.Option("--field", help="Only of this field, e.g. phone.")
]
Confidence = Annotated[
    float, typer.Option("--min-confidence", min=0, max=1, help="Only what is at least as sure.")
]


@commands.verb(
    "run", "mailctl enrich run", "mailctl enrich run -q && mailctl enrich list", view=FACT_RUN
)
def run(ctx: typer.Context) -> None:
    """Read the signatures of all mail received that have not been read, the newest first.

    What they say is proposed (mailctl enrich list); a field whose policy is `auto` is taken at
    once. After each sync the newest mail is read by itself.
    """
    from mailctl.core.enrichment.fact_reading import read_facts

    app: App = ctx.obj
    app.printer.one(FACT_RUN, read_facts(app.services))


@commands.verb(
    "list",
    "mailctl enrich list",
    "mailctl enrich list --contact ada@acme.example --field phone -o json",
    "mailctl enrich list --state accepted",
    lists=PROPOSALS,
)
def list_(
    ctx: typer.Context,
    contact: OfContact = None,
    field: OfField = None,
    confidence: Confidence = 0.0,
    state: Annotated[
        str, typer.Option("--state", help="open, accepted, rejected, undone, or all.")
    ] = "open",
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Also of senders who are no contacts.")
    ] = False,
) -> None:
    """List what mail says of contacts and they do not have, the newest first."""
    from mailctl.core.enrichment.enrichment import listed_proposals

    app: App = ctx.obj
    wanted = _wanted(contact, field, confidence, state=state, unknown=unknown)
    with app.store.reading() as tx:
        app.printer.list(PROPOSALS, listed_proposals(tx, wanted))


@commands.verb("show", "mailctl enrich show prp_0123456789ab", view=PROPOSALS)
def show(
    ctx: typer.Context,
    proposal: Annotated[str, typer.Argument(metavar="ID", help="Id of a proposal (prp_...).")],
) -> None:
    """Show a proposal: the line that says it, and why that is believed."""
    from mailctl.core.enrichment.enrichment import shown_proposal

    app: App = ctx.obj
    with app.store.reading() as tx:
        app.printer.one(PROPOSALS, shown_proposal(tx, proposal))


@commands.verb(
    "accept",
    "mailctl enrich accept prp_0123456789ab",
    "mailctl enrich accept --all --field phone --min-confidence 0.95",
    lists=PROPOSALS,
)
def accept(
    ctx: typer.Context,
    ids: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Ids of proposals (prp_...).")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="All that `enrich list` lists with the same options.")
    ] = False,
    contact: OfContact = None,
    field: OfField = None,
    confidence: Confidence = 0.0,
) -> None:
    """Give contacts what proposals say; `undo` takes it back.

    A sender who is no contact becomes one, a company that nobody knows is made. Exit 9 where
    several contacts may be meant.
    """
    from mailctl.core.enrichment.enrichment import accept as accepted

    app: App = ctx.obj
    if bool(ids) is everything:
        raise BadUsage("say which", hint="name ids (mailctl enrich list), or --all")
    if ids and (contact or field or confidence):
        raise BadUsage(
            "proposals are named, and --contact, --field or --min-confidence as well",
            hint="name ids, or say --all with what it is to be of",
        )
    wanted = _wanted(contact, field, confidence) if everything else None
    app.printer.list(PROPOSALS, accepted(app.services, ids or (), wanted))


@commands.verb("reject", "mailctl enrich reject prp_0123456789ab", lists=PROPOSALS)
def reject(ctx: typer.Context, ids: Ids) -> None:
    """Never propose these facts again."""
    from mailctl.core.enrichment.enrichment import reject as rejected

    app: App = ctx.obj
    app.printer.list(PROPOSALS, rejected(app.services, ids))


@commands.verb("undo", "mailctl enrich undo prp_0123456789ab", lists=PROPOSALS)
def undo(ctx: typer.Context, ids: Ids) -> None:
    """Take accepted facts back, all or none; exit 9 where a contact was changed since."""
    from mailctl.core.enrichment.enrichment import undo as undone

    app: App = ctx.obj
    app.printer.list(PROPOSALS, undone(app.services, ids))


@commands.verb(
    "policy",
    "mailctl enrich policy",
    "mailctl enrich policy phone=auto:0.95 address=off",
    lists=POLICIES,
)
def policy(
    ctx: typer.Context,
    said: Annotated[
        list[str] | None,
        typer.Argument(metavar="[FIELD=POLICY]...", help="propose, off, auto, auto:0.95; all=..."),
    ] = None,
) -> None:
    """Show or set what becomes of facts of each field.

    `auto` takes what is sure enough unasked, but overwrites nothing that a person typed.
    """
    from mailctl.core.enrichment.enrichment import set_policies

    app: App = ctx.obj
    app.printer.list(POLICIES, set_policies(app.services, said or ()))


def _wanted(
    contact: str | None,
    fields: list[FactField] | None,
    confidence: float,
    *,
    state: str = "open",
    unknown: bool = False,
) -> "ProposalsWanted":
    from mailctl.core.enrichment.enrichment import ProposalsWanted

    if state != "all" and state not in set(FactState):
        raise BadUsage(f"{state!r} is no state", hint=f"one of all, {', '.join(FactState)}")
    return ProposalsWanted(
        contact=contact,
        fields=fields or (),
        state=None if state == "all" else FactState(state),
        unknown_too=unknown,
        confidence=confidence,
    )


@commands.verb(
    "test",
    "mailctl enrich test --message msg_0123456789ab",
    "mailctl enrich test --file letter.eml -o json | jq '.facts[].value'",
    "mailctl message raw msg_0123456789ab | mailctl enrich test --file -",
    view=TRIED,
)
def try_(
    ctx: typer.Context,
    message: Annotated[
        str | None, typer.Option("--message", help="A stored one: id, beginning, or Message-ID.")
    ] = None,
    file: Annotated[
        str | None, typer.Option("--file", help="A mail in a file; - for standard input.")
    ] = None,
    region: o.Region = None,
) -> None:
    """Show what is found in a mail's signature, and why; nothing is kept.

    Only the sender's own, latest signature counts: no quoted or forwarded mail, no footers.
    """
    from mailctl.core.enrichment import enriching

    app: App = ctx.obj
    country = o.region_of(app, region)
    if (message is None) == (file is None):
        raise BadUsage("say which mail", hint="--message ID, or --file letter.eml")
    if message is not None:
        tried = enriching.signature_of_message(app.store, message, region=country)
    else:
        source = app.octets_of(file or "-", most=enriching.SOURCE_MAX)
        tried = enriching.signature_in(source, region=country)
    app.printer.one(TRIED, tried)
    if not tried.findings.facts:
        app.notice(f"nothing was found: {tried.findings.reason or 'it says nothing'}")
