"""What goes along with a thing that changes or goes, of what no file holds."""

from collections.abc import Mapping
from typing import TypeAlias

from mailctl.core.providers.providers import stranded
from mailctl.domain.accounts import Account
from mailctl.domain.links import ObjectNoun
from mailctl.domain.providers import Provider
from mailctl.domain.records import RecordType
from mailctl.domain.secret import SecretRef, SecretScheme
from mailctl.store import accounts, companies, links, oauth_apps, outbox, record_types, records
from mailctl.store.connection import Reading

Losses: TypeAlias = Mapping[str, int]
"""How many of what; what there is none of is not there."""
_OURS = {SecretScheme.KEYRING, SecretScheme.VAULT}
_OF_A_SIGN_IN = {"secrets", "sign_ins"}
"""What a person can say again."""


def data(losses: Losses) -> Losses:
    """Return what is data: that goes only where somebody says so."""
    return {what: count for what, count in losses.items() if what not in _OF_A_SIGN_IN}


def of_type(tx: Reading, name: str) -> Losses:
    """Return how many records go with their type."""
    kind = record_types.by_name(tx, name)
    return _those(records=kind.records if kind else 0)


def of_fields(tx: Reading, was: RecordType, now: RecordType) -> Losses:
    """Return how many records have a value in a field that their type has no more."""
    going = [each for each in was.fields if each not in now.fields]
    return _those(values=records.having(tx, was.name, going) if going else 0)


def of_company(tx: Reading, name: str) -> Losses:
    """Return how many people belong to a company, and what is linked to it by hand."""
    ids = [each.id for each in companies.by_names(tx, [name]).get(name, ())]
    return _those(
        memberships=sum(companies.people_in(tx, each) for each in ids),
        links=sum(links.mail_of(tx, ObjectNoun.COMPANY, each)[1] for each in ids),
    )


def of_account(tx: Reading, address: str) -> Losses:
    """Return how much sent mail an outbox remembers, and whether a secret of ours goes."""
    account = accounts.by_address(tx, address)
    if account is None:
        return {}
    sent = outbox.list_(tx, account=account.id)
    return _those(outgoing_messages=len(sent), secrets=_secrets(tx, [account]))


def of_move(was: Account, provider: object, secret: SecretRef) -> Losses:
    """Return whether a secret of ours goes where an account moves to that provider and place."""
    moves = provider is not None and provider != str(was.provider)
    return _those(secrets=int(moves and secret != was.secret and _is_ours(was.secret)))


def of_app(tx: Reading, name: str) -> Losses:
    """Return whether a secret of ours goes with an OAuth app."""
    app = oauth_apps.by_name(tx, name)
    return _those(secrets=int(app is not None and _is_ours(app.secret)))


def of_provider(tx: Reading, now: Provider) -> Losses:
    """Return how many accounts have to sign in anew where their provider becomes that."""
    whose = stranded(tx, now)
    return _those(sign_ins=len(whose), secrets=_secrets(tx, whose))


def _secrets(tx: Reading, going: list[Account]) -> int:
    """Return how many secrets of ours nobody else reads."""
    gone = {each.address for each in going}
    refs = {each.secret for each in going if _is_ours(each.secret)}
    return sum(gone.issuperset(accounts.reading_secret(tx, ref)) for ref in refs)


def _is_ours(ref: SecretRef | None) -> bool:
    return ref is not None and ref.scheme in _OURS


def _those(**counts: int) -> Losses:
    return {what: count for what, count in counts.items() if count}
