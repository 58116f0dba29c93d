"""Accounts as results."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from mailctl.output.terminal import one_line
from mailctl.output.values import cell, plain
from mailctl.output.view import View

if TYPE_CHECKING:
    from mailctl.core.accounts import AddedAccount
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
)


def _account_settings(added: "AddedAccount") -> dict[str, object]:
    account = added.account
    return {
        "incoming": added.settings.incoming,
        "submission": added.settings.submission,
        "username": added.settings.username,
        "secret": str(account.secret),
        "period": "all" if account.period is None else account.period,
        "receive": account.can_receive,
        "send": account.can_send,
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
    verb = "connected" if account.state == "active" else "added without signing in:"
    yield f"{verb} {account.address} ({account.id})"
    why = "; ".join(fact.fact for fact in added.resolution.evidence)
    yield f"provider: {account.provider}, by {account.resolved_by}: {one_line(why)}"
    if account.can_receive:
        yield f"incoming: {cell(plain(settings.incoming))} as {one_line(account.username)}"
    if account.can_send:
        yield f"sending:  {cell(plain(settings.submission))}"
    yield f"period:   {'all' if account.period is None else plain(account.period)}"
    yield f"secret:   {account.secret}"
    if added.learned_domain:
        yield f"{added.learned_domain} is now recognised for everybody"
    for step in added.next:
        yield f"next: {step.title.lower()}: {step.command}"
