"""completion: the script that teaches a shell the commands and options."""

import re
from collections.abc import Mapping
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

_BASH = r"""
# bash breaks words at the characters of COMP_WORDBREAKS, among them @, : and =. The words are put
# together again, and of what is offered that is left out which stands before the last break.
# It works without the package bash-completion, and with bash 3.2.
_mailctl_completion() {
    local IFS=$'\n' rest=$COMP_LINE cword=-1 head='' reply word words i
    words=()
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ $i == 0 || $rest == [[:space:]]* ]]; then
            cword=$((cword + 1))
            words[cword]=''
            rest=${rest#"${rest%%[![:space:]]*}"}
        fi
        rest=${rest#"$word"}
        words[cword]=${words[cword]}$word
    done
    word=${words[cword]}
    if [[ $word != [\"\']* ]]; then
        head=${word%"${word##*["$COMP_WORDBREAKS"]}"}
        # the @ of a host name is replaced along with what follows it
        if shopt -q hostcomplete; then head=${head%@}; fi
    fi
    COMPREPLY=()
    while read -r reply; do
        [[ $reply ]] || continue
        if [[ $word == --*=* && $reply != --* ]]; then
            reply=${word%%=*}=$reply
        fi
        reply=${reply#"$head"}
        if [[ $word != [\"\']* ]]; then
            reply=$(printf %q "$reply")
        fi
        COMPREPLY[${#COMPREPLY[@]}]=$reply
    done < <(COMP_WORDS="${words[*]}" COMP_CWORD=$cword VARIABLE=complete_bash "$1" 2>/dev/null)
    if [[ ${#COMPREPLY[@]} == 1 && ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}

complete -o default -F _mailctl_completion mailctl"""


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
    if shell is Shell.BASH:
        return _BASH.replace("VARIABLE", VARIABLE).strip()
    script = get_completion_script(prog_name="mailctl", complete_var=VARIABLE, shell=shell.value)
    return script.replace(_ZSH_LAST, _ZSH_LOADED)


def teach_typer() -> None:
    """Make Typer answer completion scripts, which it does only for its own options otherwise."""
    completion_init()


def has_no_line(environment: Mapping[str, str]) -> bool:
    """Whether bash is said to ask, yet not what was typed or where: Typer would fail at that."""
    if environment.get(VARIABLE) != "complete_bash":
        return False
    place = environment.get("COMP_CWORD", "")
    return "COMP_WORDS" not in environment or not re.fullmatch("[0-9]{1,9}", place)


commands = single(
    completion,
    "mailctl completion bash > ~/.local/share/bash-completion/completions/mailctl",
    "mailctl completion zsh > ~/.zfunc/_mailctl",
    "mailctl completion fish > ~/.config/fish/completions/mailctl.fish",
)
