"""The program as a function of its arguments: its nouns, and failures said once."""

import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

import typer

from mailctl.app import App, Options
from mailctl.cli.commands import LazyGroup
from mailctl.errors import BadUsage, ExitCode, MailctlError
from mailctl.output.render import Format


class Nouns(LazyGroup):
    """What mailctl knows to talk about, and how it ends."""

    nouns = {  # noqa: RUF012 (a table, never changed)
        "account": ("mailctl.cli.accounts", "Connect mailboxes, look after them, let them go."),
        "provider": ("mailctl.cli.providers", "Recognise mail providers; map domains to them."),
        "oauth": ("mailctl.cli.oauth", "Register OAuth apps; see what their tokens are good for."),
        "secrets": ("mailctl.cli.secrets", "See where secrets are kept; move them."),
        "sync": ("mailctl.cli.sync", "Bring the mail of accounts into the store."),
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
        sys.exit(_ended(lambda: super(Nouns, self).main(**named), app, arguments))


commands = typer.Typer(
    cls=Nouns, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False
)


@commands.callback(
    no_args_is_help=True,
    epilog="Help on a command: mailctl account add --help; on topics: mailctl help",
)
def mailctl() -> None:
    """Connect any mailbox, keep it in sync and turn its mail into data."""


def _ended(command: Callable[[], Any], app: App, arguments: Sequence[str]) -> int:
    """Run the command and return the exit code, every failure said."""
    app.options = Options(output=_asked_format(arguments))  # until the words are parsed
    if "_MAILCTL_COMPLETE" in app.environment:
        from mailctl.cli.completion import teach_typer

        teach_typer()
    try:
        _refuse_undecodable(arguments)
        code = int(command() or ExitCode.OK)
        app.stdout.flush()
    except BrokenPipeError:  # from the last flush: whatever else writes translates it
        return _let_go_of(app)
    except typer.TyperException as error:
        return _show_usage(error, app)
    except typer.Abort:  # Ctrl-C or Ctrl-D at a question
        return ExitCode.INTERRUPTED
    except MailctlError as error:
        if error.exit_code is ExitCode.BROKEN_PIPE:
            return _let_go_of(app)
        return app.complain(error)
    finally:
        app.close()
    return code


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
    """Say a usage error as Typer does, or as JSON where that was asked for."""
    if app.error_format in {Format.JSON, Format.NDJSON} and str(error):
        command = getattr(getattr(error, "ctx", None), "command_path", "mailctl")
        return app.complain(BadUsage(error.format_message(), hint=f"{command} --help"))
    error.show(file=app.stderr)
    return int(error.exit_code)


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
