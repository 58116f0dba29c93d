"""What apply and diff have in common: the files, and how they are read."""

from typing import TYPE_CHECKING, Annotated

import typer

from mailctl.app import App

if TYPE_CHECKING:
    from mailctl.core.apply.kinds import Manner
    from mailctl.domain.declarations import Declarations
    from mailctl.domain.secret import SecretRef

Files = Annotated[
    list[str],
    typer.Option(
        "--filename",
        "-f",
        metavar="FILE",
        help="YAML or JSON, a directory of it, or - for standard input; may be repeated.",
    ),
]
Prune = Annotated[
    bool,
    typer.Option(
        "--prune", help="What the files do not declare goes, of the sections that they have."
    ),
]
Region = Annotated[
    str | None,
    typer.Option("--region", metavar="CC", help="The country of phones without a code: DE, US."),
]


def declared(app: App, files: list[str]) -> "Declarations":
    """Return what the files declare."""
    from mailctl.config.declarations import read_declarations

    return read_declarations(files, stdin=app.stdin.buffer, environment=app.environment)


def manner_of(
    app: App,
    *,
    region: str | None,
    prunes: bool,
    verify: bool = True,
    is_sure: bool = False,
    lets_data_go: bool = False,
    is_rehearsal: bool = False,
    trusts_discovered: bool = False,
) -> "Manner":
    """Return how files are applied."""
    from mailctl.core.apply.kinds import Manner

    return Manner(
        place_of=lambda text, name: _place(app, text, name),
        verify=verify,
        prunes=prunes,
        is_sure=is_sure,
        lets_data_go=lets_data_go,
        is_rehearsal=is_rehearsal,
        trusts_discovered=trusts_discovered,
        region=region or app.settings.text("region"),
    )


def _place(app: App, text: str | None, name: str) -> "SecretRef":
    """Return a reference to a secret. Raises BadUsage without the words: they may be the secret."""
    from mailctl.errors import BadUsage
    from mailctl.secrets.stores import parse_ref

    if text is None:
        return app.secrets.own_ref(name)
    try:
        return parse_ref(text, own_name=name)
    except BadUsage as error:
        raise BadUsage(
            "this names no place of a secret",
            hint="write keyring:NAME, vault:NAME, env:NAME, file:PATH or command:CMD",
        ) from error
