"""What TAB offers beside nouns, verbs and options: accounts, providers, settings, topics."""

from collections.abc import Iterable

import typer

from mailctl.app import App
from mailctl.errors import MailctlError


def accounts(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the addresses of accounts that begin so."""
    from mailctl.store import accounts as stored

    app: App = ctx.obj
    if not _is_there(app):
        return []
    with app.store.reading() as tx:
        return _beginning(incomplete, (account.address for account in stored.all_(tx)))


def providers(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of providers that begin so, presets among them."""
    from mailctl.core.providers import directory

    app: App = ctx.obj
    if not _is_there(app):
        return []
    return _beginning(incomplete, (each.name for each in directory(app.store).providers()))


def settings(incomplete: str) -> list[str]:
    """Return the settings of accounts that begin so, up to their values."""
    from mailctl.domain.settings import SETTINGS

    return _beginning(incomplete, (f"{name}=" for name in SETTINGS))


def topics(incomplete: str) -> list[str]:
    """Return the topics and the nouns that begin so."""
    from mailctl.cli.main import Nouns
    from mailctl.output.topics.pages import every_page

    return _beginning(incomplete, dict.fromkeys((*every_page(), *Nouns.nouns)))


def _is_there(app: App) -> bool:
    """Whether there is a database that can be read: to press TAB makes none, and fails nowhere."""
    try:
        if not app.places.database.exists():
            return False
        with app.store.reading():
            return True
    except MailctlError:
        return False


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
