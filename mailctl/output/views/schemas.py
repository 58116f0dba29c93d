"""Schemas of commands as results."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.output.contract.documents import CommandSchema

SCHEMAS: "View[CommandSchema]" = View(
    {
        "command": lambda s: s.command,
        "writes": lambda s: s.writes,
        "schema": lambda s: s.document(),
        "line": lambda s: s.line(),
    },
    table=("command", "writes"),
    whole=frozenset({"command"}),
)
