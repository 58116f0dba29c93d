"""apply that is stopped while accounts sign in: what has is kept, a rerun does the rest."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import Run, Spawn
from tests.rig import Rig
from tests.rig.faults import Talk, serving

QUICK, SLOW = ("ada", "ben", "cy"), 8
"""Those that hang take all eight turns, so that the quick ones have had theirs."""


class Stage:
    """A file of accounts, some of which sign in, and some at a server that never says a word."""

    def __init__(self, text: str, spawn: Spawn, hung: threading.Semaphore) -> None:
        self.text = text
        self._spawn = spawn
        self._hung = hung

    def stopped_by(self, signum: signal.Signals, *words: str) -> tuple[int, str, str]:
        """Apply the file, stop it when all turns hang; return the exit code and what was said."""
        process = subprocess.Popen(
            self._spawn.words("apply", "-f", "-", *words),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(self.text)
        process.stdin.close()
        process.stdin = None
        for _ in range(SLOW):
            assert self._hung.acquire(timeout=30)
        process.send_signal(signum)
        out, err = process.communicate(timeout=15)
        return process.returncode, out, err


@pytest.fixture
def stage(
    run: Run, spawn: Spawn, at_the_rig: Rig, hosting: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Stage]:
    lines = []
    for name in QUICK:
        box = at_the_rig.address(name)
        monkeypatch.setenv(f"PW_{name}", box.password)
        lines.append(f"- {{address: {box.address}, provider: {hosting}, secret: env:PW_{name}}}")
    names = [f"slow{number}@slow.example" for number in range(SLOW)]
    lines += [f"- {{address: {name}, provider: slow, secret: env:PW_ada}}" for name in names]
    with hanging() as (port, hung):
        added = run(
            *("provider", "add", "slow", "--incoming", f"127.0.0.1:{port}"),
            *("--incoming-security", "none", "--submission", f"127.0.0.1:{port}"),
        )
        assert added.code == 0, added.err
        yield Stage("\n".join(["accounts:", *lines]), spawn, hung)


@contextmanager
def hanging() -> Iterator[tuple[int, threading.Semaphore]]:
    """Yield the port of a server that says nothing, and what counts who has come."""
    hung = threading.Semaphore(0)

    def script(talk: Talk) -> None:
        hung.release()
        while talk.hear() is not None:
            pass

    with serving(script) as port:
        yield port, hung


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_has_signed_in_is_stored_and_told_and_a_rerun_does_the_rest(
    run: Run, stage: Stage, signum: signal.Signals, code: int
) -> None:
    ended, out, err = stage.stopped_by(signum, "-o", "json")
    assert ended == code, err
    told = json.loads(out)
    assert [each["result"] for each in told["objects"]] == ["created"] * len(QUICK)
    assert (told["created"], told["failed"], told["left"]) == (len(QUICK), 0, SLOW)
    states = [each["state"] for each in json.loads(run("account", "list", "-o", "json").out)]
    assert states == ["ok"] * len(QUICK)
    again = json.loads(run("apply", "-f", "-", "--no-verify", "-o", "json", typed=stage.text).out)
    assert (again["unchanged"], again["created"], again["left"]) == (len(QUICK), SLOW, 0)


def test_a_person_is_told_how_many_are_left(stage: Stage) -> None:
    code, out, err = stage.stopped_by(signal.SIGINT)
    assert code == 130
    assert out.count("created") == len(QUICK)
    assert err == "mailctl: stopped: 3 created, 8 left for the next run\n"
