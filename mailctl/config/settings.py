"""Settings by precedence: option, environment, config file, default."""

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from mailctl.errors import BadUsage
from mailctl.records import dataclass


class Source(StrEnum):
    """Where the value of a setting came from."""

    ENVIRONMENT = "environment"
    FILE = "file"
    DEFAULT = "default"


@dataclass(frozen=True)
class Setting:
    """A value and where it came from."""

    value: str | None
    source: Source


VARIABLES = {
    "output": "MAILCTL_OUTPUT",
    "no_input": "MAILCTL_NO_INPUT",
    "dns": "MAILCTL_DNS",
    "connect_to": "MAILCTL_CONNECT_TO",
    "timeout": "MAILCTL_TIMEOUT",
    "vault_key_file": "MAILCTL_VAULT_KEY_FILE",
    "pager": "MAILCTL_PAGER",
    "region": "MAILCTL_REGION",
    "blocklist": "MAILCTL_BLOCKLIST",
    "debug": "MAILCTL_DEBUG",
}
"""Every setting of the config file, and the variable that says the same."""
DEFAULTS = {"output": "table", "no_input": "no", "timeout": "60", "pager": "less", "debug": "no"}
"""What holds where nothing is said, as `doctor` shows it; of the others there is nothing then."""
OTHER_VARIABLES = ("MAILCTL_HOME", "MAILCTL_VAULT_KEY", "MAILCTL_SOAK")
"""What else is read from the environment."""


class Settings:
    """The settings of this run."""

    def __init__(self, environment: Mapping[str, str], file: Path) -> None:
        self._environment = environment
        self._file = file
        self._from_file: Mapping[str, str] | None = None

    def __getitem__(self, name: str) -> Setting:
        """Return the setting `name`; raises BadUsage where the config file cannot be read."""
        value = self._environment.get(VARIABLES[name])
        if value:
            return Setting(value, Source.ENVIRONMENT)
        if self._from_file is None:
            self._from_file = _read(self._file)
        if name in self._from_file:
            return Setting(self._from_file[name], Source.FILE)
        return Setting(None, Source.DEFAULT)

    def all_(self) -> dict[str, Setting]:
        """Return every setting; raises BadUsage where the config file cannot be read."""
        if self._from_file is None:
            self._from_file = _read(self._file)
        return {name: self[name] for name in VARIABLES}

    def without_file(self) -> "Settings":
        """Return what the environment alone says."""
        return self._with(self._environment, {})

    def without(self, *names: str) -> "Settings":
        """Return the settings without those. Raises BadUsage where there is a file to be read."""
        dropped = {VARIABLES[name] for name in names}
        environment = {key: value for key, value in self._environment.items() if key not in dropped}
        said = _read(self._file) if self._from_file is None else self._from_file
        return self._with(environment, {key: said[key] for key in said if key not in names})

    def _with(self, environment: Mapping[str, str], said: Mapping[str, str]) -> "Settings":
        kept = Settings(environment, self._file)
        kept._from_file = said
        return kept

    def text(self, name: str) -> str | None:
        """Return the value alone."""
        return self[name].value

    def flag(self, name: str) -> bool:
        """Return whether a yes-or-no setting is on."""
        return (self.text(name) or "").lower() in {"1", "true", "yes", "on"}


def _read(file: Path) -> Mapping[str, str]:
    try:
        text = file.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):  # a home that is a file is the store's to say
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise BadUsage(
            f"the config file {file} cannot be read: {error}", hint=f"ls -l {file}"
        ) from error
    import yaml  # 20 ms, for those who have a config file

    try:
        document: Any = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # 2024-99-99 is a ValueError
        raise BadUsage(
            f"the config file {file} is not YAML: {' '.join(str(error).split())}",
            hint="one `name: value` a line",
        ) from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise BadUsage(f"the config file {file} is no mapping", hint="one `name: value` a line")
    unknown = sorted(str(name) for name in document if name not in VARIABLES)
    if unknown:
        raise BadUsage(
            f"the config file {file} has settings that mailctl does not know: {', '.join(unknown)}",
            hint=f"known are: {', '.join(VARIABLES)}",
        )
    return {str(name): _word(value) for name, value in document.items() if value is not None}


def _word(value: object) -> str:
    if isinstance(value, list):
        return ",".join(map(_word, value))
    return str(value).lower() if isinstance(value, bool) else str(value)
