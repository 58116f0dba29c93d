"""The program as a function of its arguments: nouns, and failures said once."""

import sys
from collections.abc import Sequence
from typing import Any

import typer

from mailctl.app import App, Options
from mailctl.cli.commands import LazyGroup
from mailctl.errors import BadUsage, ExitCode, MailctlError
from mailctl.output.render import Format


class Nouns(LazyGroup):
    """What mailctl knows to talk about."""

    nouns = {  # noqa: RUF012 (a table, never changed)
        "account": ("mailctl.cli.accounts", "Connect mailboxes and list them."),
        "provider": ("mailctl.cli.providers", "Recognise mail providers; map domains to them."),
        "sync": ("mailctl.cli.sync", "Bring the mail of accounts into the store."),
        "message": ("mailctl.cli.messages", "List and read stored messages."),
        "db": ("mailctl.cli.database", "Find, check and back up the database."),
        "completion": ("mailctl.cli.completion", "Print the completion script of a shell."),
        "version": ("mailctl.cli.version", "Print the versions of mailctl and what it runs on."),
    }


commands = typer.Typer(
    cls=Nouns, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@commands.callback(
    no_args_is_help=True,
    epilog="Every command explains itself: mailctl account add --help",
)
def mailctl() -> None:
    """Connect any mailbox, keep it in sync and turn its mail into data."""


def run(argv: Sequence[str] | None = None, app: App | None = None) -> int:
    """Run one command and return the exit code of the process."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    app = app or App()
    code: int = ExitCode.OK
    try:
        code = _invoke(arguments, app)
    except MailctlError as error:
        code = _complain(error, app, arguments)
    if code != ExitCode.BROKEN_PIPE:
        code = _flush(app, code)
    return code


def _invoke(arguments: list[str], app: App) -> int:
    if "_MAILCTL_COMPLETE" in app.environment:
        from mailctl.cli.completion import teach_typer

        teach_typer()
    try:
        code = commands(args=arguments, obj=app, prog_name="mailctl", standalone_mode=False)
    except typer.TyperException as error:
        return _show_usage(error, app, arguments)
    except typer.Abort:
        return ExitCode.INTERRUPTED
    return int(code or 0)


def _complain(error: MailctlError, app: App, arguments: Sequence[str]) -> int:
    if error.exit_code is ExitCode.BROKEN_PIPE:
        _let_go_of(app)
        return ExitCode.BROKEN_PIPE
    return _with_asked_options(app, arguments).complain(error)


def _show_usage(error: Any, app: App, arguments: Sequence[str]) -> int:
    """Say a usage error as Typer does, or as JSON where that was asked for."""
    asked = _with_asked_options(app, arguments)
    if asked.options.output in {Format.JSON, Format.NDJSON} and str(error):
        command = getattr(getattr(error, "ctx", None), "command_path", "mailctl")
        return asked.complain(BadUsage(error.format_message(), hint=f"{command} --help"))
    error.show(file=app.stderr)
    return int(error.exit_code)


def _with_asked_options(app: App, arguments: Sequence[str]) -> App:
    """Return the run with the options that decide how an error looks.

    Errors also come from before or within the parsing, when no command has them yet.
    """
    options = Options(
        output=_asked_format(arguments),
        debug="--debug" in arguments,
        quiet="--quiet" in arguments or "-q" in arguments,
    )
    return app.with_options(options)


def _asked_format(arguments: Sequence[str]) -> Format | None:
    for place, word in enumerate(arguments):
        name, equals, value = word.partition("=")
        if word in {"-o", "--output"}:
            value = arguments[place + 1] if place + 1 < len(arguments) else ""
        elif name == "--output" and equals:
            pass
        elif word.startswith("-o") and not word.startswith("--"):
            value = word[2:].removeprefix("=")
        else:
            continue
        return Format(value) if value in list(Format) else None
    return None


def _flush(app: App, code: int) -> int:
    try:
        app.stdout.flush()
    except BrokenPipeError:
        _let_go_of(app)
        return ExitCode.BROKEN_PIPE
    return code


def _let_go_of(app: App) -> None:
    """Make sure that closing the broken stream at exit says nothing."""
    if app.stdout is sys.stdout:
        sys.stdout = None  # the interpreter flushes it at exit
