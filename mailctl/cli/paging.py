"""What commands have in common whose results are longer than a screen."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.domain.ids import MessageId

NoPager = Annotated[bool, typer.Option("--no-pager", help="Write straight to the terminal.")]


def tell_of_more(app: App, last: MessageId | None) -> None:
    """Tell a person at a terminal how to go on behind the last message of a page."""
    if last is not None and app.has_screen:
        app.notice(f"more follow: --after {last}")
