"""What was found in signatures, as results."""

from typing import TYPE_CHECKING

from mailctl.output.view import Rows, View

if TYPE_CHECKING:
    from mailctl.core.enrichment.enriching import Tried
    from mailctl.core.enrichment.fact_reading import FactRun
    from mailctl.domain.facts import Fact
    from mailctl.domain.proposals import FieldPolicy, Proposal

FACTS: "View[Fact]" = View(
    {
        "field": lambda f: f.field,
        "type": lambda f: f.type,
        "ext": lambda f: f.ext,
        "value": lambda f: f.value,
        "written": lambda f: f.written,
        "line": lambda f: f.line,
        "line_number": lambda f: f.number,
        "confidence": lambda f: f.confidence,
        "evidence": lambda f: list(f.evidence),
    },
    table=("field", "type", "ext", "value", "confidence", "line", "evidence"),
    whole=frozenset({"field", "value"}),
)

TRIED: "View[Tried]" = View(
    {
        "message": lambda t: t.message,
        "sender": lambda t: {
            "name": t.findings.sender_name,
            "address": t.findings.sender_address,
        },
        "reason": lambda t: t.findings.reason,
        "signature": lambda t: list(t.findings.signature),
        "facts": lambda t: [FACTS.document(fact) for fact in t.findings.facts],
    },
    rows=Rows(of=lambda t: t.findings.facts, view=FACTS),
)

PROPOSALS: "View[Proposal]" = View(
    {
        "id": lambda p: p.fact.id,
        "message": lambda p: p.fact.message,
        "sender": lambda p: p.fact.sender,
        "contact": lambda p: p.contact,
        "contact_name": lambda p: p.contact_name,
        "field": lambda p: p.fact.field,
        "type": lambda p: p.fact.type or None,
        "ext": lambda p: p.fact.ext or None,
        "value": lambda p: p.fact.value,
        "old": lambda p: p.old,
        "confidence": lambda p: p.fact.confidence,
        "date": lambda p: p.fact.stated_at,
        "state": lambda p: p.fact.state,
        "evidence": lambda p: {
            "line": p.fact.line,
            "line_number": p.fact.line_number,
            "why": list(p.fact.evidence),
        },
        "matched_by": lambda p: p.matched_by,
        "decided_at": lambda p: p.fact.decided_at,
    },
    table=("id", "contact_name", "field", "old", "value", "confidence", "date"),
    nothing="nothing is proposed",
)

FACT_RUN: "View[FactRun]" = View(
    {
        "messages": lambda r: r.messages,
        "facts": lambda r: r.facts,
        "taken": lambda r: r.taken,
        "waiting": lambda r: r.waiting,
    }
)

POLICIES: "View[FieldPolicy]" = View(
    {
        "field": lambda p: p.field,
        "policy": lambda p: p.policy,
        "threshold": lambda p: p.threshold if p.policy == "auto" else None,
    }
)
