"""What was found in signatures, as results."""

from typing import TYPE_CHECKING

from mailctl.output.view import Rows, View

if TYPE_CHECKING:
    from mailctl.core.enriching import Tried
    from mailctl.domain.facts import Fact

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
