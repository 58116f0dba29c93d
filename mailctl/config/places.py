"""Where mailctl keeps its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from mailctl.errors import BadUsage


@dataclass(frozen=True)
class Places:
    """The files of one mailctl home."""

    data: Path
    config: Path

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data / "mailctl.db"

    @property
    def locks(self) -> Path:
        """The directory of the locks that say which account is being worked on."""
        return self.data / "locks"

    @property
    def vault(self) -> Path:
        """The encrypted secrets of a machine without a keyring."""
        return self.data / "vault.json"

    @property
    def vault_key(self) -> Path:
        """The key of the vault, unless MAILCTL_VAULT_KEY_FILE names another."""
        return self.config / "vault.key"

    @property
    def config_file(self) -> Path:
        """The settings that a person wrote."""
        return self.config / "config.yaml"


def places(environment: Mapping[str, str]) -> Places:
    """Return $MAILCTL_HOME for everything, else the XDG directories (XDG Base Directory 0.8)."""
    home = environment.get("MAILCTL_HOME")
    if home:
        directory = named_path("MAILCTL_HOME", home)
        return Places(data=directory, config=directory)
    return Places(
        data=_xdg(environment, "XDG_DATA_HOME", ".local/share"),
        config=_xdg(environment, "XDG_CONFIG_HOME", ".config"),
    )


def named_path(setting: str, text: str) -> Path:
    """Return the absolute path that a setting names. Raises BadUsage."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:  # ~nobody-of-that-name
        raise BadUsage(
            f"{setting} is {text}, whose user is not known here", hint="write the whole path"
        ) from error


def _xdg(environment: Mapping[str, str], variable: str, default: str) -> Path:
    base = Path(environment.get(variable) or "")
    if not base.is_absolute():  # the specification: a relative path is to be ignored
        base = Path(environment.get("HOME") or Path.home()) / default
    return base / "mailctl"
