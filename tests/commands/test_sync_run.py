"""sync run as cron, scripts and people use it: the index, lines of JSON, silence."""

import json
import os
import random
import subprocess
import time
from pathlib import Path

import pytest

from mailctl.core.messages.indexing import LOCK
from mailctl.errors import ExitCode
from mailctl.store.locks import FileLocks
from tests.commands.boxes import break_password, connected, fill
from tests.conftest import Run, Spawn
from tests.rig import Mailbox, Rig
from tests.soak import count


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox with three messages that nobody has loaded yet."""
    made = connected(run, at_the_rig, "ada", "--provider", hosting)
    fill(at_the_rig, made, range(3))
    return made


def indexed(run: Run, *options: str) -> object:
    ran = run("sync", "run", "-o", "json", *options)
    assert ran.code == ExitCode.OK, ran.err
    return json.loads(ran.out)["indexed"]


def found(run: Run, word: str) -> int:
    return len(json.loads(run("message", "search", word, "-o", "json").out))


@pytest.mark.usefixtures("box")
def test_what_is_stored_is_searchable_at_the_end(run: Run) -> None:
    assert indexed(run) == 3
    assert found(run, "body") == 3
    assert indexed(run) == 0


@pytest.mark.usefixtures("box")
def test_the_index_can_wait_for_a_run_of_its_own(run: Run) -> None:
    assert indexed(run, "--no-index") == 0
    assert found(run, "body") == 0
    assert indexed(run, "--index-only") == 3
    assert found(run, "body") == 3


def test_index_only_asks_no_server(run: Run, at_the_rig: Rig, box: Mailbox) -> None:
    indexed(run, "--no-index")
    fill(at_the_rig, box, range(3, 5))
    ran = run("sync", "run", "--index-only", "-o", "json")
    assert json.loads(ran.out)["accounts"] == []
    assert len(json.loads(run("message", "list", "-o", "json").out)) == 3


def test_leaving_the_index_out_and_wanting_it_alone_is_refused(run: Run) -> None:
    assert run("sync", "run", "--no-index", "--index-only").code == ExitCode.USAGE


@pytest.mark.usefixtures("box")
def test_a_dry_run_makes_nothing_searchable(run: Run) -> None:
    indexed(run, "--no-index")
    assert indexed(run, "--dry-run") == 0


@pytest.mark.usefixtures("box")
def test_an_index_that_another_run_holds_is_no_failure(run: Run, home: Path) -> None:
    with FileLocks(home / "locks").hold(LOCK):
        ran = run("sync", "run", "--verbose", "-o", "json")
        assert ran.code == ExitCode.OK
        assert json.loads(ran.out)["indexed"] == 0
        assert "another run works on the search index" in ran.err
        assert run("sync", "run", "--index-only").err == ""
    assert indexed(run) == 3


def test_an_index_that_is_killed_again_and_again_ends_complete(
    run: Run, spawn: Spawn, at_the_rig: Rig, box: Mailbox
) -> None:
    total = count(900, 5000)
    fill(at_the_rig, box, range(3, total))
    indexed(run, "--no-index")
    moments = random.Random(2)
    for _ in range(count(4, 40)):
        process = subprocess.Popen(spawn.words("sync", "run", "--index-only"), env=os.environ)
        time.sleep(moments.uniform(0.3, 0.9))
        process.kill()
        process.wait()
    indexed(run)
    assert found(run, "body") == total
    assert indexed(run) == 0


@pytest.mark.parametrize("jobs", ["1", "4"])
def test_ndjson_has_a_line_an_account_and_one_for_the_sums(
    run: Run, at_the_rig: Rig, box: Mailbox, jobs: str
) -> None:
    other = connected(run, at_the_rig, "ben")
    ran = run("sync", "run", "-o", "ndjson", "--jobs", jobs)
    *accounts, sums = map(json.loads, ran.out.splitlines())
    assert {line["account"] for line in accounts} == {box.address, other.address}
    assert [line["type"] for line in (*accounts, sums)] == ["account", "account", "summary"]
    assert (sums["total"], sums["stored"], sums["failed"], sums["indexed"]) == (2, 3, 0, 3)


def test_chosen_fields_of_ndjson_are_those_of_the_accounts(run: Run, box: Mailbox) -> None:
    ran = run("sync", "run", "-o", "ndjson", "--fields", "account,stored")
    assert [json.loads(line) for line in ran.out.splitlines()] == [
        {"account": box.address, "stored": 3}
    ]
    assert run("sync", "run", "-o", "ndjson", "--fields", "accounts").code == ExitCode.USAGE


@pytest.mark.usefixtures("box")
def test_quiet_is_silent_when_all_is_well(run: Run) -> None:
    ran = run("sync", "run", "--quiet")
    assert (ran.code, ran.out, ran.err) == (ExitCode.OK, "", "")
    assert json.loads(run("sync", "run", "--quiet", "-o", "json").out)["failed"] == 0


@pytest.mark.usefixtures("box")
def test_quiet_says_one_line_for_each_failing_account(run: Run, at_the_rig: Rig) -> None:
    failing = [break_password(run, at_the_rig, name).address for name in ("ben", "zoe")]
    ran = run("sync", "run", "--quiet")
    assert (ran.code, ran.out) == (ExitCode.PARTIAL, "")
    lines = ran.err.splitlines()
    assert [line.split(": ")[1] for line in lines] == failing
