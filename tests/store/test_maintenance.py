"""The database is checked, measured and copied, also while it is in use."""

import json
import re
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from mailctl.domain.syncing import Uid, Vanished
from mailctl.errors import ExitCode, StoreFull, StoreUnusable
from mailctl.store import copies, maintenance
from mailctl.store.connection import Store
from tests.conftest import Run, Spawn
from tests.disks import Disk
from tests.store.processes import Child
from tests.store.samples import NOW, NUMBERING, deliver, folder, mail

CHILDREN = "tests.store.children"


@pytest.fixture
def filled(store: Store) -> Store:
    with store.writing() as tx:
        inbox = folder(tx)
        for uid in (1, 2, 3):
            deliver(tx, inbox, uid, mail(f"no. {uid}", message_id=f"<{uid}@example.org>"))
        copies.mark_gone(tx, inbox.id, NUMBERING, [Vanished(Uid(3), "expunge")], at=NOW)
    return store


def test_a_sound_database_has_no_findings(filled: Store) -> None:
    with filled.reading() as tx:
        assert maintenance.findings(tx) == []


def test_a_damaged_index_is_found(run: Run, filled: Store, path: Path) -> None:
    filled.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_schema WHERE name = 'copy_by_message'")
        connection.execute("PRAGMA writable_schema = OFF")
        connection.execute("DELETE FROM message_copy WHERE uid = 1")
        page, size = connection.execute(
            "SELECT rootpage, (SELECT page_size FROM pragma_page_size) "
            "FROM sqlite_schema WHERE name = 'message_by_date'"
        ).fetchone()
    with path.open("rb+") as file:
        file.seek((page - 1) * size + 3)
        file.write(b"\0\0")  # the number of entries on the page
    ran = run("db", "check", "-o", "json")
    assert ran.code == ExitCode.STORE
    error = json.loads(ran.err)["error"]
    assert error["code"] == "store-damaged"


def test_a_row_that_refers_to_nothing_is_found(run: Run, filled: Store, path: Path) -> None:
    filled.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("DELETE FROM account")
    ran = run("db", "check", "-o", "json")
    assert ran.code == ExitCode.STORE
    (finding,) = json.loads(ran.err)["error"]["findings"]
    assert finding == "row 1 of folder refers to a missing row of account"


def test_the_counts_tell_present_copies_from_gone_ones(filled: Store) -> None:
    with filled.reading() as tx:
        counts = maintenance.counts(tx)
    assert counts["accounts"] == counts["folders"] == 1
    assert counts["messages"] == 3
    assert (counts["copies"], counts["gone_copies"]) == (2, 1)
    sizes = sum(len(mail(f"no. {n}", message_id=f"<{n}@example.org>")) for n in (1, 2, 3))
    assert counts["source_bytes"] == sizes
    assert counts["stored_source_bytes"] > 0


def test_the_size_has_the_log_in_it(filled: Store, path: Path) -> None:
    files = [path, *path.parent.glob("mailctl.db-*")]
    on_disk = sum(file.stat().st_size for file in files)
    assert maintenance.file_bytes(filled) == on_disk
    assert on_disk > path.stat().st_size


def test_a_backup_holds_everything_and_is_private(filled: Store, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    maintenance.back_up(filled, target)
    assert target.stat().st_mode & 0o777 == 0o600
    copy = Store(target)
    with copy.reading() as tx, filled.reading() as original:
        assert maintenance.counts(tx) == maintenance.counts(original)
    copy.close()


def test_a_backup_is_one_file(filled: Store, tmp_path: Path) -> None:
    place = tmp_path / "backups"
    place.mkdir()
    maintenance.back_up(filled, place / "copy.db")
    assert [file.name for file in place.iterdir()] == ["copy.db"]


def test_a_backup_of_a_database_in_use_is_of_one_moment(
    store: Store, path: Path, tmp_path: Path
) -> None:
    with store.reading():
        pass
    with Child(CHILDREN, "write_pairs", path) as writer:
        assert writer.hear() == "writing"
        for number in range(5):
            maintenance.back_up(store, tmp_path / f"{number}.db")
        assert writer.process.poll() is None
    sizes = [_pairs(tmp_path / f"{number}.db") for number in range(5)]
    assert sizes == sorted(sizes)
    assert sizes[0] >= 20


def _pairs(copy: Path) -> int:
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        domains = {row[0] for row in connection.execute("SELECT domain FROM domain_mapping")}
    halves = [{d[1:] for d in domains if d[0] == twin} for twin in "ab"]
    assert halves[0] == halves[1]
    return len(halves[0])


def test_a_backup_never_replaces_a_file(spawn: Spawn, filled: Store, tmp_path: Path) -> None:
    target = tmp_path / "precious"
    target.write_text("precious")
    ran = spawn("db", "backup", str(target), "-o", "json")
    assert ran.code == ExitCode.CONFLICT
    assert json.loads(ran.err)["error"]["code"] == "conflict"
    assert target.read_text() == "precious"
    assert [f.name for f in tmp_path.iterdir() if f.is_file()] == ["precious"]


def test_of_many_backups_to_one_place_one_wins_whole(
    spawn: Spawn, filled: Store, tmp_path: Path
) -> None:
    target = tmp_path / "copy.db"
    running = [
        subprocess.Popen(
            spawn.words("db", "backup", str(target)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    complaints = [process.communicate()[1] for process in running]
    codes = sorted(process.returncode for process in running)
    assert codes == [ExitCode.OK, *[ExitCode.CONFLICT] * 3], complaints
    with closing(sqlite3.connect(target)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert copy.execute("SELECT count(*) FROM message").fetchone()[0] == 3
    assert not list(tmp_path.glob(".copy.db*"))


def test_a_backup_to_no_directory_names_the_place(filled: Store, tmp_path: Path) -> None:
    with pytest.raises(StoreUnusable, match=re.escape(f"{tmp_path}/none/copy.db")):
        maintenance.back_up(filled, tmp_path / "none" / "copy.db")


def test_a_backup_to_a_full_disk_leaves_nothing(disk: Disk, tmp_path: Path) -> None:
    store = Store(tmp_path / "elsewhere" / "mailctl.db")
    with store.writing() as tx:
        deliver(tx, folder(tx), 1, mail())
    disk.fill()
    with pytest.raises(StoreFull, match=re.escape(str(disk.directory / "copy.db"))):
        maintenance.back_up(store, disk.directory / "copy.db")
    store.close()
    assert [file.name for file in disk.directory.iterdir()] == ["ballast"]


def test_the_command_makes_a_backup_beside_the_database(run: Run, home: Path) -> None:
    ran = run("db", "backup", "-o", "json")
    assert ran.code == 0
    made = Path(json.loads(ran.out)["path"])
    assert made.parent == home
    assert made.stat().st_size == json.loads(ran.out)["size_bytes"]
