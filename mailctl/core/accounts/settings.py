"""Verbs on an account's settings: what they are, and changing them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from mailctl.core.accounts import policy_words
from mailctl.core.linking.insiders import note_insiders
from mailctl.core.linking.settling import settled
from mailctl.core.naming import account_named, address_key
from mailctl.core.providers.providers import directory_in
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.addresses import Address
from mailctl.domain.providers import Provider
from mailctl.domain.settings import (
    SETTINGS,
    AccountSettings,
    Setting,
    setting_named,
    settings_of,
    written,
)
from mailctl.errors import BadUsage
from mailctl.resolve.addresses import parse_address
from mailctl.store import accounts

_OWNER = "owner"
_WORDS: Mapping[str, Callable[[str], str]] = {
    "aliases": lambda word: address_key(parse_address(word)),
    "blocklist": policy_words.blocked,
    "internal-domains": policy_words.internal_domain,
}
"""The settings that are lists, and what gives each word the form that is kept."""
_LONGEST_OWNER = 200

ReadFile = Callable[[str], str]
"""Returns the text of a file; `-` is standard input."""


def set_account(
    services: Services, name: str, changes: Sequence[str], *, read_file: ReadFile
) -> Account:
    """Change settings written as KEY=VALUE, KEY+=VALUE, KEY-=VALUE or KEY= and return the account.

    An empty value takes a setting back to its default. All of it or nothing is stored.
    Raises NotFound, or BadUsage for what cannot be.
    """
    if not changes:
        raise BadUsage(
            "nothing is said that should change",
            hint=f"write KEY=VALUE with one of {', '.join(('owner', *SETTINGS))}",
        )
    return change_account(services, name, [_parsed(change, read_file) for change in changes])


@settled
def change_account(
    services: Services, name: str, changes: Sequence[tuple[str, str, str]]
) -> Account:
    """Change settings by key, operator and value, as `set_account` does."""
    with services.store.writing(durable=True) as tx:
        account = account_named(tx, name)
        chosen = {key: written(SETTINGS[key], account.settings) for key in account.settings.chosen}
        for key, operator, value in changes:
            if key == _OWNER:
                if (value or None) != account.owner:
                    accounts.set_owner(tx, account.id, value or None)
                    accounts.appoint_default(tx, account.owner)
                    accounts.appoint_default(tx, value or None)
            else:
                choose(chosen, SETTINGS[key], operator, value)
        settings = own_settings(chosen, own=parse_address(account.address))
        _refuse_beyond(directory_in(tx).provider(account.provider), settings)
        accounts.put_settings(tx, replace(account, settings=settings))
        if not services.store.is_together:  # else it is done once, behind all of them
            note_insiders(tx)
        return account_named(tx, account.id)


def chosen_settings(
    flags: Mapping[str, str | None], changes: Sequence[str], *, read_file: ReadFile
) -> dict[str, str]:
    """Return what options and KEY=VALUE words choose for a new account. Raises BadUsage."""
    chosen: dict[str, str] = {}
    for name, value in flags.items():
        if value is not None:
            choose(chosen, SETTINGS[name], "=", value)
    for change in changes:
        key, operator, value = _parsed(change, read_file)
        if key == _OWNER:
            raise BadUsage("owner is no setting of a new account", hint="say it so: --owner NAME")
        choose(chosen, SETTINGS[key], operator, value)
    return chosen


def own_settings(chosen: Mapping[str, str], *, own: Address) -> AccountSettings:
    """Return the settings with every alias in the form addresses are known by.

    Raises BadUsage for an alias that is no address or the account's own.
    """
    settings = settings_of(chosen)
    if not settings.aliases:
        return settings
    aliases = tuple(dict.fromkeys(address_key(parse_address(alias)) for alias in settings.aliases))
    if address_key(own) in aliases:
        raise BadUsage(f"{own} is the address of the account itself", hint="leave it out")
    return replace(settings, aliases=aliases)


def _refuse_beyond(provider: Provider | None, settings: AccountSettings) -> None:
    """Raise BadUsage for what the provider has no server for."""
    if provider is None:
        return
    for name, is_wanted, is_offered in (
        ("receive", settings.receive, provider.can_receive),
        ("send", settings.send, provider.can_send),
    ):
        if is_wanted and not is_offered:
            raise BadUsage(
                f"{provider.title} has no server for that: {name} stays false",
                hint=f"mailctl provider show {provider.name}",
            )


def _parsed(change: str, read_file: ReadFile) -> tuple[str, str, str]:
    """Return key, operator and value of KEY=VALUE. Raises BadUsage."""
    key, equals, value = change.partition("=")
    operator = "="
    if equals and key[-1:] in {"+", "-"}:
        key, operator = key[:-1], f"{key[-1]}="
    if not equals or not key.strip():
        raise BadUsage(
            f"{change!r} is no change", hint="write KEY=VALUE, e.g. period=30d or aliases+=ADDRESS"
        )
    if key.strip().lower() == _OWNER:
        return _OWNER, operator, owner_name(value)
    setting = setting_named(key)
    if operator != "=" and setting.name not in {*_WORDS, "folders"}:
        raise BadUsage(
            f"{setting.name} is one value, not a list", hint=f"write {setting.name}=VALUE"
        )
    if setting.is_text and value.startswith("@"):
        value = read_file(value[1:])
    return setting.name, operator, value


def owner_name(text: str) -> str:
    """Return whose mailbox it is, on one line. Raises BadUsage."""
    owner = text.strip()
    if not owner.isprintable() or len(owner) > _LONGEST_OWNER:
        raise BadUsage(f"an owner is one line of at most {_LONGEST_OWNER} characters")
    return owner


def choose(chosen: dict[str, str], setting: Setting, operator: str, value: str) -> None:
    """Apply one change. Raises BadUsage for a value that cannot be, naming the setting."""
    if operator == "=" and not value.strip():
        chosen.pop(setting.name, None)
        return
    try:
        if setting.name in _WORDS:
            made = _list_changed(chosen.get(setting.name, ""), operator, value, setting)
        elif operator == "=":
            made = setting.read(value)
        else:
            made = _folders_changed(chosen.get("folders", "default"), operator, value, setting)
    except BadUsage as error:
        raise type(error)(
            f"{setting.name} cannot be that: {error.sentence}", hint=error.hint
        ) from error
    text = setting.write(made)
    if text:
        chosen[setting.name] = text
    else:
        chosen.pop(setting.name, None)


def _list_changed(was: str, operator: str, value: str, setting: Setting) -> object:
    given = tuple(dict.fromkeys(map(_WORDS[setting.name], setting.read(value))))
    kept = tuple(word for word in setting.read(was) if word not in given)
    made = {"=": given, "+=": kept + given, "-=": kept}[operator]
    return policy_words.blocklist(made) if setting.name == "blocklist" else made


def _folders_changed(was: str, operator: str, value: str, setting: Setting) -> object:
    """Return the choice with words added, or with the folders left out."""
    words = [str(word) for word in setting.read(value).words]
    if operator == "-=":
        words = [f"!{word.removeprefix('!')}" for word in words]
    before = [
        word
        for word in setting.read(was).words
        if word.removeprefix("!") not in {given.removeprefix("!") for given in words}
    ]
    return type(setting.read(was))(tuple(before + words))
