"""Whatever is wrong with the store or its disk is said in one sentence, with a way out."""

import json
import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from mailctl.store import migrations
from mailctl.store.connection import Store
from mailctl.store.files import PAGE_BYTES
from tests.conftest import Ran, Run, Spawn
from tests.disks import Disk
from tests.soak import count
from tests.store.processes import Child
from tests.store.samples import HOSTILE, deliver, folder, mail

CHILDREN = "tests.store.children"
MAP_A_DOMAIN = ("provider", "map-domain", "example.org", "fastmail")


def assert_said(ran: Ran, sentence: str) -> None:
    """Assert that the run ended as a failure of the store, said to a person."""
    assert ran.code == ExitCode.STORE, ran
    assert ran.out == ""
    said, hint = ran.err.splitlines()
    assert said.startswith("mailctl: ")
    assert sentence in said
    assert hint.startswith("hint: ")


def assert_said_as_json(ran: Ran, kind: str) -> None:
    """Assert that the run ended as a failure of the store, said to a program."""
    assert ran.code == ExitCode.STORE, ran
    assert ran.out == ""
    error = json.loads(ran.err)["error"]
    assert error["code"] == kind
    assert error["exit_code"] == ExitCode.STORE
    assert error["message"]
    assert error["hint"]


def fill(path: Path) -> None:
    """Make a store with some mail in it."""
    store = Store(path)
    with store.writing() as tx:
        for name in ("INBOX", "Sent"):
            into = folder(tx, name)
            for uid in range(1, 41):
                message_id = f"<{uid}@example.org>"
                deliver(tx, into, uid, mail(f"no. {uid}", message_id=message_id, body=HOSTILE))
    store.close()


def integrity(path: Path) -> str:
    with closing(sqlite3.connect(path)) as connection:
        found: str = connection.execute("PRAGMA integrity_check").fetchone()[0]
        return found


def test_a_newer_store_is_refused(spawn: Spawn, path: Path) -> None:
    fill(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {migrations.LATEST + 1}")
    before = path.read_bytes()
    assert_said(spawn("account", "list"), f"has schema version {migrations.LATEST + 1}")
    assert_said_as_json(spawn("account", "list", "-o", "json"), "store-too-new")
    assert path.read_bytes() == before


def test_a_store_that_cannot_be_written_is_refused(
    spawn: Spawn, path: Path, seal: Callable[[], None]
) -> None:
    fill(path)
    seal()
    assert_said(spawn(*MAP_A_DOMAIN), "cannot be opened for writing")
    assert_said_as_json(spawn(*MAP_A_DOMAIN, "-o", "json"), "store-unusable")


def test_a_new_store_in_a_place_that_cannot_be_written_is_refused(
    spawn: Spawn, path: Path, seal: Callable[[], None]
) -> None:
    seal()
    assert_said(spawn("account", "list"), "cannot be opened for writing")
    assert not path.exists()


def test_a_home_that_cannot_be_made_is_refused(
    spawn: Spawn, home: Path, seal: Callable[[], None]
) -> None:
    seal()
    ran = spawn("account", "list", environment={"MAILCTL_HOME": str(home / "deep" / "home")})
    assert_said(ran, "cannot be opened for writing")


def test_a_home_that_is_a_file_is_refused(spawn: Spawn, home: Path) -> None:
    home.write_text("notes")
    assert_said(spawn("account", "list"), "cannot be used")
    assert home.read_text() == "notes"


def test_a_directory_in_the_place_of_the_store_is_refused(spawn: Spawn, path: Path) -> None:
    path.mkdir(parents=True)
    assert_said(spawn("account", "list"), "unable to open database file")
    assert_said_as_json(spawn("account", "list", "-o", "json"), "store-unusable")


def test_an_empty_file_becomes_a_new_store(spawn: Spawn, path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    ran = spawn("account", "list", "-o", "json")
    assert (ran.code, json.loads(ran.out), ran.err) == (0, [], "")


def test_a_file_that_is_no_database_is_refused_and_not_touched(spawn: Spawn, path: Path) -> None:
    path.parent.mkdir()
    path.write_text("Dear diary,\n" * 1000)
    assert_said(spawn("account", "list"), "not a mailctl database")
    assert_said_as_json(spawn("db", "check", "-o", "json"), "store-damaged")
    assert path.read_text() == "Dear diary,\n" * 1000


@pytest.mark.parametrize("length", [99, 100, 512, 4096, 20_000])
def test_a_truncated_store_is_refused(run: Run, path: Path, length: int) -> None:
    fill(path)
    with path.open("rb+") as file:
        file.truncate(length)
    assert_said_as_json(run("db", "check", "-o", "json"), "store-damaged")


def test_a_store_that_lost_its_last_page_is_refused(spawn: Spawn, path: Path) -> None:
    fill(path)
    with path.open("rb+") as file:
        file.truncate(path.stat().st_size - PAGE_BYTES)
    assert_said(spawn("db", "check"), "is damaged")


@pytest.mark.parametrize("seed", range(count(20, 1000)))
def test_flipped_bytes_never_crash_the_program(run: Run, path: Path, seed: int) -> None:
    fill(path)
    _flip(path, random.Random(seed))
    for words in (
        ("db", "check"),
        ("db", "stats"),
        ("account", "list"),
        ("message", "list", "--account", "ada@example.org", "--folder", "INBOX"),
        ("message", "list"),
        ("provider", "domains"),
        MAP_A_DOMAIN,
    ):
        ran = run(*words, "-o", "json")  # anything but a MailctlError is raised here
        assert ran.code in {ExitCode.OK, ExitCode.STORE, ExitCode.NOT_FOUND}, ran
        json.loads(ran.out if ran.code == 0 else ran.err)


def test_flipped_bytes_never_crash_the_process(spawn: Spawn, path: Path) -> None:
    fill(path)
    _flip(path, random.Random(4))
    ran = spawn("message", "list")
    assert ran.code in {ExitCode.OK, ExitCode.STORE}
    assert "Traceback" not in ran.err


def _flip(path: Path, numbers: random.Random) -> None:
    """Change 50 bytes, in the head of the file or anywhere."""
    content = bytearray(path.read_bytes())
    end = numbers.choice([4096, len(content)])
    for _ in range(50):
        content[numbers.randrange(100, end)] ^= 1 << numbers.randrange(8)
    path.write_bytes(content)


def test_a_full_disk_is_said_and_the_same_run_completes_after_making_room(
    path: Path, disk: Disk
) -> None:
    with Child(CHILDREN, "fill", path, 40, 100_000) as child:
        code, said = child.ended()
    assert (code, said.partition(":")[0]) == (ExitCode.STORE, "store-full")
    assert integrity(path) == "ok"
    disk.resize("16m")
    with Child(CHILDREN, "fill", path, 40, 100_000) as child:
        assert child.ended() == (0, "40\n")
    assert integrity(path) == "ok"


def test_the_program_says_that_the_disk_is_full(spawn: Spawn, path: Path, disk: Disk) -> None:
    fill(path)
    disk.fill()
    assert_said(spawn(*MAP_A_DOMAIN), "no room left on the disk")
    assert_said_as_json(spawn(*MAP_A_DOMAIN, "-o", "json"), "store-full")
    disk.resize("8m")
    assert integrity(path) == "ok"


def test_the_first_opening_on_a_full_disk_says_so_and_works_after_making_room(
    spawn: Spawn, disk: Disk
) -> None:
    disk.fill()
    assert_said(spawn("account", "list"), "no room left on the disk")
    disk.resize("8m")
    assert spawn("account", "list").code == 0


@pytest.mark.parametrize("room_kb", range(0, 320, count(32, 4)))
def test_a_first_opening_that_runs_out_of_room_anywhere_leaves_no_store_or_a_whole_one(
    path: Path, disk: Disk, room_kb: int
) -> None:
    _leave_room(disk, room_kb)
    with Child(CHILDREN, "open_once", path) as child:
        child.tell()
        code, said = child.ended()
    assert (code, "store-full" in said) in {(0, False), (ExitCode.STORE, True)}, said
    disk.resize("8m")
    with Child(CHILDREN, "open_once", path) as child:
        child.tell()
        assert child.ended() == (0, "ready\nopened\n")
    assert integrity(path) == "ok"


def _leave_room(disk: Disk, room_kb: int) -> None:
    disk.fill()
    ballast = disk.directory / "ballast"
    with ballast.open("rb+") as file:
        file.truncate(ballast.stat().st_size - room_kb * 1024)


@pytest.mark.parametrize("blocks", range(16, count(400, 1600), 64))
def test_a_file_that_may_not_grow_is_said_and_leaves_a_sound_store(path: Path, blocks: int) -> None:
    words = [sys.executable, "-m", CHILDREN, "fill", str(path), "6", "100000"]
    limited = f'ulimit -f {blocks}; exec "$@"'
    ran = subprocess.run(["sh", "-c", limited, "sh", *words], capture_output=True, text=True)
    assert (ran.returncode, "Traceback" in ran.stderr) in {(0, False), (10, False)}, ran
    with Child(CHILDREN, "fill", path, 6, 100_000) as child:
        assert child.ended() == (0, "6\n")
    assert integrity(path) == "ok"
