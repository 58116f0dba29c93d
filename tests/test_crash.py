"""Runs that are cut off: whatever the moment, the store is whole and the next run goes on."""

import json
import os
import random
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Ran, Run, Spawn
from tests.contents import Rows, contents, findings
from tests.disks import mounted
from tests.rig import Mailbox, Rig, Stored
from tests.soak import count

MESSAGES = count(300, 2000)
KILLS = count(6, 200)
PATIENCE_S = 120
RECEIVED = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)


def mail(number: int, *, size: int = 600) -> bytes:
    """Return a mail that differs from all others and hardly gets smaller by packing."""
    noise = random.Random(number).randbytes(size // 2).hex()
    lines = "\r\n".join(noise[start : start + 70] for start in range(0, len(noise), 70))
    return (
        f"From: b@x.example\r\nTo: ada@corp.example\r\nSubject: number {number}\r\n"
        f"Message-ID: <{number}@x>\r\n\r\nword{number}\r\n{lines}\r\n"
    ).encode()


@dataclass(frozen=True)
class Stage:
    """A mailbox that is connected in a home, and further homes that are copies of that one."""

    spawn: Spawn
    rig: Rig
    box: Mailbox
    home: Path

    def fill(self, folder: str, numbers: range, *, size: int = 600) -> None:
        """Put mails into a folder."""
        mails = (Stored(mail(number, size=size), date=RECEIVED) for number in numbers)
        self.rig.dovecot.append_many(self.box.address, self.box.password, folder, mails)

    def copied(self, name: str) -> Path:
        """Return a copy of the home as it is now."""
        return shutil.copytree(self.home, self.home.with_name(name))

    def mailctl(self, home: Path, *words: str) -> Ran:
        """Run mailctl in a home."""
        environment = {"MAILCTL_HOME": str(home)}
        return self.spawn(*words, environment=environment, timeout_s=PATIENCE_S)

    def start(self, home: Path, *words: str) -> "subprocess.Popen[str]":
        """Start a sync in a home."""
        return subprocess.Popen(
            self.spawn.words("sync", "run", "-o", "json", *words),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "MAILCTL_HOME": str(home)},
        )

    def synced(self, home: Path) -> dict[str, Rows]:
        """Sync to the end, make sure that nothing is left to do, and return what is stored."""
        ran = self.mailctl(home, "sync", "run", "-o", "json")
        assert ran.code == ExitCode.OK, ran
        assert json.loads(ran.out)["failed"] == 0
        assert self.mailctl(home, "db", "check").code == ExitCode.OK
        return contents(home)


@pytest.fixture
def stage(run: Run, spawn: Spawn, at_the_rig: Rig, hosting: str, home: Path) -> Stage:
    """A mailbox with several folders, connected and not yet read."""
    box = at_the_rig.address("ada")
    made = Stage(spawn, at_the_rig, box, home)
    made.fill("INBOX", range(MESSAGES // 2))
    made.fill("Work", range(10_000, 10_000 + MESSAGES // 4))
    made.fill("Lists", range(20_000, 20_000 + MESSAGES // 4))
    made.fill("Old", range(30_000, 30_025))
    made.fill("Again", range(40_000, 40_080))
    made.fill("Work", range(5))  # these lie in INBOX too
    words = ("account", "add", box.address, "--provider", hosting, "--password-stdin")
    ran = run(*words, typed=box.password)
    assert ran.code == ExitCode.OK, ran.err
    return made


def change_everything(stage: Stage) -> None:
    """Let mail and folders come, go and move elsewhere, and one folder be numbered anew."""
    stage.fill("INBOX", range(50_000, 50_000 + MESSAGES // 3))
    stage.fill("Fresh", range(60_000, 60_000 + MESSAGES // 6))
    with stage.rig.dovecot.login(stage.box.address, stage.box.password) as imap:
        imap.select("INBOX")
        imap.uid("STORE", "1:60", "+FLAGS", r"(\Seen)")
        imap.uid("STORE", "20:30", "+FLAGS", r"(\Flagged $Label)")
        imap.uid("MOVE", "70:100", "Work")
        imap.uid("COPY", "1:10", "Lists")
        imap.select("Work")
        imap.uid("MOVE", "2:12", "Lists")
        imap.uid("STORE", "20:25", "+FLAGS", r"(\Deleted)")
        imap.expunge()
        imap.unselect()
        imap.delete("Old")
        imap.delete("Again")
    time.sleep(1.1)  # Dovecot's UIDVALIDITY is a time in seconds
    stage.fill("Again", range(40_020, 40_090))


@dataclass(frozen=True)
class Span:
    """When a sync works, in seconds after its start."""

    begins_s: float
    ends_s: float

    @classmethod
    def of(cls, stage: Stage, home: Path) -> "Span":
        """Measure it at a run that is not disturbed, whose home is complete afterwards."""
        begun = time.monotonic()
        assert stage.mailctl(home, "account", "list").code == ExitCode.OK
        idle = time.monotonic()
        assert stage.mailctl(home, "sync", "run").code == ExitCode.OK
        return cls(idle - begun, time.monotonic() - idle)


def killed(stage: Stage, home: Path, *, after_s: float) -> bool:
    """Start a sync and kill it so long after; return whether it was still at work."""
    with stage.start(home) as process:
        time.sleep(after_s)
        process.kill()
    assert findings(home) == []
    return process.returncode == -signal.SIGKILL


def assert_kills_leave_no_trace(stage: Stage) -> None:
    """Assert that homes whose syncs were killed end as one whose sync was not."""
    undisturbed = stage.copied("undisturbed")
    span = Span.of(stage, undisturbed)
    expected = stage.synced(undisturbed)
    moments = random.Random(26)
    kills = tries = 0
    while kills < KILLS:
        assert tries <= 5 * KILLS, "most kills came after the end"
        home = stage.copied("killed")
        for _ in range(moments.choice((1, 1, 2, 3))):
            tries += 1
            after_s = moments.uniform(span.begins_s, span.ends_s)
            if killed(stage, home, after_s=after_s):
                kills += 1
            else:  # it was measured when the machine had more to do
                span = replace(span, ends_s=(after_s + span.ends_s) / 2)
        assert stage.synced(home) == expected
        shutil.rmtree(home)


def test_a_first_sync_killed_anywhere_ends_as_if_it_had_not_been(stage: Stage) -> None:
    assert_kills_leave_no_trace(stage)


def test_a_later_sync_killed_anywhere_ends_as_if_it_had_not_been(stage: Stage) -> None:
    before = stage.synced(stage.home)
    change_everything(stage)
    assert_kills_leave_no_trace(stage)
    after = contents(stage.home.with_name("undisturbed"))
    assert gone(after) > gone(before) == 0
    assert contents(stage.home) == before


def gone(found: dict[str, Rows]) -> int:
    """Return how many copies are gone."""
    return sum(1 for is_there, *_ in found["copies"] if not is_there)


@pytest.mark.parametrize("jobs", ["1", "4"])
@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_run_soon_and_leaves_the_store_whole(
    run: Run, stage: Stage, signum: signal.Signals, code: int, jobs: str
) -> None:
    zoe = stage.rig.address("zoe")
    run("account", "add", zoe.address, "--password-stdin", typed=zoe.password)
    mails = (Stored(mail(number), date=RECEIVED) for number in range(MESSAGES))
    stage.rig.dovecot.append_many(zoe.address, zoe.password, "INBOX", mails)
    span = Span.of(stage, stage.copied("undisturbed"))
    moments = random.Random(11)
    for _ in range(count(3, 50)):
        home = stage.copied("stopped")
        with stage.start(home, "--jobs", jobs) as process:
            time.sleep(moments.uniform(span.begins_s, span.ends_s))
            process.send_signal(signum)
            _, err = process.communicate(timeout=15)
        # at its very end the interpreter has let go of our handlers: the shell sees the same
        assert process.returncode in {code, 0, -signum}, err
        assert "Traceback" not in err
        assert "Fatal" not in err
        assert findings(home) == []
        shutil.rmtree(home)


def wait_for_first_messages(run: Run) -> None:
    """Return when a run that is under way has stored something."""
    for _ in range(4000):
        if json.loads(run("db", "stats", "-o", "json").out)["counts"]["messages"]:
            return
        time.sleep(0.001)
    raise AssertionError("nothing was stored")


def test_sigterm_stops_the_whole_run_and_blames_no_account(run: Run, stage: Stage) -> None:
    other = stage.rig.address("zoe")
    run("account", "add", other.address, "--password-stdin", typed=other.password)
    with stage.start(stage.home) as process:
        wait_for_first_messages(run)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=15) == ExitCode.TERMINATED
    accounts = json.loads(run("account", "list", "-o", "json").out)
    assert [account["last_error"] for account in accounts] == [None, None]
    assert [account["last_sync_at"] for account in accounts] == [None, None]


def test_a_run_beside_another_on_one_account_names_the_holder(
    run: Run, stage: Stage, tmp_path: Path
) -> None:
    zoe, secret = stage.rig.address("zoe"), tmp_path / "password"
    secret.write_text(zoe.password)
    words = ("account", "add", zoe.address, "--provider", "hosting")
    assert run(*words, "--secret", f"command:cat {secret}").code == ExitCode.OK
    stage.rig.dovecot.append(zoe.address, zoe.password, "INBOX", mail(1), date=RECEIVED)
    secret.unlink()
    os.mkfifo(secret)
    with stage.start(stage.home, zoe.address) as working:
        with secret.open("w") as pipe:  # opens once the run asks for the password
            beside = stage.mailctl(stage.home, "sync", "run", zoe.address, "-o", "json")
            pipe.write(zoe.password)
        assert working.wait(timeout=PATIENCE_S) == ExitCode.OK
    assert beside.code == ExitCode.LOCKED
    (account,) = json.loads(beside.out)["accounts"]
    assert account["error"]["code"] == "locked"
    assert f"process {working.pid})" in account["error"]["message"]
    assert len(contents(stage.home)["copies"]) == 1


def test_of_runs_at_once_one_works_and_the_others_say_so(stage: Stage) -> None:
    processes = [stage.start(stage.home, "--quiet") for _ in range(4)]
    said = [process.communicate(timeout=PATIENCE_S) for process in processes]
    codes = [process.returncode for process in processes]
    assert ExitCode.OK in codes
    assert set(codes) <= {ExitCode.OK, ExitCode.LOCKED}, said
    assert stage.mailctl(stage.home, "db", "check").code == ExitCode.OK
    left = contents(stage.home)
    complete = stage.synced(stage.copied("again"))
    # what a run stores while another makes mail searchable may wait for the next one
    assert left["copies"] == complete["copies"]
    assert left["sources"] == complete["sources"]


def test_runs_at_once_on_different_accounts_all_work(run: Run, stage: Stage) -> None:
    other = stage.rig.address("zoe")
    run("account", "add", other.address, "--password-stdin", typed=other.password)
    mails = [Stored(mail(number), date=RECEIVED) for number in range(MESSAGES // 2)]
    stage.rig.dovecot.append_many(other.address, other.password, "INBOX", mails)
    apart = stage.copied("apart")
    processes = [stage.start(stage.home, box.address) for box in (stage.box, other)]
    said = [process.communicate(timeout=PATIENCE_S) for process in processes]
    assert [process.returncode for process in processes] == [ExitCode.OK, ExitCode.OK], said
    assert stage.mailctl(stage.home, "db", "check").code == ExitCode.OK
    assert stage.synced(stage.home) == stage.synced(apart)


def test_a_run_with_several_jobs_stores_what_runs_one_after_the_other_do(
    run: Run, stage: Stage
) -> None:
    for name in ("zoe", "ben", "eve"):
        box = stage.rig.address(name)
        run("account", "add", box.address, "--password-stdin", typed=box.password)
        first = 100_000 + ord(name[0]) * 1000
        mails = (Stored(mail(first + n, size=5000), date=RECEIVED) for n in range(MESSAGES))
        stage.rig.dovecot.append_many(box.address, box.password, "INBOX", mails)
    apart = stage.copied("apart")
    with stage.start(stage.home, "--jobs", "4") as process:
        _, err = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == ExitCode.OK, err
    assert stage.synced(stage.home) == stage.synced(apart)


def test_a_disk_that_fills_up_ends_the_run_and_more_room_lets_it_complete(stage: Stage) -> None:
    stage.fill("INBOX", range(70_000, 70_200), size=20_000)
    expected = stage.synced(stage.copied("undisturbed"))
    small = stage.home.with_name("small")
    with mounted(small, "4500k") as disk:
        shutil.copytree(stage.home, small, dirs_exist_ok=True)
        ran = stage.mailctl(small, "sync", "run", "-o", "json")
        assert ran.code == ExitCode.STORE, ran
        assert "Traceback" not in ran.err
        (account,) = json.loads(ran.out)["accounts"]
        assert account["error"]["code"] == "store-full"
        assert stage.mailctl(small, "db", "check").code == ExitCode.OK
        assert 0 < len(contents(small)["copies"]) < len(expected["copies"])
        disk.resize("64m")
        assert stage.synced(small) == expected
