"""Who signs in where: the settings of an account put together for its protocol."""

from collections.abc import Sequence
from dataclasses import replace

from mailctl.core.access.credentials import Credential
from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.folders import RemoteFolder
from mailctl.domain.near_names import meant
from mailctl.domain.providers import Provider, ProviderKind
from mailctl.errors import MailctlError, NotFound, ServerRefused
from mailctl.ports.mail import Login
from mailctl.resolve.platforms import at_domain

_MOST_SHOWN = 12


def provider_of(account: Account, provider: Provider) -> Provider:
    """Return the provider with the servers that this mailbox has."""
    local = at_domain(provider, account.domain)
    submission = account.submission or local.submission
    is_theirs = submission == local.submission or (
        submission is not None
        and local.submission is not None
        and submission.host == local.submission.host
    )
    # an Exchange server files what it sends for the mailbox
    is_filed = local.files_sent or (local.kind is ProviderKind.EWS and submission is None)
    return replace(
        local,
        incoming=account.incoming or local.incoming,
        submission=submission,
        files_sent=is_filed and is_theirs,  # a gateway has no key to the mailbox
    )


def receiving(account: Account, provider: Provider, credential: Credential) -> Login:
    """Return the sign-in that reads mail."""
    return _login(account, provider, account.username, credential)


def sending(account: Account, provider: Provider, credential: Credential) -> Login:
    """Return the sign-in that submits mail."""
    return _login(account, provider, account.submission_username, credential)


def verify(
    services: Services, account: Account, provider: Provider, credential: Credential
) -> str | None:
    """Sign in wherever the account will, so that nothing is stored that cannot work.

    Returns what was found out of the server (`MailSource.memo`). Raises
    AuthenticationRefused, TlsFailure, Unreachable, ServerBusy, ServerRefused, or NotFound
    for a folder that was chosen and is not there.
    """
    memo = verify_receiving(services, account, provider, credential)
    try:
        verify_sending(services, account, provider, credential)
    except MailctlError as error:
        if account.can_receive:
            _tell_half(error)
        raise
    return memo


def verify_receiving(
    services: Services, account: Account, provider: Provider, credential: Credential
) -> str | None:
    """Sign in where mail is read, if the account does; return what was found out of the server."""
    if not account.can_receive:
        return None
    with services.mail.source(receiving(account, provider, credential)) as source:
        refuse_missing(account, source.folders())
        return source.memo


def verify_sending(
    services: Services, account: Account, provider: Provider, credential: Credential
) -> None:
    """Sign in where mail is submitted, if the account does."""
    if account.can_send:
        with services.mail.sender(sending(account, provider, credential)) as sender:
            sender.verify()


def refuse_missing(account: Account, folders: Sequence[RemoteFolder]) -> None:
    """Raise NotFound for a folder chosen by name that the mailbox does not have."""
    there = {folder.path for folder in folders}
    for name in account.settings.folders.named:
        if name not in there and name.upper() != "INBOX":
            raise NotFound(
                f"{account.address} has no folder {name!r}",
                hint=f"{meant(name, there)}it has {', '.join(sorted(there)[:_MOST_SHOWN])}",
            )


def _login(account: Account, provider: Provider, username: str, credential: Credential) -> Login:
    return Login(
        provider_of(account, provider),
        username,
        credential.secret,
        is_token=credential.is_token,
        address=account.address,
        memo=account.server_memo,
        account=account.id,
    )


def _tell_half(error: MailctlError) -> None:
    """Say that it is sending alone that fails."""
    way_out = "reading mail works; to connect it for that alone: --no-send"
    error.hint = f"{error.hint}\n{way_out}" if error.hint else way_out
    error.details.setdefault("step", "sending")


def refuse_unreachable_kind(provider: Provider) -> None:
    """Raise ServerRefused for a provider whose mailboxes nothing of ours can open."""
    if provider.kind is ProviderKind.NONE:
        raise ServerRefused(
            f"{provider.title} lets no other program into its mailboxes",
            hint=provider.sign_in_help or "forward its mail to a mailbox that can be connected",
        )
    if provider.kind is ProviderKind.BRIDGE:
        raise ServerRefused(
            f"{provider.title} is reached through a program of its own on your machine only",
            hint=_how_to_cross(provider),
        )
    if provider.kind is ProviderKind.EWS and not provider.ews_url:
        raise ServerRefused(
            f"{provider.title} has no address of Exchange Web Services",
            hint=f"mailctl provider set {provider.name} --ews-url https://HOST/EWS/Exchange.asmx",
        )


def _how_to_cross(provider: Provider) -> str:
    """Return how the local program becomes a provider; each person's has ports of its own."""
    options = [
        f"--{name} {server.host}:{server.port} --{name}-security {server.security}"
        for name, server in (("incoming", provider.incoming), ("submission", provider.submission))
        if server
    ]
    return (
        f"{provider.sign_in_help or 'start that program'}\n"
        f"then add it: mailctl provider add NAME {' '.join(options)} --ca-file CERTIFICATE\n"
        "and use it: mailctl account add ADDRESS --provider NAME"
    )
