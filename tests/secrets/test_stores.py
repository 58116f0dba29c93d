"""Each scheme finds its secret, or says why not and never what."""

import os
import shlex
import stat
import sys
import time
import traceback
from dataclasses import replace
from pathlib import Path

import pytest

from mailctl.domain.secret import Secret, SecretRef, SecretScheme
from mailctl.errors import BadUsage, MailctlError, SecretMissing, SecretStoreUnusable
from mailctl.secrets import commands
from mailctl.secrets.stores import Secrets, parse_ref
from mailctl.secrets.vault import Vault

CANARY = "C4n4ry-7f3k"


@pytest.fixture
def secrets(home: Path) -> Secrets:
    vault = Vault(home / "vault.json", home / "vault.key", is_key_ours=True)
    return Secrets(vault, {"MAIL_PASSWORD": CANARY, "EMPTY": ""})


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A secret file as it should be."""
    path = tmp_path / "password"
    path.write_text(f"{CANARY}\n")
    path.chmod(0o600)
    return path


def ref(scheme: SecretScheme, name: str | Path) -> SecretRef:
    return SecretRef(scheme, str(name))


def of_file(path: Path) -> SecretRef:
    return ref(SecretScheme.FILE, path)


def of_command(*words: str) -> SecretRef:
    return ref(SecretScheme.COMMAND, shlex.join(words))


def said(error: MailctlError) -> str:
    """Return everything that `--debug` would show of it."""
    return f"{error.hint}{error.details}" + "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("keyring", "keyring:acc_1"),
        ("keyring:", "keyring:acc_1"),
        ("vault", "vault:acc_1"),
        ("vault:shared", "vault:shared"),
        ("env:MAIL_PASSWORD", "env:MAIL_PASSWORD"),
        ("file:/run/secrets/a:b", "file:/run/secrets/a:b"),
        ("command:pass show a:b", "command:pass show a:b"),
    ],
)
def test_a_reference_is_read_as_written(text: str, expected: str) -> None:
    assert str(parse_ref(text, own_name="acc_1")) == expected


def test_a_file_is_found_from_any_directory_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_ref("file:secret", own_name="a").name == str(tmp_path / "secret")
    assert parse_ref("file:~/secret", own_name="a").name == f"{os.environ['HOME']}/secret"


@pytest.mark.parametrize(
    "text", ["", ":", "paper", "env", "env:", "file:", "command:", "KEYRING", "file:~nobody-here/x"]
)
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(BadUsage):
        parse_ref(text, own_name="acc_1")


def test_a_variable_is_read(secrets: Secrets) -> None:
    assert secrets.read(ref(SecretScheme.ENV, "MAIL_PASSWORD")).reveal() == CANARY


@pytest.mark.parametrize("name", ["NONE", "EMPTY"])
def test_a_variable_that_is_not_set_or_empty_is_missing(secrets: Secrets, name: str) -> None:
    with pytest.raises(SecretMissing, match=name):
        secrets.read(ref(SecretScheme.ENV, name))


def test_only_the_environment_of_the_run_counts(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OF_THE_PROCESS", CANARY)
    with pytest.raises(SecretMissing, match="OF_THE_PROCESS"):
        secrets.read(ref(SecretScheme.ENV, "OF_THE_PROCESS"))


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\nsecond line\n"])
def test_the_first_line_of_a_file_is_the_secret(secrets: Secrets, file: Path, end: str) -> None:
    file.write_bytes(f" {CANARY} ".encode() + end.encode())
    assert secrets.read(of_file(file)).reveal() == f" {CANARY} "


def test_a_missing_file_is_missing(secrets: Secrets, tmp_path: Path) -> None:
    with pytest.raises(SecretMissing, match="none"):
        secrets.read(of_file(tmp_path / "none"))


@pytest.mark.parametrize("content", ["", "\n", "\r\n", "\nsecond line"])
def test_an_empty_file_is_missing(secrets: Secrets, file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(SecretMissing, match="is empty"):
        secrets.read(of_file(file))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o660, 0o601])
def test_a_file_that_others_may_use_is_refused(secrets: Secrets, file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(SecretStoreUnusable, match="others may read") as refused:
        secrets.read(of_file(file))
    assert refused.value.hint == f"chmod 600 {file}"
    assert CANARY not in said(refused.value)


def with_credentials_in(secrets: Secrets, directory: Path) -> Secrets:
    """Return the secrets of a service whose manager hands it credentials."""
    return replace(secrets, environment={"CREDENTIALS_DIRECTORY": str(directory)})


def test_a_credentials_directory_sees_to_its_modes_itself(secrets: Secrets, file: Path) -> None:
    file.chmod(0o440)
    assert with_credentials_in(secrets, file.parent).read(of_file(file)).reveal() == CANARY


def test_a_link_out_of_the_credentials_directory_is_no_credential(
    secrets: Secrets, file: Path, tmp_path: Path
) -> None:
    file.chmod(0o440)
    (tmp_path / "credentials").mkdir()
    link = tmp_path / "credentials" / "link"
    link.symlink_to(file)
    with pytest.raises(SecretStoreUnusable, match="others may read"):
        with_credentials_in(secrets, link.parent).read(of_file(link))


def test_a_link_is_followed_and_judged_by_what_it_leads_to(
    secrets: Secrets, file: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(file)
    assert secrets.read(of_file(link)).reveal() == CANARY
    file.chmod(0o644)
    with pytest.raises(SecretStoreUnusable, match="others may read"):
        secrets.read(of_file(link))


def test_a_directory_is_no_secret_file(secrets: Secrets, tmp_path: Path) -> None:
    with pytest.raises(SecretStoreUnusable, match="cannot be read"):
        secrets.read(of_file(tmp_path))


def test_a_file_that_is_no_text_is_refused_without_a_byte_of_it(
    secrets: Secrets, file: Path
) -> None:
    file.write_bytes(CANARY.encode() + b"\xe9\n")
    with pytest.raises(SecretMissing, match="no UTF-8") as refused:
        secrets.read(of_file(file))
    assert "0xe9" not in said(refused.value)


def test_a_secret_is_written_to_a_new_private_file(secrets: Secrets, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        secrets.write(of_file(tmp_path / "new"), Secret(CANARY))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600
    assert secrets.read(of_file(tmp_path / "new")).reveal() == CANARY


def test_a_secret_file_is_never_replaced(secrets: Secrets, file: Path) -> None:
    with pytest.raises(SecretStoreUnusable, match="exists already"):
        secrets.write(of_file(file), Secret("other"))
    assert secrets.read(of_file(file)).reveal() == CANARY


def test_a_secret_file_in_no_directory_is_refused(secrets: Secrets, tmp_path: Path) -> None:
    with pytest.raises(SecretStoreUnusable, match="cannot be made"):
        secrets.write(of_file(tmp_path / "none" / "new"), Secret(CANARY))


@pytest.mark.parametrize("scheme", [SecretScheme.ENV, SecretScheme.COMMAND])
def test_what_a_person_keeps_is_not_written(secrets: Secrets, scheme: SecretScheme) -> None:
    with pytest.raises(SecretStoreUnusable):
        secrets.write(ref(scheme, "X"), Secret(CANARY))


def test_a_written_file_is_gone_when_it_is_taken_back(secrets: Secrets, tmp_path: Path) -> None:
    secrets.write(of_file(tmp_path / "new"), Secret(CANARY))
    secrets.remove(of_file(tmp_path / "new"))
    secrets.remove(of_file(tmp_path / "new"))
    assert not (tmp_path / "new").exists()


def test_a_file_that_cannot_be_taken_back_is_said(secrets: Secrets, tmp_path: Path) -> None:
    with pytest.raises(SecretStoreUnusable, match="cannot be removed"):
        secrets.remove(of_file(tmp_path))


def test_what_a_person_keeps_is_not_removed(secrets: Secrets) -> None:
    secrets.remove(ref(SecretScheme.ENV, "MAIL_PASSWORD"))
    secrets.remove(of_command("true"))
    assert secrets.read(ref(SecretScheme.ENV, "MAIL_PASSWORD")).reveal() == CANARY


def test_the_first_line_that_a_command_prints_is_the_secret(secrets: Secrets) -> None:
    assert secrets.read(of_command("printf", f"{CANARY}\nuser: ada\n")).reveal() == CANARY


def test_a_command_runs_without_a_shell(secrets: Secrets, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    shown = secrets.read(of_command("echo", f"$HOME; touch {trap}")).reveal()
    assert shown == f"$HOME; touch {trap}"
    assert not trap.exists()


def test_a_command_cannot_read_what_a_person_types(secrets: Secrets) -> None:
    with pytest.raises(SecretMissing, match="is empty"):
        secrets.read(of_command("cat"))


@pytest.mark.parametrize(
    ("command", "what"),
    [
        ("", "cannot be understood"),
        ("'", "cannot be understood"),
        ("echo a\0b", "cannot be understood"),
        ("/none/such", "cannot be run"),
        ("/", "cannot be run"),
        ("false", "exit code 1"),
        (f"sh -c 'echo {CANARY}; exit 3'", "exit code 3"),
        (f"sh -c 'echo {CANARY}; kill -9 $$'", "exit code -9"),
        ("true", "is empty"),
        (r"printf '\377\n'", "no UTF-8"),
    ],
)
def test_a_command_that_gives_no_secret_is_said_without_its_output(
    secrets: Secrets, command: str, what: str
) -> None:
    with pytest.raises(SecretMissing, match=what) as refused:
        secrets.read(ref(SecretScheme.COMMAND, command))
    assert CANARY not in said(refused.value)
    assert "0xff" not in said(refused.value)


def test_a_command_that_hangs_is_ended_and_its_output_not_shown(
    secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "TIMEOUT_S", 0.5)
    program = f"import time; print('{CANARY}', flush=True); time.sleep(30)"
    started = time.monotonic()
    with pytest.raises(SecretMissing, match=r"within 0\.5 s") as refused:
        secrets.read(of_command(sys.executable, "-c", program))
    assert time.monotonic() - started < 5
    assert CANARY not in said(refused.value)


def test_the_vault_is_reached_by_its_scheme(secrets: Secrets) -> None:
    kept = ref(SecretScheme.VAULT, "acc_1")
    secrets.write(kept, Secret(CANARY))
    assert secrets.read(kept).reveal() == CANARY
    secrets.remove(kept)
    with pytest.raises(SecretMissing):
        secrets.read(kept)


@pytest.mark.parametrize(
    ("place", "is_kept"),
    [
        ("vault:acc_1", True),
        ("vault:acc_2", False),
        ("env:NONE", True),
        ("file:/none/such", True),
        ("command:false", True),
    ],
)
def test_a_secret_is_asked_for_only_where_we_would_keep_it_and_have_none(
    secrets: Secrets, place: str, is_kept: bool
) -> None:
    secrets.write(ref(SecretScheme.VAULT, "acc_1"), Secret(CANARY))
    assert secrets.is_read_from(parse_ref(place, own_name="acc_3")) is is_kept
