"""The vault gives back what it was given, to the holder of the key, and says what is wrong."""

import json
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from mailctl.domain.secret import Secret
from mailctl.errors import SecretMissing, SecretStoreUnusable
from mailctl.secrets.vault import Vault
from tests.store.processes import Child

CANARY = "C4n4ry-ü-7f3k"
WRITERS, SECRETS_EACH = 8, 4


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return Vault(tmp_path / "data/vault.json", tmp_path / "config/vault.key", is_key_ours=True)


@pytest.fixture(params=[0o000, 0o022])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("value", [CANARY, "", " ", "a\nb", "\0", "x" * 100_000])
def test_a_secret_comes_back_as_it_was(vault: Vault, value: str) -> None:
    vault.write("acc_1", Secret(value))
    assert vault.read("acc_1").reveal() == value


def test_names_do_not_share_a_secret(vault: Vault) -> None:
    vault.write("acc_1", Secret("one"))
    vault.write("acc_2", Secret("two"))
    assert [vault.read(name).reveal() for name in ("acc_1", "acc_2")] == ["one", "two"]


def test_a_secret_is_never_replaced(vault: Vault) -> None:
    vault.write("acc_1", Secret(CANARY))
    with pytest.raises(SecretStoreUnusable, match="already") as refused:
        vault.write("acc_1", Secret("other"))
    assert "leave the password option out" in str(refused.value.hint)
    assert vault.read("acc_1").reveal() == CANARY


def test_a_secret_is_replaced_where_that_is_asked_for(vault: Vault) -> None:
    vault.write("acc_1", Secret("old"))
    vault.write("acc_2", Secret("other"))
    vault.replace("acc_1", Secret("new"))
    assert vault.read("acc_1").reveal() == "new"
    assert vault.read("acc_2").reveal() == "other"


def test_an_unknown_name_is_missing(vault: Vault) -> None:
    with pytest.raises(SecretMissing):
        vault.read("acc_1")
    vault.write("acc_2", Secret(CANARY))
    with pytest.raises(SecretMissing):
        vault.read("acc_1")


def test_a_removed_secret_is_missing(vault: Vault) -> None:
    vault.write("acc_1", Secret(CANARY))
    vault.remove("acc_1")
    vault.remove("acc_1")
    with pytest.raises(SecretMissing):
        vault.read("acc_1")


def test_removing_from_no_vault_makes_none(vault: Vault) -> None:
    vault.remove("acc_1")
    assert not vault.path.parent.exists()


def test_the_file_shows_neither_secret_nor_key(vault: Vault) -> None:
    vault.write("acc_1", Secret(CANARY))
    content = vault.path.read_text()
    assert CANARY not in content
    assert vault.key_file.read_text().strip() not in content


def test_everything_is_private_under_any_umask(vault: Vault, umask: int) -> None:
    vault.write("acc_1", Secret(CANARY))
    for directory in (vault.path.parent, vault.key_file.parent):
        assert mode(directory) == 0o700
        assert {mode(file) for file in directory.iterdir()} == {0o600}


def test_new_directories_above_are_private_too(tmp_path: Path, umask: int) -> None:
    deep = tmp_path / "one" / "two"
    Vault(deep / "vault.json", deep / "vault.key", is_key_ours=True).write("a", Secret(CANARY))
    assert mode(deep.parent) == 0o700


def test_the_key_is_made_once(vault: Vault) -> None:
    vault.write("acc_1", Secret("one"))
    key = vault.key_file.read_bytes()
    vault.write("acc_2", Secret("two"))
    vault.remove("acc_1")
    vault.remove("acc_2")
    vault.write("acc_3", Secret("three"))
    assert vault.key_file.read_bytes() == key


def test_two_vaults_have_two_keys_and_one_secret_never_looks_the_same(tmp_path: Path) -> None:
    made = [Vault(tmp_path / n / "v", tmp_path / n / "k", is_key_ours=True) for n in "ab"]
    for one in made:
        one.write("acc_1", Secret(CANARY))
    assert len({one.key_file.read_bytes() for one in made}) == 2
    before = made[0].path.read_bytes()
    made[0].remove("acc_1")
    made[0].write("acc_1", Secret(CANARY))
    assert made[0].path.read_bytes() != before


def test_a_key_file_that_a_person_named_is_never_made(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault.json", tmp_path / "usb.key", is_key_ours=False)
    with pytest.raises(SecretStoreUnusable, match="key"):
        vault.write("acc_1", Secret(CANARY))
    assert not vault.key_file.exists()
    assert not vault.path.exists()


def test_a_key_file_that_a_person_named_opens_the_vault(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault.json", tmp_path / "usb.key", is_key_ours=False)
    vault.key_file.touch(0o600)
    vault.key_file.write_text("a long sentence of one's own\n")
    vault.write("acc_1", Secret(CANARY))
    assert vault.read("acc_1").reveal() == CANARY


def test_an_empty_key_file_is_refused(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "vault.json", tmp_path / "usb.key", is_key_ours=False)
    vault.key_file.touch(0o600)
    vault.key_file.write_text("\n")
    with pytest.raises(SecretStoreUnusable, match="empty"):
        vault.write("acc_1", Secret(CANARY))


def test_a_missing_key_is_not_made_anew_for_a_vault_that_has_secrets(vault: Vault) -> None:
    vault.write("acc_1", Secret(CANARY))
    vault.key_file.unlink()
    with pytest.raises(SecretStoreUnusable, match="key"):
        vault.read("acc_1")
    with pytest.raises(SecretStoreUnusable, match="key"):
        vault.write("acc_2", Secret(CANARY))
    assert not vault.key_file.exists()


def test_a_wrong_key_opens_nothing(vault: Vault, tmp_path: Path) -> None:
    vault.write("acc_1", Secret(CANARY))
    (tmp_path / "other.key").touch(0o600)
    (tmp_path / "other.key").write_text("other")
    with pytest.raises(SecretStoreUnusable, match="does not open"):
        Vault(vault.path, tmp_path / "other.key", is_key_ours=False).read("acc_1")


def test_a_wrong_key_adds_nothing(vault: Vault, tmp_path: Path) -> None:
    vault.write("acc_1", Secret(CANARY))
    before = vault.path.read_bytes()
    (tmp_path / "other.key").touch(0o600)
    (tmp_path / "other.key").write_text("other")
    with pytest.raises(SecretStoreUnusable, match="does not open"):
        Vault(vault.path, tmp_path / "other.key", is_key_ours=False).write("b", Secret("b"))
    assert vault.path.read_bytes() == before


def _swap(document: dict[str, dict[str, str]]) -> object:
    kept = document["secrets"]
    return {**document, "secrets": {"acc_1": kept["acc_2"], "acc_2": kept["acc_1"]}}


@pytest.mark.parametrize(
    "tamper",
    [
        lambda d: [],
        lambda d: "text",
        lambda d: {},
        lambda d: {**d, "version": 2},
        lambda d: {**d, "salt": None},
        lambda d: {**d, "salt": "no base 64!"},
        lambda d: {**d, "salt": "AAAA"},
        lambda d: {"version": 1, "salt": d["salt"]},
        lambda d: {**d, "secrets": []},
        lambda d: {**d, "secrets": {"acc_1": 7}},
        lambda d: {**d, "secrets": {"acc_1": ""}},
        lambda d: {**d, "secrets": {"acc_1": "no base 64!"}},
        lambda d: {**d, "secrets": {"acc_1": "AAAA" + d["secrets"]["acc_1"][4:]}},
        _swap,
    ],
)
def test_a_tampered_vault_is_refused(
    vault: Vault, tamper: Callable[[dict[str, dict[str, str]]], object]
) -> None:
    vault.write("acc_1", Secret(CANARY))
    vault.write("acc_2", Secret("two"))
    vault.path.write_text(json.dumps(tamper(json.loads(vault.path.read_text()))))
    with pytest.raises(SecretStoreUnusable):
        vault.read("acc_1")


@pytest.mark.parametrize("content", [b"", b"{", b"\xff", b"not json"])
def test_a_file_that_is_no_vault_is_refused_and_kept(vault: Vault, content: bytes) -> None:
    vault.path.parent.mkdir()
    vault.path.write_bytes(content)
    with pytest.raises(SecretStoreUnusable):
        vault.read("acc_1")
    with pytest.raises(SecretStoreUnusable):
        vault.write("acc_1", Secret(CANARY))
    assert vault.path.read_bytes() == content


def test_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    with ExitStack() as stack:
        writers = [
            stack.enter_context(Child("tests.secrets.children", "keep", tmp_path, n, SECRETS_EACH))
            for n in range(WRITERS)
        ]
        assert [writer.hear() for writer in writers] == ["ready"] * WRITERS
        for writer in writers:
            writer.tell()
        assert [writer.hear() for writer in writers] == ["kept"] * WRITERS
    vault = Vault(tmp_path / "vault.json", tmp_path / "vault.key", is_key_ours=True)
    names = [f"{writer}-{n}" for writer in range(WRITERS) for n in range(SECRETS_EACH)]
    assert set(json.loads(vault.path.read_text())["secrets"]) == set(names)
    for name in names[::5]:
        assert vault.read(name).reveal() == f"secret of {name}"
    assert not list(tmp_path.glob("*.partial"))


def test_a_vault_that_cannot_be_written_is_said_without_the_secret(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file, no directory")
    vault = Vault(tmp_path / "data/vault.json", tmp_path / "vault.key", is_key_ours=True)
    with pytest.raises(SecretStoreUnusable) as refused:
        vault.write("acc_1", Secret(CANARY))
    assert CANARY not in f"{refused.value.sentence} {refused.value.hint}"
