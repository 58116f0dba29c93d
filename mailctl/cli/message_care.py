"""message flag, purge: what is changed of mail, and what is forgotten."""

from typing import Annotated

import typer

from mailctl.app import App
from mailctl.cli.commands import Noun
from mailctl.output.views.message_care import FLAGGED

commands = Noun("")


@commands.verb(
    "flag",
    "mailctl message flag msg_0123456789ab --seen --star",
    "mailctl message flag msg_0123456789ab --add work --remove flagged",
    "mailctl message search invoice -o ndjson | mailctl message flag - --add seen",
    view=FLAGGED,
)
def flag(
    ctx: typer.Context,
    messages: Annotated[
        list[str],
        typer.Argument(
            metavar="ID...", help="Messages; - reads ids, or NDJSON, from standard input."
        ),
    ],
    add: Annotated[
        list[str] | None,
        typer.Option(
            "--add", help="seen, flagged, answered, forwarded, draft, deleted, or a keyword."
        ),
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", help="The same, to be taken away.")
    ] = None,
    seen: Annotated[
        bool | None, typer.Option("--seen/--unseen", help="Read, or not read yet.")
    ] = None,
    star: Annotated[bool | None, typer.Option("--star/--unstar", help="Flagged, or not.")] = None,
) -> None:
    """Change flags of messages, at their servers too, in every folder where they lie.

    This alone alters a mailbox. Flags that are not named stay. Exit 3 if some copies failed;
    9 if a server has the message no more or numbered its folder anew, 13 if it refuses.
    """
    from mailctl.core.flagging import exit_code, flag_messages
    from mailctl.domain.flags import flag_change

    app: App = ctx.obj
    words = {"seen": seen, "flagged": star}
    change = flag_change(
        [*(add or ()), *(word for word, wanted in words.items() if wanted)],
        [*(remove or ()), *(word for word, wanted in words.items() if wanted is False)],
    )
    found = flag_messages(app.services, messages, app.stdin.buffer, change)
    app.printer.list(FLAGGED, found)
    for error in {each.error.sentence: each.error for each in found if each.error}.values():
        app.complain(error)
    raise typer.Exit(int(exit_code(found)))
