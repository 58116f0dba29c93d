"""A sign-in on purpose: does the account work, and what exactly does not."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from mailctl.core.access import signin
from mailctl.core.access.account_provider import provider_of
from mailctl.core.access.credentials import Credential, signing_in
from mailctl.core.exit_codes import joint_exit_code
from mailctl.core.naming import account_named
from mailctl.core.services import Services
from mailctl.domain.accounts import Account, AccountState
from mailctl.domain.health import ailing, well
from mailctl.domain.providers import Provider
from mailctl.errors import BadUsage, ExitCode, MailctlError, Terminated
from mailctl.mail.probe import probe
from mailctl.resolve.addresses import parse_address
from mailctl.store import accounts


@dataclass(frozen=True)
class Check:
    """One thing that was tried: `receive`, `send` or `send-test`."""

    name: str
    is_good: bool
    seconds: float
    detail: str
    error: MailctlError | None = None


@dataclass(frozen=True)
class TriedAccount:
    """What was tried of an account, and how it does now."""

    account: Account
    checks: tuple[Check, ...]
    profile: Mapping[str, object] | None = None
    """How the server is talked to when mail is read, and why; None where it was not asked."""

    @property
    def exit_code(self) -> ExitCode:
        """What the process says: all good, partly, or why nothing is."""
        codes = [
            ExitCode.OK if each.error is None else each.error.exit_code for each in self.checks
        ]
        return joint_exit_code(codes)


def try_account(
    services: Services, name: str, *, receives_only: bool, send_test_to: str | None
) -> TriedAccount:
    """Sign in where the account does, send a mail where asked to, and note how it does.

    A state that was wrong is mended; one that a person set stays. Raises NotFound, or
    BadUsage for a test mail from an account that does not send.
    """
    with services.store.reading() as tx:
        account = account_named(tx, name)
    recipient = None if send_test_to is None else str(parse_address(send_test_to))
    if recipient and receives_only:
        raise BadUsage("a test mail is more than reading", hint="leave --receive out")
    if recipient and not account.can_send:
        raise BadUsage(f"{account.address} does not send", hint="leave --send-test out")
    provider = provider_of(services.store, account)
    trial = _Trial(services, account, provider)
    checks = []
    if account.can_receive:
        checks.append(trial.check("receive", trial.receive))
    if account.can_send and not receives_only:
        checks.append(trial.check("send", trial.send))
    if recipient and checks[-1].is_good:
        checks.append(trial.check("send-test", lambda as_: trial.send_test(as_, recipient)))
    return TriedAccount(_noted(services, account, checks), tuple(checks), trial.profile)


def send_probe(
    services: Services,
    account: Account,
    provider: Provider,
    credential: Credential,
    recipient: str,
) -> str:
    """Send a short mail to the recipient and return its Message-ID."""
    message = probe(
        account.address,
        recipient,
        name=account.settings.display_name,
        at=services.now(),
        token=services.new_id("probe"),
    )
    with services.mail.sender(signin.sending(account, provider, credential)) as sender:
        receipt = sender.send(account.address, [recipient], message.source)
    for failure in receipt.refused.values():
        raise failure
    return message.message_id


@dataclass
class _Trial:
    services: Services
    account: Account
    provider: Provider
    profile: Mapping[str, object] | None = None

    def check(self, name: str, attempt: Callable[[Credential], str]) -> Check:
        started = self.services.timer()

        def seconds() -> float:
            return round(self.services.timer() - started, 3)

        try:
            detail = signing_in(self.services, self.account, attempt)
        except Terminated:
            raise
        except MailctlError as error:
            return Check(name, False, seconds(), error.sentence, error)
        return Check(name, True, seconds(), detail)

    def receive(self, credential: Credential) -> str:
        login = signin.receiving(self.account, self.provider, credential)
        with self.services.mail.source(login) as source:
            folders = list(source.folders())
            self.profile = source.describe()
        signin.refuse_missing(self.account, folders)
        wanted = self.account.settings.folders.among(folders)
        return f"signed in; {len(folders)} folders, {len(wanted)} of them are read"

    def send(self, credential: Credential) -> str:
        signin.verify_sending(self.services, self.account, self.provider, credential)
        return "signed in; ready to take mail"

    def send_test(self, credential: Credential, recipient: str) -> str:
        sent = send_probe(self.services, self.account, self.provider, credential, recipient)
        return f"sent {sent} to {recipient}"


def _noted(services: Services, account: Account, checks: list[Check]) -> Account:
    """Note what the first failure says of the account, or that it is well."""
    error = next((each.error for each in checks if each.error is not None), None)
    with services.store.writing(durable=True) as tx:
        account = account_named(tx, account.id)
        if account.state is not AccountState.DISABLED and checks:
            now = services.now()
            account = well(account) if error is None else ailing(account, error, now=now)
            accounts.record_health(tx, account)
        return account
