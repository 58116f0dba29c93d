"""Honest conversations with some bytes changed: no crash, no hang, and a sound store."""

from collections.abc import Iterator

import pytest

from mailctl.errors import ExitCode
from tests.hostile.conftest import Besiege
from tests.hostile.siege import ADDRESS, DOCUMENTED, Siege, deadline, mail
from tests.rig.imap_model import BARE, EVERYTHING, GMAIL
from tests.rig.imap_model.replay import Replay, Script, mutated, script
from tests.soak import count

CAPABILITIES = {
    "bare": BARE,
    # What is deflated cannot be said again to another client.
    "gmail": GMAIL - {"COMPRESS=DEFLATE"},
    "everything": EVERYTHING - {"COMPRESS=DEFLATE"},
}
ROUNDS = count(180, 10_000)


@pytest.fixture
def replay() -> Iterator[Replay]:
    with Replay() as made:
        yield made


def recorded(siege: Siege) -> list[Script]:
    """Return what an honest server says in a run."""
    siege.server.record()
    assert siege.sync().code == ExitCode.OK
    return [script(each) for each in siege.server.recorded()]


def survives(siege: Siege, replay: Replay, monkeypatch: pytest.MonkeyPatch, *, later: bool) -> None:
    """Fail where a wounded conversation does more than to end with a documented code."""
    kept = siege.save()
    scripts = recorded(siege)
    to = f"127.0.0.1:{siege.server.port}:127.0.0.1:{replay.port}"
    monkeypatch.setenv("MAILCTL_CONNECT_TO", to)
    siege.restore(kept)
    # Nothing is missing in what is unchanged: a busy machine may let the program take its time.
    replay.play(scripts, patience_s=10)
    assert siege.run("sync", "run", ADDRESS).code == ExitCode.OK, "not even unchanged"
    for seed in range(ROUNDS // (2 * len(CAPABILITIES))):
        siege.restore(kept)
        replay.play([mutated(each, seed) for each in scripts])
        with deadline(20):
            ran = siege.run("sync", "run", ADDRESS)
        assert ran.code in DOCUMENTED, (seed, ran)
        assert "Traceback" not in ran.out + ran.err, (seed, ran)
        assert siege.run("db", "check").code == ExitCode.OK, seed
        siege.look_at_sources()
        assert not later or siege.present(), (seed, "all of it is gone")


@pytest.mark.parametrize("name", CAPABILITIES)
def test_a_first_conversation_with_changed_bytes_is_survived(
    besiege: Besiege, replay: Replay, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    siege = besiege(capabilities=CAPABILITIES[name], is_synced=False, count=9)
    survives(siege, replay, monkeypatch, later=False)


@pytest.mark.parametrize("name", CAPABILITIES)
def test_a_later_conversation_with_changed_bytes_is_survived(
    besiege: Besiege, replay: Replay, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    siege = besiege(capabilities=CAPABILITIES[name], count=9)
    siege.box.inbox.append(mail(77))
    siege.box.inbox.expunge(3)
    siege.box.inbox.flag(5, r"\Flagged")
    # Of another size, or it depends on who is first whether it is taken for the other one, moved.
    siege.box.create("Work").append(mail(78, size=400))
    survives(siege, replay, monkeypatch, later=True)
