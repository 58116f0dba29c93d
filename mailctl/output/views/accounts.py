"""Accounts as results."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailctl.output.terminal import one_line
from mailctl.output.values import cell, plain
from mailctl.output.view import Rows, View

if TYPE_CHECKING:
    from mailctl.core.accounts.care import AccountStatus, RemovedAccount
    from mailctl.core.accounts.migrating import MigratedAccount
    from mailctl.core.accounts.new_accounts import AddedAccount
    from mailctl.core.accounts.trial import Check, TriedAccount
    from mailctl.domain.accounts import Account

ACCOUNTS: "View[Account]" = View(
    {
        "id": lambda a: a.id,
        "address": lambda a: a.address,
        "provider": lambda a: a.provider,
        "owner": lambda a: a.owner,
        "state": lambda a: a.state,
        "default": lambda a: a.is_default,
        "last_sync_at": lambda a: a.last_sync_at,
        "last_error": lambda a: a.last_error,
    },
    table=("address", "provider", "owner", "state", "last_sync_at", "last_error"),
    nothing="no account is connected: mailctl account add ADDRESS",
)


def _settings(account: "Account") -> dict[str, object]:
    """Return every setting, as JSON has it: flags and lists are such, the rest is written."""
    from mailctl.domain.settings import SETTINGS, written

    values: dict[str, object] = {}
    for setting in SETTINGS.values():
        value = getattr(account.settings, setting.attribute)
        is_plain = isinstance(value, bool | tuple)
        values[setting.attribute] = value if is_plain else written(setting, account.settings)
    return values


def _chosen(account: "Account") -> list[str]:
    return sorted(name.replace("-", "_") for name in account.settings.chosen)


ACCOUNT: "View[Account]" = View(
    {
        **ACCOUNTS.fields,
        "created_at": lambda a: a.created_at,
        "login": lambda a: a.username,
        "submission_login": lambda a: a.submission_username,
        "auth": lambda a: "password" if a.oauth_app is None else "oauth2",
        "oauth_app": lambda a: a.oauth_app,
        "secret": lambda a: str(a.secret),
        "error_code": lambda a: a.trouble and a.trouble.kind,
        "failing_since": lambda a: a.trouble and a.trouble.since,
        "next_try_at": lambda a: a.trouble and a.trouble.next_try_at,
        "resolution": lambda a: {"method": a.resolved_by, "evidence": json.loads(a.evidence)},
        "settings": _settings,
        "chosen": _chosen,
    },
    prose=lambda a: "\n".join(_described(a)),
)


def _described(account: "Account") -> Iterator[str]:
    known = {name: field(account) for name, field in ACCOUNT.fields.items()}
    for name in ("settings", "chosen", "resolution"):
        known.pop(name)
    for name, value in known.items():
        if value is not None:
            yield f"{name.replace('_', ' ') + ':':18} {cell(plain(value))}"
    yield f"{'resolved by:':18} {account.resolved_by}"
    chosen = _chosen(account)
    yield "settings:"
    for name, value in _settings(account).items():
        mark = "" if name in chosen else "  (default)"
        yield f"  {name.replace('_', '-') + ':':16} {cell(plain(value))}{mark}"


STATUSES: "View[AccountStatus]" = View(
    {
        "id": lambda s: s.account.id,
        "address": lambda s: s.account.address,
        "owner": lambda s: s.account.owner,
        "health": lambda s: s.health,
        "state": lambda s: s.account.state,
        "last_sync_at": lambda s: s.account.last_sync_at,
        "age_seconds": lambda s: s.age_s,
        "last_error": lambda s: s.account.last_error,
        "error_code": lambda s: s.account.trouble and s.account.trouble.kind,
        "failing_since": lambda s: s.account.trouble and s.account.trouble.since,
        "failures": lambda s: s.account.trouble.failures if s.account.trouble else 0,
        "next_try_at": lambda s: s.account.trouble and s.account.trouble.next_try_at,
        "tls": lambda s: s.tls,
        "todo": lambda s: s.todo,
    },
    table=("address", "health", "state", "last_sync_at", "last_error", "tls", "todo"),
    nothing="no account is connected: mailctl account add ADDRESS",
)

CHECKS: "View[Check]" = View(
    {
        "check": lambda c: c.name,
        "good": lambda c: c.is_good,
        "seconds": lambda c: c.seconds,
        "detail": lambda c: c.detail,
        "error": lambda c: c.error and {"code": c.error.kind, "exit_code": int(c.error.exit_code)},
    },
    table=("check", "good", "seconds", "detail"),
)

TRIED: "View[TriedAccount]" = View(
    {
        "id": lambda t: t.account.id,
        "address": lambda t: t.account.address,
        "state": lambda t: t.account.state,
        "checks": lambda t: [CHECKS.document(check) for check in t.checks],
        "profile": lambda t: t.profile,
    },
    rows=Rows(lambda t: t.checks, CHECKS),
)


def profile_text(tried: "TriedAccount") -> str:
    """Tell a person how the server is talked to, and why."""
    profile = dict(tried.profile or {})
    name, because = profile.pop("name", "none"), profile.pop("because", [])
    lines = [f"profile: {name}", f"because: {cell(plain(because))}"]
    lines += [f"  {key.replace('_', ' ')}: {cell(plain(value))}" for key, value in profile.items()]
    return "\n".join(lines)


MIGRATED: "View[MigratedAccount]" = View(
    {
        "id": lambda m: m.account.id,
        "address": lambda m: m.account.address,
        "provider": lambda m: m.account.provider,
        "former_provider": lambda m: m.before.provider,
        "username": lambda m: m.account.username,
        "secret": lambda m: str(m.account.secret),
        "waiting_messages": lambda m: m.messages,
        "is_dry_run": lambda m: m.is_dry,
        "next": lambda m: m.next,
    },
    prose=lambda m: "\n".join(_farewell(m)),
)


def _farewell(migrated: "MigratedAccount") -> Iterator[str]:
    before, account = migrated.before, migrated.account
    verb = "would move" if migrated.is_dry else "moved"
    yield f"{verb} {account.address} ({account.id}) from {before.provider} to {account.provider}"
    yield f"signed in there as {one_line(account.username)}"
    yield f"messages to be found again there: {migrated.messages}"
    for step in migrated.next:
        yield f"next: {step.title.lower()}: {step.command}"


REMOVED: "View[RemovedAccount]" = View(
    {
        "id": lambda r: r.account.id,
        "address": lambda r: r.account.address,
        "purged_messages": lambda r: r.purged_messages,
        "kept_messages": lambda r: r.kept_messages,
        "secret": lambda r: "removed" if r.secret_left is None else r.secret_left,
    }
)


def _account_settings(added: "AddedAccount") -> dict[str, object]:
    account = added.account
    return {
        "incoming": added.settings.incoming,
        "submission": added.settings.submission,
        "username": added.settings.username,
        "secret": str(account.secret),
        **_settings(account),
        "default": account.is_default,
    }


ADDED_ACCOUNT: "View[AddedAccount]" = View(
    {
        "id": lambda a: a.account.id,
        "address": lambda a: a.account.address,
        "provider": lambda a: a.account.provider,
        "owner": lambda a: a.account.owner,
        "state": lambda a: a.account.state,
        "created_at": lambda a: a.account.created_at,
        "resolution": lambda a: {
            "method": a.account.resolved_by,
            "provider": a.account.provider,
            "evidence": a.resolution.evidence,
        },
        "learned_domain": lambda a: a.learned_domain,
        "settings": _account_settings,
        "next": lambda a: a.next,
    },
    prose=lambda a: "\n".join(_welcome(a)),
)


def _welcome(added: "AddedAccount") -> Iterator[str]:
    account, settings = added.account, added.settings
    verb = "connected" if account.state == "ok" else "added without signing in:"
    yield f"{verb} {account.address} ({account.id})"
    why = "; ".join(fact.fact for fact in added.resolution.evidence)
    yield f"provider: {account.provider}, by {account.resolved_by}: {one_line(why)}"
    if account.can_receive:
        incoming = cell(plain(settings.incoming or settings.ews_url))
        yield f"incoming: {incoming} as {one_line(account.username)}"
    if account.can_send:
        yield f"sending:  {cell(plain(settings.submission or settings.ews_url))}"
    yield f"period:   {_settings(account)['period']}"
    yield f"secret:   {account.secret}"
    if added.learned_domain:
        yield f"{added.learned_domain} is now recognised for everybody"
    for step in added.next:
        yield f"next: {step.title.lower()}: {step.command}"
