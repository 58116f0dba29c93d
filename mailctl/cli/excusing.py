"""Settings that cannot be understood end a command; `doctor` goes on without them and says so."""

from collections.abc import Callable
from pathlib import Path

from mailctl.app import App
from mailctl.config.places import Places
from mailctl.errors import BadUsage, MailctlError

_NOWHERE = Path("/nonexistent/mailctl")
Faults = dict[str, list[MailctlError]]


def excuse(app: App) -> Faults:
    """Let the run go on without what cannot be understood, and return what that is.

    Told is by which look each is shown: home, config or secrets.
    """
    faults: Faults = {}
    if _fails(lambda: app.places, "home", faults):
        app.places = Places(_NOWHERE, _NOWHERE)
    if _fails(lambda: app.settings.all_(), "config", faults):
        app.settings = app.settings.without_file()
    for names, use, check in (
        (("output",), lambda: app.said_format, "config"),
        (("dns", "connect_to", "timeout"), lambda: app.network, "config"),
        (("vault_key_file",), lambda: app.secrets, "secrets"),
    ):
        if _fails(use, check, faults):
            app.settings = app.settings.without(*names)
    # made anew once the options are read, which say whether somebody debugs
    app.__dict__.pop("network", None)
    return faults


def _fails(use: Callable[[], object], check: str, faults: Faults) -> bool:
    try:
        use()
    except BadUsage as error:
        faults.setdefault(check, []).append(error)
        return True
    return False
