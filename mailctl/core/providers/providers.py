"""Verbs on providers: which there are, and adding, changing, removing one's own."""

from mailctl.core.access.account_provider import no_such_provider
from mailctl.core.naming import account_named
from mailctl.core.providers.describing import Description, NewProvider, changed, checked, described
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.health import ailing
from mailctl.domain.ids import ProviderName
from mailctl.domain.providers import AuthMethod, MappingOrigin, Origin, Provider
from mailctl.errors import AuthenticationRefused, BadUsage, Conflict, NotFound
from mailctl.resolve.catalogue import load
from mailctl.resolve.directory import Directory
from mailctl.store import accounts, mappings, providers
from mailctl.store.connection import Reading, Store


def directory(store: Store) -> Directory:
    """Return everything that is known of providers and domains without asking anybody."""
    with store.reading() as tx:
        return directory_in(tx)


def directory_in(tx: Reading) -> Directory:
    """Return what `directory` does, as a transaction sees it."""
    return Directory(
        catalogue=load(),
        custom={provider.name: provider for provider in providers.all_(tx)},
        mappings={mapping.domain: mapping for mapping in mappings.all_(tx)},
    )


def provider_named(known: Directory, name: str) -> Provider:
    """Return the provider of that name. Raises NotFound."""
    provider = known.provider(name)
    if provider is None:
        raise no_such_provider(name, known.providers())
    return provider


def is_known(tx: Reading, name: str) -> bool:
    """Return whether there is a provider of that name, one's own or a preset."""
    return providers.by_name(tx, name) is not None or load().by_name(name) is not None


def add_provider(services: Services, new: NewProvider) -> Provider:
    """Store a provider of one's own, its MX patterns and its domains.

    Raises BadUsage for what cannot be meant, Conflict where the name or a pattern is taken.
    """
    provider = described(new)
    if load().by_name(provider.name):
        raise Conflict(
            f"{provider.name} is the name of a preset",
            hint=f"choose another; see the preset: mailctl provider show {provider.name}",
        )
    at = services.now()
    with services.store.writing(durable=True) as tx:
        if providers.by_name(tx, provider.name):
            raise Conflict(
                f"there is a provider named {provider.name} already",
                hint=f"see it: mailctl provider show {provider.name}",
            )
        _refuse_taken(providers.mx_patterns(tx), provider)
        providers.add(tx, provider, at=at)
        for domain in provider.domains:
            mappings.put(tx, domain, provider.name, origin=MappingOrigin.ADMIN, at=at)
    return provider


def set_provider(services: Services, name: str, said: Description) -> Provider:
    """Change what is said of a provider of one's own and return it.

    One that was discovered stays so: its servers are still those of a stranger's document.
    Accounts whose way to sign in it no longer takes must sign in anew, and their secrets go.
    Raises BadUsage, NotFound, and Conflict where a pattern is taken.
    """
    if said.is_empty:
        raise BadUsage(
            f"nothing is said that {name} should be",
            hint="see what can be: mailctl provider set --help",
        )
    said = checked(said)
    with services.store.writing(durable=True) as tx:
        provider = changed(_own(tx, name), said)
        _refuse_taken(providers.mx_patterns(tx), provider)
        providers.update(tx, provider)
        those = stranded(tx, provider)
        for account in those:
            accounts.record_health(tx, ailing(account, _of_no_use(account), now=services.now()))
    _drop_secrets(services, those)
    return provider


def _drop_secrets(services: Services, those: list[Account]) -> None:
    """Remove the secrets that nobody else needs; those in a person's places stay."""
    gone = {account.address for account in those}
    for ref in {account.secret for account in those}:
        with services.store.reading() as tx:
            others = set(accounts.reading_secret(tx, ref)) - gone
        if not others and services.secrets.is_writable(ref):
            services.secrets.remove(ref)


def stranded(tx: Reading, provider: Provider) -> list[Account]:
    """Return the accounts that sign in as the provider, as it is to be, does not let them."""
    takes_tokens = AuthMethod.OAUTH2 in provider.auth
    takes_passwords = provider.auth != (AuthMethod.OAUTH2,)
    using = [account_named(tx, address) for address in accounts.using(tx, provider.name)]
    return [
        account
        for account in using
        if not (takes_passwords if account.oauth_app is None else takes_tokens)
    ]


def _of_no_use(account: Account) -> AuthenticationRefused:
    what = "a password" if account.oauth_app is None else "OAuth tokens"
    return AuthenticationRefused(f"the provider takes no longer {what}: sign in anew")


def remove_provider(services: Services, name: str) -> Provider:
    """Forget a provider of one's own. Raises NotFound, and Conflict while accounts use it."""
    with services.store.writing(durable=True) as tx:
        provider = providers.by_name(tx, name)
        if provider is None:
            raise NotFound(
                f"there is no provider of your own named {name!r}",
                hint="presets cannot be removed; see yours: mailctl provider list --custom",
            )
        users = accounts.using(tx, name)
        if users:
            raise Conflict(
                f"{name} is the provider of {', '.join(users)}",
                hint="it can be removed when no account uses it",
                details={"accounts": users},
            )
        providers.remove(tx, name)
    return provider


def refuse_removed(tx: Reading, provider: Provider) -> None:
    """Raise Conflict for a provider of one's own that is there no more."""
    if provider.origin is Origin.CUSTOM and providers.by_name(tx, provider.name) is None:
        raise Conflict(
            f"the provider {provider.name} has been removed meanwhile",
            hint="see which there are: mailctl provider list",
        )


def _own(tx: Reading, name: str) -> Provider:
    provider = providers.by_name(tx, name)
    if provider is not None:
        return provider
    if load().by_name(name) is None:
        raise no_such_provider(name, providers.all_(tx))
    raise BadUsage(
        f"{name} is a preset, which stays as it is",
        hint="describe one of your own: mailctl provider add NAME --incoming HOST "
        "--submission HOST",
    )


def _refuse_taken(patterns: dict[str, ProviderName], provider: Provider) -> None:
    for suffix in provider.mx:
        owner = patterns.get(suffix, provider.name)
        if owner != provider.name:
            raise Conflict(
                f"the MX pattern {suffix} already names the provider {owner}",
                hint=f"see it: mailctl provider show {owner}",
            )
