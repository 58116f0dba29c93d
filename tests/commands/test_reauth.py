"""account reauth: a password that changed is no dead end."""

import json
from pathlib import Path

import pytest

from mailctl.errors import ExitCode
from tests.conftest import Run
from tests.rig import Mailbox, Rig


@pytest.fixture
def box(run: Run, at_the_rig: Rig, hosting: str) -> Mailbox:
    """A connected mailbox whose password was changed elsewhere since."""
    made = at_the_rig.address("ada")
    ran = run("account", "add", made.address, "--password-stdin", typed=made.password)
    assert ran.code == ExitCode.OK, ran.err + hosting
    at_the_rig.dovecot.add_user(made.address, "a new one")
    assert run("sync", "run").code == ExitCode.AUTHORISATION
    return made


def state(run: Run) -> tuple[str, str | None]:
    """Return state and last error of the only account."""
    (account,) = json.loads(run("account", "list", "-o", "json").out)
    return account["state"], account["last_error"]


def test_a_new_password_makes_the_account_active_again(run: Run, box: Mailbox) -> None:
    assert state(run)[0] == "auth-required"
    ran = run("account", "reauth", box.address, "--password-stdin", typed="a new one")
    assert ran.code == ExitCode.OK, ran.err
    assert state(run) == ("ok", None)
    assert run("sync", "run").code == ExitCode.OK


def test_a_wrong_new_password_changes_nothing(run: Run, box: Mailbox) -> None:
    ran = run("account", "reauth", box.address, "--password-stdin", typed="wrong again")
    assert ran.code == ExitCode.AUTHORISATION
    assert state(run)[0] == "auth-required"


def test_the_refusal_of_a_sync_names_the_way_out(run: Run, box: Mailbox) -> None:
    assert f"mailctl account reauth {box.address}" in run("sync", "run").err


def test_a_lost_secret_is_given_anew(run: Run, box: Mailbox, home: Path) -> None:
    (home / "vault.json").unlink()
    ran = run("account", "reauth", box.address, "--password-stdin", typed="a new one")
    assert ran.code == ExitCode.OK, ran.err


def test_without_a_password_it_names_the_options(run: Run, box: Mailbox) -> None:
    ran = run("account", "reauth", box.address, "--no-input")
    assert ran.code == ExitCode.AUTHORISATION
    assert "--password-stdin" in ran.err


def test_a_secret_in_the_environment_is_tried_as_it_is_now(
    run: Run, at_the_rig: Rig, hosting: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = at_the_rig.address("ben")
    monkeypatch.setenv("BEN_PW", "wrong")
    run("account", "add", made.address, "--no-verify", "--secret", "env:BEN_PW")
    assert run("account", "reauth", made.address).code == ExitCode.AUTHORISATION, hosting
    monkeypatch.setenv("BEN_PW", made.password)
    assert run("account", "reauth", made.address).code == ExitCode.OK
    refused = run("account", "reauth", made.address, "--password-stdin", typed="x")
    assert refused.code == ExitCode.USAGE


def test_an_account_that_is_none_is_not_found(run: Run) -> None:
    assert run("account", "reauth", "ghost@corp.example").code == ExitCode.NOT_FOUND


def test_a_secret_in_a_file_is_left_to_the_person_whose_file_it_is(
    run: Run, at_the_rig: Rig, hosting: str, tmp_path: Path
) -> None:
    made = at_the_rig.address("cleo")
    file = tmp_path / "pw"
    file.touch(mode=0o600)
    file.write_text("wrong\n")
    run("account", "add", made.address, "--no-verify", "--secret", f"file:{file}")
    refused = run("account", "reauth", made.address, "--password-stdin", typed=made.password)
    assert refused.code == ExitCode.USAGE, hosting
    assert file.read_text() == "wrong\n"
    file.write_text(made.password + "\n")
    assert run("account", "reauth", made.address, "--no-input").code == ExitCode.OK
