"""Who was united with whom, as a result."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.domain.contacts import Company, Contact
    from mailctl.domain.merging import Merging

MERGED: "View[Merging[Contact] | Merging[Company]]" = View(
    {
        "merge": lambda m: m.id,
        "id": lambda m: m.before.id,
        "name": lambda m: m.before.name,
        "gone": lambda m: [{"id": g.thing.id, "name": g.thing.name} for g in m.gone],
        "merged_at": lambda m: m.merged_at,
        "undone_at": lambda m: m.undone_at,
    },
    whole=frozenset({"merge", "id"}),
)
