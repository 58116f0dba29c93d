"""Where the files of mailctl are."""

from pathlib import Path

import pytest

from mailctl.config.places import named_path, places
from mailctl.errors import BadUsage


def test_a_home_of_its_own_holds_everything() -> None:
    found = places({"MAILCTL_HOME": "/srv/m", "XDG_DATA_HOME": "/xdg", "HOME": "/home/ada"})
    assert found.database == Path("/srv/m/mailctl.db")
    assert found.config_file == Path("/srv/m/config.yaml")
    assert found.locks == Path("/srv/m/locks")
    assert found.vault == Path("/srv/m/vault.json")
    assert found.vault_key == Path("/srv/m/vault.key")


def test_a_relative_home_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert places({"MAILCTL_HOME": "m"}).data == tmp_path / "m"


def test_a_tilde_is_the_home_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert places({"MAILCTL_HOME": "~/m"}).data == tmp_path / "m"


def test_the_tilde_of_a_user_who_is_none_is_refused() -> None:
    with pytest.raises(BadUsage):
        places({"MAILCTL_HOME": "~no-such-user-here/m"})


@pytest.mark.parametrize(
    ("environment", "data", "config"),
    [
        ({}, "/home/ada/.local/share/mailctl", "/home/ada/.config/mailctl"),
        ({"MAILCTL_HOME": ""}, "/home/ada/.local/share/mailctl", "/home/ada/.config/mailctl"),
        (
            {"XDG_DATA_HOME": "/d", "XDG_CONFIG_HOME": "/c"},
            "/d/mailctl",
            "/c/mailctl",
        ),
        (
            {"XDG_DATA_HOME": "d", "XDG_CONFIG_HOME": "./c"},
            "/home/ada/.local/share/mailctl",
            "/home/ada/.config/mailctl",
        ),
        (
            {"XDG_DATA_HOME": "", "XDG_CONFIG_HOME": "/c"},
            "/home/ada/.local/share/mailctl",
            "/c/mailctl",
        ),
    ],
    ids=["home", "empty", "absolute", "relative is ignored", "one of two"],
)
def test_without_it_the_xdg_directories_count(
    environment: dict[str, str], data: str, config: str
) -> None:
    found = places({"HOME": "/home/ada"} | environment)
    assert (found.data, found.config) == (Path(data), Path(config))


def test_a_path_that_a_setting_names_is_absolute_or_refused(tmp_path: Path) -> None:
    assert named_path("vault_key_file", "/srv/key") == Path("/srv/key")
    assert named_path("vault_key_file", "key") == Path.cwd() / "key"
    with pytest.raises(BadUsage, match="vault_key_file is ~no-such-user-here/key"):
        named_path("vault_key_file", "~no-such-user-here/key")
