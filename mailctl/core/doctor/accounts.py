"""Looks at accounts: what is stored of them, and whether they sign in."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from shlex import quote

from mailctl.core.access import signin
from mailctl.core.access.account_provider import provider_of
from mailctl.core.access.credentials import Credential, signing_in
from mailctl.core.doctor.findings import (
    Finding,
    Findings,
    Status,
    failed,
    note,
    ok,
    skipped,
    warning,
)
from mailctl.core.doctor.servers import Key, Seen, Server, servers_of, tls_finding
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.folders import RemoteFolder, SpecialUse
from mailctl.domain.health import is_paused
from mailctl.domain.providers import Provider
from mailctl.errors import AuthenticationRefused, ExitCode, MailctlError
from mailctl.records import dataclass
from mailctl.store import folders

_STALE_RUNS = 4
_AT_LEAST = timedelta(days=1)
_ROLES = (SpecialUse.SENT, SpecialUse.DRAFTS, SpecialUse.TRASH, SpecialUse.JUNK)


def reached_at(services: Services, account: Account) -> Provider:
    """Return the provider with the servers that this mailbox has. Raises NotFound."""
    return signin.provider_of(account, provider_of(services.store, account))


def servers_used(services: Services, account: Account) -> list[Server]:
    """Return the servers that the account uses; none where its provider is gone."""
    try:
        provider = reached_at(services, account)
    except MailctlError:
        return []
    return [*servers_of(provider, receives=account.can_receive, sends=account.can_send)]


@dataclass(frozen=True)
class AccountLook:
    """One account, and what a look at it goes by."""

    services: Services
    account: Account
    is_named: bool
    seen: Mapping[Key, Seen]

    @property
    def name(self) -> str:
        """The address, fit to be pasted."""
        return quote(self.account.address)

    def provider(self) -> Provider:
        """Return the provider with the servers that this mailbox has. Raises NotFound."""
        return reached_at(self.services, self.account)

    def stored(self, findings: Findings) -> None:
        """Look at what is known without asking a server."""
        findings.look("account.state", self._state)
        findings.look("account.provider", self._provider)
        findings.look("account.secret", self._secret)
        if self.account.oauth_app is not None:
            findings.look("account.oauth", self._oauth)
        if self.account.can_receive:
            findings.look("account.sync", self._sync)

    def online(self, findings: Findings) -> None:
        """Look at its servers, and sign in where that harms nobody."""
        account = self.account
        try:
            provider = self.provider()
        except MailctlError:
            return  # told by account.provider
        findings.look("account.tls", lambda: self._tls(provider))
        held = self._held_back()
        if held is None and any(
            each.check == "account.secret" and each.status is Status.FAILED
            for each in findings.found
        ):
            held = skipped("not tried: its secret cannot be read")
        if held is not None:
            findings.tell("account.login", held)
            return
        refused = False
        if account.can_receive:
            found = findings.look("account.login", lambda: self._login(provider))
            refused = found[0].exit_code is ExitCode.AUTHORISATION
        if account.can_send and refused:
            said = "not tried: what reading was refused is not shown a second time"
            findings.tell("account.sending", skipped(said))
        elif account.can_send:
            findings.look("account.sending", lambda: self._sending(provider))

    def _state(self) -> Finding:
        account, trouble = self.account, self.account.trouble
        details: dict[str, object] = {
            "state": account.state,
            "failures": trouble.failures if trouble else 0,
            "failing_since": trouble and trouble.since,
            "next_try_at": trouble and trouble.next_try_at,
        }
        said = f": {trouble.sentence}" if trouble else ""
        match account.state:
            case AccountState.OK if trouble is None:
                return ok("its last try was well", **details)
            case AccountState.DISABLED:
                return note(
                    "a person lets it rest", f"mailctl account enable {self.name}", **details
                )
            case AccountState.UNVERIFIED:
                return note(
                    "it never signed in", f"try it: mailctl account test {self.name}", **details
                )
            case AccountState.AUTH_REQUIRED:
                return failed(
                    f"a person has to sign in again{said}",
                    f"mailctl account reauth {self.name}",
                    ExitCode.AUTHORISATION,
                    trouble.kind if trouble else AuthenticationRefused.kind,
                    **details,
                )
            case AccountState.THROTTLED:
                until = trouble and trouble.next_try_at
                when = f" until {until:%Y-%m-%d %H:%M} UTC" if until else ""
                return warning(
                    f"its server asked for a pause{when}{said}",
                    "wait: it goes on by itself",
                    **details,
                )
            case _:
                since = f" since {trouble.since:%Y-%m-%d %H:%M} UTC" if trouble else ""
                return warning(
                    f"its tries fail{since}{said}",
                    f"mailctl account test {self.name}",
                    **details,
                )

    def _provider(self) -> Finding:
        provider = self.provider()
        said = f"at {provider.title} ({provider.name}), by {self.account.resolved_by}"
        return ok(
            said, provider=provider.name, kind=provider.kind, resolved_by=self.account.resolved_by
        )

    def _secret(self) -> Finding:
        ref = self.account.secret
        if not ref.scheme.asks_nobody:
            return skipped(f"{ref} may ask a person: it is read when the account signs in")
        self.services.secrets.read(ref)
        return ok(f"{ref} can be read", scheme=ref.scheme)

    def _oauth(self) -> Finding:
        from mailctl.core.doctor.tokens import token_finding

        return token_finding(self.services, self.account)

    def _sync(self) -> Iterator[Finding]:
        account, services = self.account, self.services
        now = services.now()
        holder = services.locks.holder(account.id)
        with services.store.reading() as tx:
            known = folders.of_account(tx, account.id)
            contents = folders.contents(tx)
        unread = sum(contents[each.id].quarantined for each in known if each.id in contents)
        details: dict[str, object] = {
            "last_sync_at": account.last_sync_at,
            "quarantined": unread,
            "runner": holder,
        }
        if holder is not None:
            yield note(f"process {holder} syncs it now", "wait, or: mailctl sync status", **details)
        if unread:
            yield warning(
                f"{unread} of its messages could not be read",
                f"see why: mailctl sync errors {self.name}",
                **details,
            )
        yield self._age(now, details)

    def _age(self, now: datetime, details: dict[str, object]) -> Finding:
        account = self.account
        last = account.last_sync_at
        if last is None:
            return note("it was never synced", f"mailctl sync run {self.name}", **details)
        said = f"its mail was complete on {last:%Y-%m-%d %H:%M} UTC"
        interval = account.settings.sync_interval
        limit = max(_AT_LEAST, (interval or _AT_LEAST) * _STALE_RUNS)
        is_resting = account.state is AccountState.DISABLED
        if interval is not None and not is_resting and now - last > limit:
            return warning(
                f"{said}, {(now - last).days} days ago",
                f"mailctl sync run {self.name}; does cron or a timer run `mailctl sync run --due`?",
                **details,
            )
        return ok(said, **details)

    def _tls(self, provider: Provider) -> Iterator[Finding]:
        now = self.services.now()
        account = self.account
        for server in servers_of(provider, receives=account.can_receive, sends=account.can_send):
            found = self.seen.get(server.key)
            if found is None:
                yield skipped(f"{server.name} did not show itself in time")
            else:
                yield tls_finding(found, now)

    def _held_back(self) -> Finding | None:
        """Return why nobody signs in, None where that harms nobody."""
        account = self.account
        if account.state is AccountState.DISABLED:
            return skipped("it is disabled")
        if is_paused(account, now=self.services.now()):
            return skipped("its server asked for a pause")
        if account.state is AccountState.AUTH_REQUIRED and not self.is_named:
            return skipped(
                "its last sign-in was refused: tries that fail lock mailboxes",
                f"to try in spite of it: mailctl doctor {self.name}",
            )
        return None

    def _login(self, provider: Provider) -> list[Finding]:
        return signing_in(
            self.services, self.account, lambda credential: self._read(provider, credential)
        )

    def _read(self, provider: Provider, credential: Credential) -> list[Finding]:
        login = signin.receiving(self.account, provider, credential)
        with self.services.mail.source(login) as source:
            there = list(source.folders())
            profile = dict(source.describe())
        said = ok("signed in to read", profile=profile)
        return [said, *self._folders(there)]

    def _folders(self, there: list[RemoteFolder]) -> Iterator[Finding]:
        chosen = self.account.settings.folders
        wanted = chosen.among(there)
        uses = {each.special_use for each in there}
        details: dict[str, object] = {
            "folders": len(there),
            "read": len(wanted),
            "roles": sorted(use for use in uses if use is not None),
        }
        paths = {each.path.upper() for each in there}
        gone = [name for name in chosen.named if name.upper() not in paths]
        if gone:
            yield self._of_folders(
                failed(
                    f"it has no folder {', '.join(map(repr, gone))} any more, which are to be read",
                    f"see which it has: mailctl folder list {self.name}; then mailctl account "
                    f"set {self.name} folders=…",
                    ExitCode.NOT_FOUND,
                    "folder-missing",
                    **details,
                )
            )
        elif not wanted:
            yield self._of_folders(
                warning(
                    "none of its folders is read",
                    f"mailctl account set {self.name} folders=default",
                    **details,
                )
            )
        else:
            lacking = [use for use in _ROLES if use not in uses]
            without = f"; no folder is known for {', '.join(lacking)}" if lacking else ""
            said = f"{len(there)} folders, {len(wanted)} of them are read{without}"
            needs_one = SpecialUse.SENT in lacking and self.account.can_send
            todo = f"name one for copies: mailctl account set {self.name} sent-copy=FOLDER"
            found = note(said, todo, **details) if needs_one else ok(said, **details)
            yield self._of_folders(found)

    @staticmethod
    def _of_folders(found: Finding) -> Finding:
        return replace(found, check="account.folders")

    def _sending(self, provider: Provider) -> Finding:
        def verify(credential: Credential) -> None:
            signin.verify_sending(self.services, self.account, provider, credential)

        signing_in(self.services, self.account, verify)
        return Finding(Status.OK, "signed in to send; no mail was sent")
