"""What TAB offers beside nouns, verbs and options: accounts, folders, providers, settings …"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import typer

from mailctl.app import App
from mailctl.errors import MailctlError

if TYPE_CHECKING:
    from mailctl.store.connection import Reading


def accounts(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the addresses of accounts that begin so."""
    from mailctl.store import names

    return _beginning(incomplete, _stored(ctx, names.addresses))


def providers(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of providers that begin so, presets among them."""
    from mailctl.resolve.catalogue import load
    from mailctl.store import names

    presets = [each.name for each in load().providers()]
    return _beginning(incomplete, dict.fromkeys((*_stored(ctx, names.providers), *presets)))


def folders(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the folders that begin so, of the account that was named before, or of all."""
    from mailctl.store import names

    account = ctx.params.get("account")
    owner = account if isinstance(account, str) else None
    return _beginning(incomplete, _stored(ctx, lambda tx: names.folders(tx, owner)))


def oauth_apps(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of OAuth apps that begin so."""
    from mailctl.store import names

    return _beginning(incomplete, _stored(ctx, names.oauth_apps))


def record_types(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the types of records that begin so."""
    from mailctl.store import names

    return _beginning(incomplete, _stored(ctx, names.record_types))


def link_rules(ctx: typer.Context, incomplete: str) -> list[str]:
    """Return the names of rules that begin so."""
    from mailctl.store import names

    return _beginning(incomplete, _stored(ctx, names.link_rules))


def settings(incomplete: str) -> list[str]:
    """Return the settings of accounts that begin so, up to their values."""
    from mailctl.domain.settings import SETTINGS

    return _beginning(incomplete, (f"{name}=" for name in SETTINGS))


def topics(incomplete: str) -> list[str]:
    """Return the topics and the nouns that begin so."""
    from mailctl.cli.main import Nouns
    from mailctl.output.topics.pages import every_page

    return _beginning(incomplete, dict.fromkeys((*every_page(), *Nouns.nouns)))


def _stored(ctx: typer.Context, names: Callable[["Reading"], list[str]]) -> list[str]:
    """Return names out of the database as it lies there; none where it cannot be read.

    To press TAB makes and migrates nothing, and fails nowhere.
    """
    from mailctl.store.untouched import UntouchedStore

    app: App = ctx.obj
    try:
        app.store = UntouchedStore(app.places.database)
        with app.store.reading() as tx:
            return names(tx)
    except MailctlError:
        return []


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]
