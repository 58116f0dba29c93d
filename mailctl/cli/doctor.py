"""doctor: look for what is wrong, and tell what to do."""

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mailctl.app import App
from mailctl.cli import offering
from mailctl.cli.commands import Command, single
from mailctl.errors import BadUsage
from mailctl.output.views.doctor import EXAMINATION, EXAMINATION_IN_FULL

if TYPE_CHECKING:
    from mailctl.core.doctor.examine import Examination
    from mailctl.core.doctor.patient import Patient

_MANY = 20


class _Doctor(Command):
    """A command that runs whatever the settings are."""

    def invoke(self, ctx: Any) -> Any:
        """Put aside what cannot be understood before anything is done with it."""
        from mailctl.cli.excusing import excuse

        app: App = ctx.obj
        ctx.meta["faults"] = excuse(app)
        return super().invoke(ctx)


def doctor(
    ctx: typer.Context,
    accounts: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ACCOUNT]...", help="Accounts; all if none.", autocompletion=offering.accounts
        ),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no server and no name server.")
    ] = False,
    timeout: Annotated[
        float,
        typer.Option("--timeout", min=1, max=600, help="Seconds for each server and account."),
    ] = 30,
    jobs: Annotated[
        int, typer.Option("--jobs", min=1, max=64, help="How many accounts at once.")
    ] = 8,
    bundle: Annotated[
        str | None,
        typer.Option("--bundle", metavar="FILE", help="Write a .tar.gz for a bug report; or -."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the bundle's file.")] = False,
) -> None:
    """Look for what is wrong with mailctl and its accounts, and tell what to do.

    Told are problems and a summary; everything with -v, and in every format but tables.
    Nothing is changed: a database is neither made nor migrated, no mail is sent, nobody is
    asked. It signs in as a sync does, but to no account whose password was refused, unless
    that is named. Ends with 0 where nothing failed; warnings are no failure.

    A bundle names nobody: addresses, names, private domains and hosts, folders, subjects and
    paths are left out or get names of their own.
    """
    from mailctl.core.doctor.examine import examine
    from mailctl.core.doctor.patient import Wish

    app: App = ctx.obj
    if bundle == "-" and app.stdout.isatty():
        raise BadUsage("a bundle is no text for a terminal", hint="name a file: --bundle FILE")
    if force and bundle is None:
        raise BadUsage("--force is for the file of a bundle", hint="name it: --bundle FILE")
    patient = _patient(app, ctx.meta["faults"])
    wish = Wish(accounts or (), offline, timeout, jobs)
    found = examine(patient, wish)
    if bundle is not None:
        _bundle(app, patient, found, bundle, replaces=force)
    if bundle != "-":
        app.printer.one(EXAMINATION_IN_FULL if app.options.verbose else EXAMINATION, found)
    raise typer.Exit(int(found.exit_code))


def _bundle(
    app: App, patient: "Patient", found: "Examination", name: str, *, replaces: bool
) -> None:
    from mailctl.core.doctor.bundle import bundle, redaction, verbatim
    from mailctl.core.doctor.sealing import packed, refuse_names, write

    by = redaction()
    files = bundle(patient, found, by)
    harmless = verbatim(found)
    refuse_names(files, patient, by.names, found.looked_at, harmless=harmless)
    octets = packed(files, app.now())
    if name == "-":
        app.printer.octets(octets)
        return
    path = Path(name).absolute()
    write(path, octets, replaces=replaces)
    app.notice(f"wrote {path}; look at it before you send it: tar -xOzf {quote(str(path))}")


def _patient(app: App, faults: Any) -> "Patient":
    from mailctl.config.settings import DEFAULTS, OTHER_VARIABLES, VARIABLES
    from mailctl.core.doctor.patient import Patient, SaidSetting, UsedPlace
    from mailctl.store.untouched import UntouchedStore

    store = UntouchedStore(app.places.database)
    app.store = store
    where = app.places
    named = (
        ("data", where.data, where.data_from),
        ("config", where.config, where.config_from),
        ("database", where.database, where.data_from),
        ("locks", where.locks, where.data_from),
        ("vault", where.vault, where.data_from),
        ("vault key", where.vault_key, where.config_from),
        ("config file", where.config_file, where.config_from),
    )
    said_in = {"environment": VARIABLES, "file": dict.fromkeys(VARIABLES, str(where.config_file))}
    return Patient(
        services=app.services,
        store=store,
        inspector=app.inspector,
        environment=app.environment,
        places=() if "home" in faults else [UsedPlace(*each) for each in named],
        settings=[
            SaidSetting(
                *(name, each.value, each.source, said_in.get(each.source, {}).get(name)),
                DEFAULTS.get(name),
            )
            for name, each in app.settings.all_().items()
        ],
        known_variables=frozenset({*VARIABLES.values(), *OTHER_VARIABLES}),
        secrets=lambda: app.secrets.places(),
        faults=faults,
    )


commands = single(
    doctor,
    "mailctl doctor",
    "mailctl doctor ada@example.org -v",
    "mailctl doctor --bundle report.tar.gz",
    "mailctl doctor --offline -o json --jq '.checks[] | select(.status == \"failed\")'",
    view=(EXAMINATION, EXAMINATION_IN_FULL),
    kind=_Doctor,
)
