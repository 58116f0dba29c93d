"""Places of secrets as results; never a secret."""

from typing import TYPE_CHECKING

from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.accounts.secret_keeping import KeptSecret, MovedSecret

KEPT: "View[KeptSecret]" = View(
    {
        "owner": lambda k: k.owner,
        "kind": lambda k: k.kind,
        "secret": lambda k: str(k.ref),
        "readable": lambda k: k.error is None,
        "detail": lambda k: k.error.sentence if k.error else "",
    },
    nothing="no secret is kept",
)

MOVED: "View[MovedSecret]" = View(
    {
        "owner": lambda m: m.owner,
        "kind": lambda m: m.kind,
        "before": lambda m: str(m.before),
        "after": lambda m: str(m.after),
        "outcome": lambda m: m.outcome,
        "detail": lambda m: m.detail,
    }
)
