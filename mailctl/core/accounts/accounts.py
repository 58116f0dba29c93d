"""Verbs on accounts: connect a mailbox, list what is connected."""

import json
from collections.abc import Mapping
from dataclasses import replace
from shlex import quote

from mailctl.core.access import signin
from mailctl.core.access.credentials import named_in_hints, obtain
from mailctl.core.accounts.new_accounts import AddedAccount, NewAccount, Persons, ReadyAccount
from mailctl.core.accounts.settings import own_settings, owner_name
from mailctl.core.accounts.trial import send_probe
from mailctl.core.linking.insiders import note_insiders
from mailctl.core.linking.settling import settled
from mailctl.core.naming import address_key
from mailctl.core.providers import providers as provider_verbs
from mailctl.core.providers.detection import deadline, recognised, untrusted
from mailctl.core.providers.discoveries import stored_name
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.addresses import Address
from mailctl.domain.ids import AccountId
from mailctl.domain.providers import MappingOrigin, Provider, ProviderKind, username
from mailctl.domain.resolution import Resolution, Settings
from mailctl.domain.secret import SecretRef
from mailctl.domain.settings import settings_of
from mailctl.errors import BadUsage, Conflict, ProviderNotRecognised
from mailctl.resolve.addresses import parse_address
from mailctl.resolve.answers import chosen
from mailctl.resolve.chain import resolve
from mailctl.resolve.directory import Directory
from mailctl.resolve.platforms import at_domain
from mailctl.resolve.terms import Terms
from mailctl.store import accounts, mappings
from mailctl.store.connection import Reading

_SECOND_OPINION_S = 2.0


@settled
def add_account(services: Services, new: NewAccount, persons: Persons) -> AddedAccount:
    """Recognise the provider, sign in, and only then store the account and its secret.

    A provider that a person named or said yes to is remembered for the domain where nothing
    else recognises it. Raises BadUsage, Conflict, ProviderNotRecognised, UntrustedSettings,
    SecretMissing, or why the sign-in failed; nothing is kept then.
    """
    address = parse_address(new.address)
    with services.store.reading() as tx:
        _refuse_known(tx, address)
    ready = ready_account(services, new, persons, known=provider_verbs.directory(services.store))
    stored = keep_account(services, ready)
    return AddedAccount(
        account=stored,
        resolution=ready.resolution,
        settings=replace(_used(ready.resolution), username=stored.username),
        learned_domain=ready.learned_domain,
    )


def ready_account(
    services: Services, new: NewAccount, persons: Persons, *, known: Directory
) -> ReadyAccount:
    """Recognise the provider and sign in; nothing is stored. Raises what `add_account` does."""
    address = parse_address(new.address)
    settings_of(new.chosen)
    owner_name(new.owner or "")
    recipient = _recipient(new)
    resolution, is_persons_word = _decided(services, new, address, known, persons)
    provider = recognised(resolution)
    signin.refuse_unreachable_kind(provider)

    account_id = AccountId(services.new_id("acc"))
    ref = persons.place(account_id)
    account = _account(services, new, resolution, provider, account_id=account_id, ref=ref)
    # from here on a failure may say what to do for this very address
    with named_in_hints(str(address), is_new=True):
        obtained = obtain(
            services,
            provider,
            address,
            ref,
            wish=new.wish,
            ask=persons.ask,
            consent=persons.consent,
        )
        account = replace(account, oauth_app=obtained.app)
        if new.verify:
            memo = signin.verify(services, account, provider, obtained.credential)
            account = replace(account, server_memo=memo)
    if recipient:
        send_probe(services, account, provider, obtained.credential, recipient)
    is_learnable = new.forces_learning or not _is_public(known, address)
    learn = is_persons_word and new.learns and new.verify and is_learnable
    return ReadyAccount(
        account, provider, resolution, obtained.given, address.domain if learn else None
    )


def _recipient(new: NewAccount) -> str | None:
    """Return whom the test mail goes to. Raises BadUsage where it cannot be sent."""
    if new.test_send_to is None:
        return None
    if not new.verify or new.chosen.get("send") == "false":
        raise BadUsage("no test mail can be sent then", hint="leave --test-send out")
    return str(parse_address(new.test_send_to))


def _decided(
    services: Services, new: NewAccount, address: Address, known: Directory, persons: Persons
) -> tuple[Resolution, bool]:
    """Return the resolution that a password may follow, and whether it is worth learning.

    It is where a person's word made up for what nothing else recognises, and no name
    server failed meanwhile. Raises UntrustedSettings, NotFound and what `recognised` does.
    """
    is_settled = new.provider is not None and not new.learns
    resolution = resolve(
        address,
        known,
        internet=None if is_settled else services.internet,
        timer=services.timer,
        terms=_terms(services, new),
    )
    is_sure = resolution.trust is not None and resolution.trust.allows_password
    name = new.provider or (persons.choose(resolution) if resolution.provider is None else None)
    if name is not None:
        provider = provider_verbs.provider_named(known, name)
        is_foreign = resolution.provider is None or resolution.provider.name != provider.name
        is_news = not is_sure or (new.forces_learning and is_foreign)
        return chosen(resolution, provider), is_news and not resolution.is_shaky
    recognised(resolution)
    if is_sure:
        return resolution, False
    if new.trusts_discovered:  # a word for this account: nobody has seen what was found
        return resolution, False
    if not persons.agree(resolution):
        raise untrusted(resolution)
    return resolution, not resolution.is_shaky


def _terms(services: Services, new: NewAccount) -> Terms:
    """Return how far to ask: where a provider is named, only to see what is to be learned."""
    if new.provider is None:
        return Terms(deadline(services))
    return Terms(services.timer() + _SECOND_OPINION_S, is_private=True)


def _refuse_known(tx: Reading, address: Address) -> None:
    existing = accounts.by_address(tx, address_key(address))
    if existing is not None:
        whose = f", whose owner is {existing.owner}" if existing.owner else ""
        raise Conflict(
            f"{existing.address} is connected already: {existing.id}{whose}",
            hint=f"see it: mailctl account show {quote(existing.address)}",
            details={"id": existing.id, "owner": existing.owner},
        )


def _account(
    services: Services,
    new: NewAccount,
    resolution: Resolution,
    provider: Provider,
    *,
    account_id: AccountId,
    ref: SecretRef,
) -> Account:
    address, found = resolution.address, _used(resolution)
    settings = own_settings(_within(new.chosen, provider), own=address)
    refuse_serverless(provider, found, can_receive=settings.receive, can_send=settings.send)
    local = at_domain(provider, address.domain)
    receiving_name = new.username or found.username
    if receiving_name is None:
        raise BadUsage(
            f"{provider.title} has user names of its own", hint="name yours: --username NAME"
        )
    submission_form = local.submission_login or local.login
    return Account(
        id=account_id,
        address=address_key(address),
        provider=provider.name,
        owner=owner_name(new.owner or "") or None,
        username=receiving_name,
        submission_username=new.username
        or username(submission_form, str(address))
        or receiving_name,
        secret=ref,
        state=AccountState.OK if new.verify else AccountState.UNVERIFIED,
        is_default=False,
        settings=settings,
        resolved_by=str(resolution.method),
        evidence=json.dumps([vars(fact) for fact in resolution.evidence]),
        created_at=services.now(),
        incoming=None if found.incoming == local.incoming else found.incoming,
        submission=None if found.submission == local.submission else found.submission,
    )


def _used(resolution: Resolution) -> Settings:
    if resolution.settings is None:
        raise AssertionError("a recognised provider has settings")
    return resolution.settings


def _within(chosen: Mapping[str, str], provider: Provider) -> dict[str, str]:
    """Return what was chosen without what the provider does not offer. Raises BadUsage."""
    within = dict(chosen)
    if not provider.can_receive:
        within["receive"] = "false"
    if not provider.can_send:
        within["send"] = "false"
    if within.get("receive") == within.get("send") == "false":
        option = "--no-send" if provider.can_send else "--no-receive"
        raise BadUsage(
            f"{provider.title} offers nothing but what {option} leaves out",
            hint=f"connect it without {option}",
        )
    return within


def refuse_serverless(
    provider: Provider, found: Settings | Provider, *, can_receive: bool, can_send: bool
) -> None:
    """Raise ProviderNotRecognised where there is no server for what the account is to do."""
    is_exchange = provider.kind is ProviderKind.EWS and found.ews_url is not None
    can_be_read = is_exchange or found.incoming is not None
    can_be_sent = is_exchange or found.submission is not None
    lacks = (can_receive and not can_be_read) or (can_send and not can_be_sent)
    if lacks:
        raise ProviderNotRecognised(
            f"{provider.title} gives each customer a server of their own",
            hint="add a provider with yours: mailctl provider add NAME --incoming HOST "
            "--submission HOST",
        )


def _is_public(known: Directory, address: Address) -> bool:
    return known.catalogue.by_domain(address.domain) is not None


def _exchangers(resolution: Resolution) -> tuple[str, ...]:
    from mailctl.resolve.exchangers import shown_exchangers  # asyncio, for who learns

    return next(
        (shown_exchangers(step.detail) for step in resolution.trace if step.step == "mx"), ()
    )


def keep_account(services: Services, ready: ReadyAccount) -> Account:
    """Store secret, account and domain, all of them or none. Raises Conflict."""
    account, given, domain = ready.account, ready.given, ready.learned_domain
    if given is not None:
        services.secrets.write(account.secret, given)
    try:
        with services.store.writing(durable=True) as tx:
            _refuse_known(tx, parse_address(account.address))
            provider_verbs.refuse_removed(tx, ready.provider)
            name = stored_name(tx, ready.provider, at=account.created_at)
            is_first = not accounts.has_default(tx, account.owner)
            stored = replace(account, provider=name, is_default=is_first)
            accounts.add(tx, stored)
            if not services.store.is_together:  # else it is done once, behind all of them
                note_insiders(tx)
            if domain is not None and mappings.by_domain(tx, domain) is None:
                mappings.put(
                    tx,
                    domain,
                    stored.provider,
                    origin=MappingOrigin.LEARNED,
                    at=account.created_at,
                    by=account.owner or account.address,
                    exchangers=_exchangers(ready.resolution),
                )
    except BaseException:
        if given is not None:  # then it is we who wrote it
            services.secrets.remove(account.secret)
        raise
    return stored
