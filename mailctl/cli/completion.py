"""completion: the script that teaches a shell the commands and options."""

from enum import StrEnum
from typing import Annotated

import typer
from typer.completion import (  # type: ignore[attr-defined]
    completion_init,
    get_completion_script,
)

from mailctl.app import App
from mailctl.cli.commands import single

VARIABLE = "_MAILCTL_COMPLETE"
"""Set by the completion scripts when they ask for completions."""

_ZSH_LAST = "\ncompdef _mailctl_completion mailctl"
_ZSH_LOADED = """
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _mailctl_completion "$@"
else
  compdef _mailctl_completion mailctl
fi"""
"""A file of zsh's function path is read at the first TAB, which has to be answered as well."""


class Shell(StrEnum):
    """Shells that can complete."""

    BASH = "bash"
    FISH = "fish"
    ZSH = "zsh"


def completion(
    ctx: typer.Context,
    shell: Annotated[Shell, typer.Argument(help="The shell to teach.")],
) -> None:
    """Print the completion script of a shell."""
    app: App = ctx.obj
    app.printer.text(script_of(shell))


def script_of(shell: Shell) -> str:
    """Return the text that a shell reads."""
    script = get_completion_script(prog_name="mailctl", complete_var=VARIABLE, shell=shell.value)
    return script.replace(_ZSH_LAST, _ZSH_LOADED)


def teach_typer() -> None:
    """Make Typer answer completion scripts, which it does only for its own options otherwise."""
    completion_init()


commands = single(
    completion,
    "mailctl completion bash > ~/.local/share/bash-completion/completions/mailctl",
    "mailctl completion zsh > ~/.zfunc/_mailctl",
    "mailctl completion fish > ~/.config/fish/completions/mailctl.fish",
)
