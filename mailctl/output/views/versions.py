"""Versions as a result."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.versions import Versions

VERSIONS: "View[Versions]" = View(
    {
        "mailctl": lambda v: v.mailctl,
        "schema": lambda v: v.schema,
        "catalogue": lambda v: v.catalogue,
        "python": lambda v: v.python,
        "sqlite": lambda v: v.sqlite,
        "platform": lambda v: v.platform,
        "libraries": lambda v: v.libraries,
        "database": lambda v: v.database,
    }
)
