"""What commands have in common whose results are longer than a screen."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App
from mailctl.domain.ids import MessageId

if TYPE_CHECKING:
    from mailctl.store.connection import Reading

NoPager = Annotated[bool, typer.Option("--no-pager", help="Write straight to the terminal.")]


def tell_of_more(app: App, last: MessageId | None) -> None:
    """Tell a person at a terminal how to go on behind the last message of a page."""
    if last is not None and app.has_screen:
        app.notice(f"more follow: --after {last}")


def tell_of_waiting(app: App, tx: "Reading") -> None:
    """Tell how many messages are not found, for they are not indexed yet."""
    from mailctl.core.messages.search import count_waiting

    if waiting := count_waiting(tx):
        messages = "1 message is" if waiting == 1 else f"{waiting} messages are"
        app.notice(f"{messages} not searchable yet: mailctl sync run --index-only")


def tell_of_unlinked(app: App, tx: "Reading") -> None:
    """Tell how much mail may be missing, for it is not linked yet."""
    from mailctl.store.linking import count_fresh

    if waiting := count_fresh(tx):
        messages = "1 message is" if waiting == 1 else f"{waiting} messages are"
        app.notice(f"{messages} not linked yet: mailctl sync run --index-only")
