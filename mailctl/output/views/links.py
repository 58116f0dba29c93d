"""Links between mail and what it is about, and the rules that make them, as results."""

from typing import TYPE_CHECKING

from mailctl.output.lines import Span, Style
from mailctl.output.view import View

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mailctl.core.linking.linking import LinkRun
    from mailctl.core.links.explaining import Explanation
    from mailctl.core.links.rules import Hit
    from mailctl.domain.link_rules import LinkRule
    from mailctl.domain.links import Link
    from mailctl.output.lines import Line


LINKS: "View[Link]" = View(
    {
        "message": lambda link: link.message,
        "kind": lambda link: link.object.kind,
        "object": lambda link: link.object.id,
        "name": lambda link: link.object.name,
        "step": lambda link: link.step,
        "rule": lambda link: link.rule,
        "place": lambda link: link.place or None,
        "evidence": lambda link: link.evidence or None,
        "manual": lambda link: link.step == "manual",
        "candidate": lambda link: link.is_candidate,
        "made_at": lambda link: link.made_at,
    },
    table=("message", "kind", "name", "step", "evidence", "candidate"),
    whole=frozenset({"message"}),
    nothing="no links found",
)

LINK_RUN: "View[LinkRun]" = View(
    {
        "messages": lambda r: r.messages,
        "added": lambda r: r.added,
        "removed": lambda r: r.removed,
        "candidates": lambda r: r.candidates,
        "records_created": lambda r: r.created,
        "is_dry_run": lambda r: r.is_dry,
    }
)

RULES: "View[LinkRule]" = View(
    {
        "id": lambda r: r.id,
        "name": lambda r: r.name,
        "position": lambda r: r.position,
        "match": lambda r: r.pattern,
        "in": lambda r: r.places,
        "to": lambda r: f"record:{r.type}",
        "by": lambda r: r.compared,
        "create": lambda r: r.creates,
        "enabled": lambda r: r.is_enabled,
        "hits": lambda r: r.hits,
        "created_at": lambda r: r.created_at,
        "changed_at": lambda r: r.changed_at,
    },
    table=("position", "name", "match", "in", "to", "by", "hits"),
    nothing="there is no rule: mailctl link rule add --help",
)

HITS: "View[Hit]" = View(
    {
        "rule": lambda h: h.rule,
        "position": lambda h: h.position,
        "place": lambda h: h.place,
        "value": lambda h: h.value,
        "records": lambda h: h.records,
        "outcome": lambda h: h.outcome,
    },
    nothing="the rules find nothing",
)


def _page(explanation: "Explanation", places: int | None) -> "Iterator[Line]":
    yield Span(explanation.message, Style.BOLD), Span("  is linked to:")
    for link in explanation.links:
        way = f" by {link.rule}" if link.rule else ""
        maybe = "perhaps " if link.is_candidate else ""
        yield (
            Span(f"  {maybe}{link.object.kind} "),
            Span(link.object.name, Style.BOLD),
            Span(f" ({link.object.id}), {link.step}{way}"),
            Span(f"  {link.place} {link.evidence}".rstrip(), Style.DIM),
        )
    if not explanation.links:
        yield (Span("  nothing"),)
    yield ()
    for step in explanation.steps:
        yield Span(f"{step.step}: ", Style.BOLD), Span(step.compared), Span(f" -> {step.outcome}")


EXPLANATION: "View[Explanation]" = View(
    {
        "message": lambda e: e.message,
        "links": lambda e: [
            {name: LINKS.fields[name](link) for name in LINKS.fields if name != "message"}
            for link in e.links
        ],
        "steps": lambda e: [
            {"step": each.step, "compared": each.compared, "outcome": each.outcome}
            for each in e.steps
        ],
    },
    page=_page,
)
