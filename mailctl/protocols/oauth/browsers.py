"""Starting a browser, whose own words must not get among our results."""

import os
import shlex
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence

# No program of others needs the key of the vault.
_PRIVATE = {"MAILCTL_VAULT_KEY"}


def open_browser(url: str, environment: Mapping[str, str]) -> bool:
    """Start a browser at the address if there may be one, and return whether one started.

    The address is on a command line then: it must hold no secret.
    """
    for entry in environment.get("BROWSER", "").split(os.pathsep):
        command = _command(entry, url)
        if command and _started(command, environment):
            return True
    if not _may_have_one(environment):
        return False
    # The module prints to our standard output, and so do the browsers that it starts.
    return _started([sys.executable, "-I", "-m", "webbrowser", url], environment)


def _command(entry: str, url: str) -> list[str]:
    try:
        words = shlex.split(entry.strip().removesuffix("&"))
    except ValueError:
        return []
    if any("%s" in word for word in words):
        return [word.replace("%s", url) for word in words]
    return [*words, url] if words else []


def _may_have_one(environment: Mapping[str, str]) -> bool:
    has_screen = environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY")
    return bool(has_screen) or sys.platform == "darwin"


def _started(command: Sequence[str], environment: Mapping[str, str]) -> bool:
    try:
        browser = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            # Ctrl-C is for us, not for a browser that stays.
            start_new_session=True,
            env={name: value for name, value in environment.items() if name not in _PRIVATE},
        )
    except (OSError, ValueError):
        return False
    # Some browsers end at once, some when their window closes; neither may stay a zombie.
    threading.Thread(target=browser.wait, daemon=True).start()
    return True
