"""Conversations as results."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from mailctl.output.terminal import one_line
from mailctl.output.values import plain
from mailctl.output.view import View
from mailctl.output.views.messages import MESSAGES

if TYPE_CHECKING:
    from mailctl.domain.messages import Message
    from mailctl.domain.threads import Placed


def _of_message(read: "Callable[[Message], object]") -> "Callable[[Placed], object]":
    return lambda placed: read(placed.message)


def _branch(placed: "Placed") -> str:
    """Return the message on one line, at the end of its branch."""
    message = placed.message
    sender = message.envelope.sender
    name = "" if sender is None else sender.name or sender.address
    return (
        f"{plain(message.date)}  {message.id}  {_guides(placed)}"
        f"{one_line(name)}: {one_line(message.envelope.subject)}"
    )


def _guides(placed: "Placed") -> str:
    if placed.depth == 0:
        return ""
    *above, goes_on = placed.branches
    skipped = placed.depth - len(placed.branches)
    left_out = f"[+{skipped}] " if skipped else ""
    trunk = "".join("│  " if each else "   " for each in above)
    return f"{left_out}{trunk}{'├─ ' if goes_on else '└─ '}"


THREAD: "View[Placed]" = View(
    {
        **{name: _of_message(read) for name, read in MESSAGES.fields.items()},
        "parent_id": lambda p: None if p.parent is None else p.parent.id,
        "depth": lambda p: p.depth,
    },
    table=("depth", "id", "date", "from", "subject"),
    prose=_branch,
)
