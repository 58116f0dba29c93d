"""A store of one's own, and disks that are small or cannot be written."""

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mailctl.store.connection import Store


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


class Disk:
    """A file system in memory, mounted for one test."""

    def __init__(self, directory: Path, size: str) -> None:
        self.directory = directory
        self._mount("-t", "tmpfs", "-o", f"size={size},mode=0700", "mailctl-test")

    def resize(self, size: str) -> None:
        """Make it larger, or smaller."""
        self._mount("-o", f"remount,size={size}")

    def make_read_only(self) -> None:
        """Let nobody write, root neither."""
        self._mount("-o", "remount,ro")

    def fill(self) -> None:
        """Take the last byte of room."""
        with (self.directory / "ballast").open("wb", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                return

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", self.directory], check=True)

    def _mount(self, *words: str) -> None:
        subprocess.run(["mount", *words, self.directory], check=True, capture_output=True)


@pytest.fixture
def disk(home: Path) -> Iterator[Disk]:
    """The home of this test as a disk of 2 MB."""
    home.mkdir(mode=0o700)
    if os.geteuid() != 0:
        pytest.skip("a disk of one's own needs root")
    try:
        small = Disk(home, "2m")
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this machine lets nobody mount a tmpfs: {error}")
    yield small
    small.unmount()


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
