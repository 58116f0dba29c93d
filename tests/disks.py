"""Disks that are small, full, or let nobody write."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


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


@contextmanager
def mounted(place: Path, size: str) -> Iterator[Disk]:
    """Give a disk of that size at a new directory; the test is skipped where nobody can mount."""
    place.mkdir(mode=0o700)
    if os.geteuid() != 0:
        pytest.skip("a disk of one's own needs root")
    try:
        small = Disk(place, size)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"this machine lets nobody mount a tmpfs: {error}")
    try:
        yield small
    finally:
        small.unmount()
