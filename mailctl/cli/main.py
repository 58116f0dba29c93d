"""The program as a function of its arguments: its nouns, and failures said once."""

import errno
import re
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any, NoReturn

import typer

from mailctl import __version__
from mailctl.app import App, Options
from mailctl.cli.commands import LazyGroup
from mailctl.errors import BadUsage, ExitCode, MailctlError
from mailctl.output.render import Format
from mailctl.output.streams import Output, output_failure

_HELP_UNWRITTEN = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}
"""Why Typer could not write help; whatever else writes says its failures as ours."""
_GUESS = re.compile(r"\. Did you mean (.*)\?$| \(Possible options: (.*)\)$")
"""What Typer guesses was meant."""
_TOO_MANY = "Got unexpected extra argument"


class Nouns(LazyGroup):
    """What mailctl knows to talk about, and how it ends."""

    nouns = {  # noqa: RUF012 (a table, never changed)
        "account": ("mailctl.cli.accounts", "Connect mailboxes, look after them, let them go."),
        "provider": ("mailctl.cli.providers", "Recognise mail providers; map domains to them."),
        "oauth": ("mailctl.cli.oauth", "Register OAuth apps; see what their tokens are good for."),
        "secrets": ("mailctl.cli.secrets", "See where secrets are kept; move them."),
        "sync": ("mailctl.cli.sync", "Bring the mail of accounts into the store."),
        "folder": ("mailctl.cli.folders", "See the folders of mailboxes; choose what is synced."),
        "message": ("mailctl.cli.messages", "List, search and read stored messages."),
        "send": ("mailctl.cli.send", "Send a mail, or one for each row of a table."),
        "reply": ("mailctl.cli.reply", "Answer a stored message."),
        "forward": ("mailctl.cli.forward", "Pass a stored message on."),
        "outbox": ("mailctl.cli.outbox", "See mail on its way out; send it, take it back."),
        "contact": ("mailctl.cli.contacts", "Keep people and how they are reached."),
        "company": ("mailctl.cli.companies", "Keep organisations and the domains of their mail."),
        "record": ("mailctl.cli.records", "Keep what mail is about: deals, invoices, cases."),
        "link": ("mailctl.cli.links", "See and say what mail is about, and why."),
        "enrich": ("mailctl.cli.enrichment", "Fill contacts with what signatures say."),
        "apply": ("mailctl.cli.apply", "Make everything as files declare it."),
        "diff": ("mailctl.cli.diff", "Show how files differ from what is there."),
        "export": ("mailctl.cli.export", "Write what is there as a file for apply."),
        "doctor": ("mailctl.cli.doctor", "Look for what is wrong, and tell what to do."),
        "db": ("mailctl.cli.database", "Find, check and back up the database."),
        "help": (
            "mailctl.cli.topics",
            "Explain a topic, such as exit codes or queries; a command.",
        ),
        "schema": ("mailctl.cli.schema", "Print the JSON Schema of what a command writes."),
        "completion": ("mailctl.cli.completion", "Print the completion script of a shell."),
        "version": ("mailctl.cli.version", "Print the versions of mailctl and what it runs on."),
    }

    def main(self, *positional: Any, **named: Any) -> NoReturn:
        """Run one command and leave by SystemExit with one of the codes of ExitCode."""
        given = positional[0] if positional else named.pop("args", None)
        arguments = list(sys.argv[1:] if given is None else given)
        app: App = named.pop("obj", None) or App()
        named.update(args=arguments, obj=app, prog_name="mailctl", standalone_mode=False)
        named.update(help_option_names=["-h", "--help"])
        sys.exit(_ended(lambda: super(Nouns, self).main(**named), app, arguments))


commands = typer.Typer(
    cls=Nouns, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


def _show_version(ctx: typer.Context, is_wanted: bool) -> None:
    if is_wanted:
        Output(ctx.obj.stdout).write(f"mailctl {__version__}\n")
        raise typer.Exit


@commands.callback(
    no_args_is_help=True,
    epilog="Help on a command: mailctl account add --help; on topics: mailctl help",
)
def mailctl(
    version: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_show_version, help="Show the version and exit."
        ),
    ] = False,
) -> None:
    """Connect any mailbox, keep it in sync and turn its mail into data."""


def _ended(command: Callable[[], Any], app: App, arguments: Sequence[str]) -> int:
    """Run the command and return the exit code, every failure said."""
    app.options = Options(output=_asked_format(arguments))  # until the words are parsed
    if "_MAILCTL_COMPLETE" in app.environment:
        from mailctl.cli.completion import has_no_line, teach_typer

        if has_no_line(app.environment):
            return ExitCode.OK
        teach_typer()
    try:
        _refuse_undecodable(arguments)
        code = int(command() or ExitCode.OK)
        Output(app.stdout).flush()
    except SystemExit as ending:  # Typer's own, where nobody reads its help
        if isinstance(ending.__context__, BrokenPipeError):
            return _let_go_of(app)
        raise
    except OSError as error:
        if error.errno not in _HELP_UNWRITTEN:
            raise
        return _left(output_failure(error), app)
    except typer.TyperException as error:
        return _show_usage(error, app)
    except typer.Abort:  # Ctrl-C or Ctrl-D at a question
        return ExitCode.INTERRUPTED
    except MailctlError as error:
        return _left(error, app)
    finally:
        app.close()
    return code


def _left(error: MailctlError, app: App) -> int:
    """Say why it ends, unless whoever read it is gone, and return the exit code."""
    if error.exit_code is ExitCode.BROKEN_PIPE:
        return _let_go_of(app)
    return app.complain(error)


def _refuse_undecodable(arguments: Sequence[str]) -> None:
    """Raise BadUsage for a word that is not UTF-8: neither SQLite nor a server could take it."""
    for place, word in enumerate(arguments, start=1):
        try:
            word.encode()
        except UnicodeEncodeError as error:
            raise BadUsage(
                f"word {place} after mailctl is not UTF-8", hint="write it in UTF-8"
            ) from error


def _show_usage(error: Any, app: App) -> int:
    """Say what Typer refuses as any other failure is said; a noun alone shows its help."""
    ctx = getattr(error, "ctx", None)
    if ctx is not None and error.message == ctx.get_help():
        error.show(file=app.stderr)
        return int(error.exit_code)
    command = "mailctl" if ctx is None else ctx.command_path
    said, hint = error.format_message().strip(), f"{command} --help"
    if guess := _GUESS.search(said):
        said, hint = said[: guess.start()], f"did you mean {guess[1] or guess[2]}? See {hint}"
    elif said.startswith(_TOO_MANY) and _takes_files(ctx):
        hint = f"-f stands before each file: {command} -f A -f B, or -f DIR for all of a directory"
    return app.complain(BadUsage(said[:1].lower() + said[1:].rstrip("."), hint=hint))


def _takes_files(ctx: Any) -> bool:
    """Whether the files of a command are named by an option, which the shell's *.yaml is not."""
    return ctx is not None and any("--filename" in each.opts for each in ctx.command.params)


def _asked_format(arguments: Sequence[str]) -> Format | None:
    """Return the format that is asked for by words which could not be parsed."""
    for place, word in enumerate(arguments):
        if word in {"-o", "--output"}:
            value = arguments[place + 1] if place + 1 < len(arguments) else ""
        elif word.startswith("--output="):
            value = word.removeprefix("--output=")
        elif word.startswith("-o"):
            value = word.removeprefix("-o")
        else:
            continue
        return Format(value) if value in list(Format) else None
    return None


def _let_go_of(app: App) -> int:
    """Make sure that closing the broken stream at exit says nothing."""
    if app.stdout is sys.stdout:
        sys.stdout = None  # the interpreter flushes it at exit
    return ExitCode.BROKEN_PIPE
