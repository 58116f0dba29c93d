"""Where mailctl keeps its files."""

from collections.abc import Mapping
from pathlib import Path

from mailctl.errors import BadUsage
from mailctl.records import dataclass


@dataclass(frozen=True)
class Places:
    """The files of one mailctl home."""

    data: Path
    config: Path
    data_from: str = ""
    """The variable that says where `data` is, as `doctor` shows it."""
    config_from: str = ""

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
        return Places(directory, directory, "MAILCTL_HOME", "MAILCTL_HOME")
    data, data_from = _xdg(environment, "XDG_DATA_HOME", ".local/share")
    config, config_from = _xdg(environment, "XDG_CONFIG_HOME", ".config")
    return Places(data, config, data_from, config_from)


def credential(environment: Mapping[str, str], name: str) -> Path | None:
    """Return the file of a system credential of that name, None where there is none.

    https://systemd.io/CREDENTIALS
    """
    directory = environment.get("CREDENTIALS_DIRECTORY")
    path = Path(directory) / name if directory else None
    return path if path and path.exists() else None


def named_path(setting: str, text: str) -> Path:
    """Return the absolute path that a setting names. Raises BadUsage."""
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError as error:  # ~nobody-of-that-name
        raise BadUsage(
            f"{setting} is {text}, whose user is not known here", hint="write the whole path"
        ) from error


def _xdg(environment: Mapping[str, str], variable: str, default: str) -> tuple[Path, str]:
    base = Path(environment.get(variable) or "")
    if base.is_absolute():
        return base / "mailctl", variable
    # the specification: a relative path is to be ignored
    return _home(environment) / default / "mailctl", "HOME"


def _home(environment: Mapping[str, str]) -> Path:
    named = environment.get("HOME")
    if named:
        return Path(named)
    try:
        return Path.home()
    except RuntimeError as error:  # a user of whom the system knows nothing, as in containers
        raise BadUsage(
            "this user has no home directory",
            hint="say where mailctl may keep its files: MAILCTL_HOME=DIRECTORY",
        ) from error
