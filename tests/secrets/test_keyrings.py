"""The keyring is used where it keeps secrets safely, and never where it does not."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import keyring
import keyring.backends.fail
import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError

from mailctl.domain.secret import Secret, SecretRef, SecretScheme
from mailctl.errors import ExitCode, SecretMissing, SecretStoreUnusable
from mailctl.secrets import keyrings
from mailctl.secrets.stores import Secrets
from mailctl.secrets.vault import Vault
from tests.conftest import Spawn

CANARY = "C4n4ry-7f3k"
KEPT = SecretRef(SecretScheme.KEYRING, "acc_1")


class DictKeyring(KeyringBackend):
    """Keeps secrets in memory, as a desktop's keyring keeps them in its own process."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.kept:
            raise PasswordDeleteError("not found")
        del self.kept[service, username]


class PlainTextKeyring(DictKeyring):
    """One of the kind that keyrings.alt offers."""

    priority = 0.5  # type: ignore[assignment]


class LockedKeyring(DictKeyring):
    """A keyring whose owner does not unlock it; its error quotes what it should not."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked(CANARY)

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(password)

    def delete_password(self, service: str, username: str) -> None:
        raise KeyringLocked(CANARY)


class BrokenKeyring(DictKeyring):
    """A keyring whose own libraries fail; they know nothing of keyring's errors."""

    def get_password(self, service: str, username: str) -> str | None:
        raise ConnectionResetError(CANARY)

    def set_password(self, service: str, username: str, password: str) -> None:
        raise BusError(password)

    def delete_password(self, service: str, username: str) -> None:
        raise BusError(CANARY)


class BusError(Exception):
    """What SecretStorage and jeepney raise: a child of nothing but Exception."""


@pytest.fixture(autouse=True)
def _by_nobodys_word(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the backend that a test sets be chosen on its own merits."""
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND")
    yield
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]


@pytest.fixture
def desktop() -> DictKeyring:
    backend = DictKeyring()
    keyring.set_keyring(backend)
    return backend


@pytest.fixture
def secrets(home: Path) -> Secrets:
    return Secrets(Vault(home / "vault.json", home / "vault.key", is_key_ours=True), {})


def test_a_secret_comes_back_as_it_was(secrets: Secrets, desktop: DictKeyring) -> None:
    secrets.write(KEPT, Secret(CANARY))
    assert secrets.read(KEPT).reveal() == CANARY
    assert desktop.kept == {("mailctl", "acc_1"): CANARY}


def test_accounts_do_not_share_an_entry(secrets: Secrets, desktop: DictKeyring) -> None:
    other = SecretRef(SecretScheme.KEYRING, "acc_2")
    secrets.write(KEPT, Secret("one"))
    secrets.write(other, Secret("two"))
    secrets.remove(other)
    assert secrets.read(KEPT).reveal() == "one"


def test_a_removed_secret_is_missing(secrets: Secrets, desktop: DictKeyring) -> None:
    secrets.write(KEPT, Secret(CANARY))
    secrets.remove(KEPT)
    secrets.remove(KEPT)
    assert desktop.kept == {}
    with pytest.raises(SecretMissing, match="acc_1"):
        secrets.read(KEPT)


def test_a_good_keyring_is_chosen(secrets: Secrets, desktop: DictKeyring) -> None:
    assert secrets.own_ref("acc_1") == KEPT


@pytest.mark.parametrize(
    "backend",
    [keyring.backends.fail.Keyring, keyring.backends.null.Keyring, PlainTextKeyring],
    ids=["none", "null", "plain-text"],
)
def test_what_keeps_nothing_or_plain_text_is_not_chosen(
    secrets: Secrets, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    assert not keyrings.is_usable({})
    assert secrets.own_ref("acc_1") == SecretRef(SecretScheme.VAULT, "acc_1")
    with pytest.raises(SecretStoreUnusable) as refused:
        secrets.write(KEPT, Secret(CANARY))
    assert "--secret vault" in str(refused.value.hint)


def test_plain_text_is_kept_by_a_persons_word(secrets: Secrets) -> None:
    keyring.set_keyring(PlainTextKeyring())
    word = {"PYTHON_KEYRING_BACKEND": "keyrings.alt.file.PlaintextKeyring"}
    secrets = replace(secrets, environment=word)
    secrets.write(KEPT, Secret(CANARY))
    assert secrets.read(KEPT).reveal() == CANARY


def test_nobodys_word_makes_a_keyring_of_null() -> None:
    keyring.set_keyring(keyring.backends.null.Keyring())  # type: ignore[no-untyped-call]
    assert not keyrings.is_usable({"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"})


def test_a_machine_without_a_keyring_says_so(secrets: Secrets) -> None:
    keyring.set_keyring(keyring.backends.fail.Keyring())  # type: ignore[no-untyped-call]
    with pytest.raises(SecretStoreUnusable, match="keyring"):
        secrets.read(KEPT)


@pytest.mark.parametrize("backend", [LockedKeyring, BrokenKeyring])
def test_a_keyring_that_fails_is_said_without_what_it_says(
    secrets: Secrets, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    for step in (
        lambda: secrets.read(KEPT),
        lambda: secrets.write(KEPT, Secret(CANARY)),
        lambda: secrets.remove(KEPT),
    ):
        with pytest.raises(SecretStoreUnusable, match="cannot be used") as refused:
            step()
        assert CANARY not in f"{refused.value.sentence} {refused.value.hint}"


def test_a_secret_is_never_replaced(secrets: Secrets, desktop: DictKeyring) -> None:
    secrets.write(KEPT, Secret(CANARY))
    with pytest.raises(SecretStoreUnusable, match="already"):
        secrets.write(KEPT, Secret("other"))
    assert secrets.read(KEPT).reveal() == CANARY


def test_a_secret_that_the_keyring_has_is_read_and_another_asked_for(
    secrets: Secrets, desktop: DictKeyring
) -> None:
    secrets.write(KEPT, Secret(CANARY))
    assert secrets.is_read_from(KEPT)
    assert not secrets.is_read_from(SecretRef(SecretScheme.KEYRING, "acc_2"))


@pytest.mark.parametrize("backend", ["nope.Keyring", "keyring.Nope", "nope"])
def test_a_keyring_that_does_not_exist_is_said_so(spawn: Spawn, backend: str) -> None:
    ran = spawn(
        *("account", "add", "ada@gmail.com", "--no-verify", "--password-stdin", "-o", "json"),
        typed="pw",
        environment={"PYTHON_KEYRING_BACKEND": backend},
    )
    assert ran.code == ExitCode.AUTHORISATION, ran.err
    assert json.loads(ran.err)["error"]["code"] == "secret-store-unusable"
