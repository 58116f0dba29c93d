"""Accounts as files declare them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from mailctl.core.accounts.care import remove_account
from mailctl.core.accounts.settings import choose, own_settings, owner_name
from mailctl.core.apply.account_work import SaidAccount, changed, created
from mailctl.core.apply.declared_fields import DeclaredFields
from mailctl.core.apply.kinds import (
    Compared,
    Described,
    Kind,
    Manner,
    Reference,
    Wanted,
    without_empty,
)
from mailctl.core.apply.losses import of_account, of_move
from mailctl.core.apply.providers import discovered
from mailctl.core.linking.insiders import note_insiders
from mailctl.core.naming import address_key
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.addresses import Address
from mailctl.domain.declarations import Mistake
from mailctl.domain.settings import SETTINGS, setting_named, written
from mailctl.errors import BadUsage, MailctlError
from mailctl.resolve.addresses import parse_address
from mailctl.store import accounts
from mailctl.store.connection import Reading

SECTION = "accounts"
_NOBODY = Address("nobody", "invalid")


def _read(fields: DeclaredFields, manner: Manner) -> Iterator[Wanted]:
    address = fields.required("address", parse_address)
    said = SaidAccount(
        address=address or _NOBODY,
        provider=fields.text("provider"),
        login=fields.text("login"),
        owner=fields.text("owner", owner_name),
        secret=fields.text("secret", lambda text: manner.place_of(text, "")),
        oauth_app=fields.text("oauth_app"),
        enabled=fields.flag("enabled"),
        default=fields.flag("default"),
        settings=_settings(fields),
    )
    needs = [
        Reference(section, name, fields.spot_of(field))
        for section, field, name in (
            ("providers", "provider", said.provider),
            ("oauth_apps", "oauth_app", said.oauth_app),
        )
        if name
    ]
    if fields.close() and address is not None:
        key = address_key(address)
        compared = _Comparing(said)
        details = {"owner": said.owner or None, "default": said.default}
        yield Wanted(SECTION, key, fields.spot, compared, tuple(needs), details)


def _settings(fields: DeclaredFields) -> Mapping[str, str]:
    chosen: dict[str, str] = {}
    for name, (spot, text) in fields.fields("settings").items():
        try:
            setting = setting_named(name)
            choose({}, setting, "=", text)
        except MailctlError as error:
            fields.say(spot, error.sentence, error.hint)
        else:
            chosen[setting.name] = text
    return chosen


class _Comparing:
    """Compares what is said of an account with what there is."""

    def __init__(self, said: SaidAccount) -> None:
        self._said = said

    def __call__(self, tx: Reading, manner: Manner) -> Compared:
        said = self._said
        was = accounts.by_address(tx, address_key(said.address))
        if was is None:
            return self._new(manner)
        settings = own_settings(self._chosen(was), own=said.address)
        place = manner.place_of(said.secret, was.id) if said.secret else was.secret
        is_resting = was.state is AccountState.DISABLED
        now = replace(
            was,
            settings=settings,
            owner=was.owner if said.owner is None else owner_name(said.owner) or None,
            secret=place,
            username=said.login or was.username,
            is_default=was.is_default or bool(said.default),
        )
        is_enabled = not is_resting if said.enabled is None else said.enabled
        after = {
            **_described(now, provider=said.provider, enabled=is_enabled),
            **({"oauth_app": said.oauth_app} if said.oauth_app else {}),
        }
        provider = str(was.provider) if said.provider else None
        before = _described(was, provider=provider, enabled=not is_resting)
        if said.default is False and was.is_default:
            raise BadUsage(
                f"{was.address} is its owner's default until another is",
                hint="say default: true of the other one",
            )
        losses = of_move(was, said.provider or None, place)
        return Compared(before, after, partial(changed, said, was, before, after), losses)

    def _new(self, manner: Manner) -> Compared:
        said = self._said
        if not said.secret and not said.oauth_app:
            raise BadUsage(
                f"the account {said.address} has no secret",
                hint="name its place: secret: env:NAME, file:PATH, command:CMD, keyring:NAME",
            )
        chosen = self._chosen(None)
        settings = own_settings(chosen, own=said.address)
        after = without_empty(
            {
                "address": address_key(said.address),
                "provider": said.provider,
                "login": said.login,
                "owner": owner_name(said.owner or ""),
                "secret": said.secret,
                "oauth_app": said.oauth_app,
                "enabled": False if said.enabled is False else None,
                "default": said.default or None,
                "settings": {
                    setting.attribute: written(setting, settings)
                    for name, setting in SETTINGS.items()
                    if name in chosen
                },
            }
        )
        return Compared(None, after, partial(created, said, chosen))

    def _chosen(self, was: Account | None) -> dict[str, str]:
        chosen = {} if was is None else _texts(was)
        for name, text in self._said.settings.items():
            choose(chosen, SETTINGS[name], "=", text)
        return chosen


def _texts(account: Account) -> dict[str, str]:
    settings = account.settings
    return {name: written(SETTINGS[name], settings) for name in SETTINGS if name in settings.chosen}


def _described(account: Account, *, provider: str | None, enabled: bool) -> Described:
    texts = _texts(account)
    return without_empty(
        {
            "address": account.address,
            "provider": provider,
            "login": account.username,
            "owner": account.owner,
            "secret": str(account.secret),
            "oauth_app": account.oauth_app,
            "enabled": None if enabled else False,
            "default": account.is_default or None,
            "settings": {SETTINGS[name].attribute: text for name, text in texts.items()},
        }
    )


def _all(tx: Reading) -> Iterator[Described]:
    """Yield the accounts; no provider where servers were found, for they are to be found again."""
    found = discovered(tx)
    for account in accounts.all_(tx):
        is_usual = account.incoming is None and account.submission is None
        provider = str(account.provider) if is_usual and account.provider not in found else None
        is_resting = account.state is AccountState.DISABLED
        yield _described(account, provider=provider, enabled=not is_resting)


def contradictions(wanted: Sequence[Wanted]) -> list[Mistake]:
    """Return the mistakes of accounts that are all to be the default of one owner."""
    found: list[Mistake] = []
    first: dict[object, Wanted] = {}
    for each in wanted:
        if each.section == SECTION and each.details["default"]:
            owner = each.details["owner"]
            other = first.setdefault(owner, each)
            if other is not each:
                found.append(
                    Mistake(
                        each.spot, f"{other.name} is its owner's default already, says the file"
                    )
                )
    return found


ACCOUNTS = Kind(
    SECTION,
    "account",
    _read,
    lambda tx, name: accounts.by_address(tx, name) is not None,
    _all,
    lambda services, name, _: remove_account(services, name, purges_mail=False),
    losses=of_account,
    batch=500,
    behind=note_insiders,
)
