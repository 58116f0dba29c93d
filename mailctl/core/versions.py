"""Which mailctl this is, and what it runs on."""

import platform
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from mailctl import __version__
from mailctl.resolve.catalogue import load
from mailctl.store.migrations import LATEST, sqlite_version

_LIBRARIES = ("cryptography", "dnspython", "imapclient", "keyring", "typer")


@dataclass(frozen=True)
class Versions:
    """What a bug report should say."""

    mailctl: str
    schema: int
    catalogue: str
    python: str
    sqlite: str
    platform: str
    libraries: dict[str, str]
    database: Path


def versions(database: Path) -> Versions:
    """Return the versions of everything that matters; the database is not opened."""
    return Versions(
        mailctl=__version__,
        schema=LATEST,
        catalogue=load().version,
        python=platform.python_version(),
        sqlite=sqlite_version(),
        platform=platform.platform(terse=True),
        libraries={name: version(name) for name in _LIBRARIES},
        database=database,
    )
