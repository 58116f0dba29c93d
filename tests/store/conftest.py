"""A store of one's own, and disks that are small or cannot be written."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailctl.store.connection import Store
from tests.disks import Disk, mounted


@pytest.fixture
def path(home: Path) -> Path:
    """Where this test's store is, or will be."""
    return home / "mailctl.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    """The store of this test, made at its first transaction."""
    opened = Store(path)
    yield opened
    opened.close()


@pytest.fixture
def disk(home: Path) -> Iterator[Disk]:
    """The home of this test as a disk of 3 MB."""
    with mounted(home, "3m") as small:
        yield small


@pytest.fixture
def seal(request: pytest.FixtureRequest, home: Path) -> Iterator[Callable[[], None]]:
    """Makes the home unwritable: by its mode for people, by its mount for root."""
    if os.geteuid() == 0:
        own_disk: Disk = request.getfixturevalue("disk")
        yield own_disk.make_read_only
        return
    home.mkdir(mode=0o700)
    yield lambda: home.chmod(0o500)
    home.chmod(0o700)
