"""The options by which a password is handed over, none of them with it as a value."""

from pathlib import Path
from typing import Annotated

import typer

FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input.")
]
FromFile = Annotated[
    Path | None, typer.Option("--password-file", help="Read it from a file of mode 0600.")
]
FromCommand = Annotated[
    str | None, typer.Option("--password-command", help="Read what this command prints.")
]
