"""secrets list and secrets move, and machines without keyring, home or terminal."""

import json
import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run, Spawn
from tests.rig import Mailbox, Rig
from tests.rig.secret_service import SecretService

# A keyring whose secrets lie in a file, as a desktop's do: another process finds them.
KEYRING = """
import json, pathlib
from keyring.backend import KeyringBackend

FILE = pathlib.Path({file!r})

class Keyring(KeyringBackend):
    priority = 5

    def _all(self):
        return json.loads(FILE.read_text()) if FILE.exists() else {{}}

    def get_password(self, service, username):
        return self._all().get(username)

    def set_password(self, service, username, password):
        FILE.write_text(json.dumps(self._all() | {{username: password}}))

    def delete_password(self, service, username):
        left = self._all()
        del left[username]
        FILE.write_text(json.dumps(left))
"""


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file of a working keyring that processes find."""
    file = tmp_path / "keyring.json"
    (tmp_path / "filekeyring.py").write_text(KEYRING.format(file=str(file)))
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "filekeyring.Keyring")
    return file


@pytest.fixture
def ada(run: Run, hosting: str, at_the_rig: Rig) -> Mailbox:
    """A mailbox whose password is in the vault."""
    box = at_the_rig.address("ada")
    ran = run(
        *("account", "add", box.address, "--password-stdin", "--secret", "vault"),
        typed=box.password,
    )
    assert ran.code == 0, (ran.err, hosting)
    return box


def rows(out: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_a_list_tells_places_and_no_secrets(run: Run, ada: Mailbox) -> None:
    ran = run("secrets", "list", "-o", "json")
    (one,) = rows(ran.out)
    assert (one["owner"], one["kind"], one["readable"]) == (ada.address, "account", True)
    assert one["secret"].startswith("vault:acc_")
    assert ada.password not in ran.out


def test_a_secret_that_is_lost_says_so(run: Run, ada: Mailbox, home: Path) -> None:
    (home / "vault.json").unlink()
    (one,) = rows(run("secrets", "list", "-o", "json").out)
    assert (one["owner"], one["readable"]) == (ada.address, False)
    assert "no secret named" in one["detail"]


def test_secrets_move_to_the_keyring_and_back(
    spawn: Spawn, ada: Mailbox, keyring: Path, home: Path
) -> None:
    (moved,) = rows(spawn("secrets", "move", "--to", "keyring", "-o", "json").out)
    assert (moved["outcome"], moved["after"][:8]) == ("moved", "keyring:")
    assert list(json.loads(keyring.read_text()).values()) == [ada.password]
    assert json.loads((home / "vault.json").read_text())["secrets"] == {}
    assert spawn("sync", "run").code == 0
    (moved,) = rows(spawn("secrets", "move", "--to", "vault", ada.address, "-o", "json").out)
    assert moved["outcome"] == "moved"
    assert json.loads(keyring.read_text()) == {}
    assert spawn("sync", "run").code == 0
    (moved,) = rows(spawn("secrets", "move", "--to", "vault", "-o", "json").out)
    assert moved["outcome"] == "unchanged"


def test_a_move_that_was_interrupted_is_made_again(
    spawn: Spawn, ada: Mailbox, keyring: Path, home: Path
) -> None:
    (name,) = json.loads((home / "vault.json").read_text())["secrets"]
    keyring.write_text(json.dumps({name: ada.password}))  # copied, and then killed
    (moved,) = rows(spawn("secrets", "move", "--to", "keyring", "-o", "json").out)
    assert moved["outcome"] == "moved"


def test_another_secret_in_the_new_place_is_not_replaced(
    spawn: Spawn, ada: Mailbox, keyring: Path, home: Path
) -> None:
    (name,) = json.loads((home / "vault.json").read_text())["secrets"]
    keyring.write_text(json.dumps({name: "somebody else's"}))
    ran = spawn("secrets", "move", "--to", "keyring", "-o", "json")
    assert rows(ran.out)[0]["outcome"] == "failed", ada
    assert ran.code == ExitCode.AUTHORISATION
    assert json.loads(keyring.read_text()) == {name: "somebody else's"}
    assert spawn("secrets", "list", "-o", "json").out.count("vault:") == 1


def test_a_persons_own_place_is_left_as_it_is(
    run: Run, hosting: str, at_the_rig: Rig, tmp_path: Path
) -> None:
    box = at_the_rig.address("ada")
    file = tmp_path / "pw"
    file.touch(0o600)
    file.write_text(box.password)
    run("account", "add", box.address, "--secret", f"file:{file}")
    (moved,) = rows(run("secrets", "move", "--to", "vault", "-o", "json").out)
    assert (moved["outcome"], moved["detail"]) == ("moved", f"file:{file} is yours and stays")
    assert file.read_text() == box.password, hosting
    assert run("account", "test", box.address).code == 0


@pytest.mark.parametrize("place", ["env:X", "file:/tmp/x", "nowhere", ""])
def test_a_place_that_is_not_ours_is_refused(run: Run, place: str) -> None:
    ran = run("secrets", "move", "--to", place)
    assert ran.code == ExitCode.USAGE
    assert "keyring or vault" in ran.err


def test_without_a_keyring_nothing_moves(run: Run, ada: Mailbox) -> None:
    ran = run("secrets", "move", "--to", "keyring", "-o", "json")
    (one,) = rows(ran.out)
    assert (ran.code, one["outcome"]) == (ExitCode.AUTHORISATION, "failed")
    assert one["detail"] == "this machine has no keyring"
    assert run("account", "test", ada.address).code == 0


@pytest.mark.parametrize("way", ["variable", "credential"])
def test_the_vault_opens_by_a_key_of_the_environment_or_the_system(
    run: Run,
    hosting: str,
    at_the_rig: Rig,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    way: str,
) -> None:
    if way == "variable":
        monkeypatch.setenv("MAILCTL_VAULT_KEY", "a key of the environment")
    else:
        (tmp_path / "creds").mkdir()
        key = tmp_path / "creds" / "mailctl-vault-key"
        key.write_text("a key of the system")
        key.chmod(0o440)  # systemd's own care
        monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(key.parent))
    box = at_the_rig.address("ada")
    run("account", "add", box.address, "--password-stdin", typed=box.password)
    assert run("account", "test", box.address).code == 0, hosting
    assert not (home / "vault.key").exists()
    monkeypatch.setenv("MAILCTL_VAULT_KEY", "another key")
    ran = run("account", "test", box.address)
    assert ran.code == ExitCode.AUTHORISATION
    assert "MAILCTL_VAULT_KEY" in ran.err
    assert "another key" not in ran.err


def test_programs_of_others_do_not_get_the_key_of_the_vault(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, hosting: str
) -> None:
    monkeypatch.setenv("MAILCTL_VAULT_KEY", "C4n4ry")
    seen = tmp_path / "seen"
    command = f"sh -c 'env > {seen}; echo pw'"
    run("account", "add", "ada@corp.example", "--no-verify", "--password-command", command)
    assert "HOME=" in seen.read_text(), hosting
    assert "C4n4ry" not in seen.read_text()


def test_a_key_that_others_may_read_is_refused(run: Run, ada: Mailbox, home: Path) -> None:
    (home / "vault.key").chmod(0o644)
    ran = run("account", "test", ada.address)
    assert ran.code == ExitCode.AUTHORISATION
    assert "chmod 600" in ran.err


def bare(rig: Rig, home: Path, **more: str) -> dict[str, str]:
    """Return an environment with no desktop, no home and nobody's settings."""
    kept = {"PATH": os.environ["PATH"], "MAILCTL_HOME": str(home), **rig.environment()}
    return {**kept, **more}


def add_bare(environment: dict[str, str], *options: str) -> tuple[int, str, float]:
    started = time.monotonic()
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "mailctl", "account", "add", "ada@corp.example"),
            *("--no-verify", "--password-stdin", *options),
        ],
        input="pw\n",
        capture_output=True,
        text=True,
        env=environment,
        start_new_session=True,
        timeout=60,
        check=False,
    )
    return ran.returncode, ran.stdout + ran.stderr, time.monotonic() - started


@pytest.mark.usefixtures("hosting")
def test_without_desktop_home_and_terminal_a_missing_keyring_is_said_at_once(
    at_the_rig: Rig, home: Path, run: Run
) -> None:
    code, said, seconds = add_bare(bare(at_the_rig, home), "--secret", "keyring")
    assert code == ExitCode.AUTHORISATION, said
    for alternative in ("vault", "env:NAME", "file:PATH", "command:CMD"):
        assert alternative in said
    assert seconds < 15  # one by hand; a bus that is waited for takes 25
    assert json.loads(run("account", "list", "-o", "json").out) == []


@pytest.mark.usefixtures("hosting")
def test_without_desktop_home_and_terminal_the_vault_keeps_the_password(
    at_the_rig: Rig, home: Path
) -> None:
    code, said, _ = add_bare(bare(at_the_rig, home))
    assert code == 0, said
    assert "vault" in said
    assert stat.S_IMODE((home / "vault.json").stat().st_mode) == 0o600


@pytest.mark.usefixtures("hosting")
def test_a_session_bus_that_never_answers_holds_nobody_up(
    at_the_rig: Rig, home: Path, tmp_path: Path
) -> None:
    path = tmp_path / "bus"
    with socket.socket(socket.AF_UNIX) as bus:
        bus.bind(str(path))
        bus.listen()
        environment = bare(at_the_rig, home, DBUS_SESSION_BUS_ADDRESS=f"unix:path={path}")
        code, said, seconds = add_bare(environment)
    assert code == 0, said
    assert seconds < 15


@pytest.mark.parametrize(
    ("is_locked", "is_made", "status"),
    [(True, True, "warning"), (False, True, "ok"), (False, False, "ok")],
)
def test_doctor_tells_a_locked_keyring_and_lets_nobody_be_asked_to_unlock_it(
    spawn: Spawn, is_locked: bool, is_made: bool, status: str
) -> None:
    with SecretService(is_locked=is_locked, is_made=is_made) as desktop:
        ran = spawn("doctor", "--offline", "-o", "json", environment=desktop.environment)
    assert (ran.code, ran.err) == (0, "")
    (secrets,) = [each for each in json.loads(ran.out)["checks"] if each["check"] == "secrets"]
    assert (secrets["status"], secrets["details"]["keyring_is_locked"]) == (status, is_locked)
    assert set(desktop.asked) == {"Get"}
