"""Who signs in where: the settings of an account put together for its protocol."""

from dataclasses import replace

from mailctl.core.services import Services
from mailctl.domain.accounts import Account
from mailctl.domain.providers import Provider, ProviderKind
from mailctl.domain.secret import Secret
from mailctl.errors import ServerRefused
from mailctl.ports import Login
from mailctl.resolve.addresses import parse_address
from mailctl.resolve.catalogue import at_domain


def provider_of(account: Account, provider: Provider) -> Provider:
    """Return the provider with the servers that this mailbox has."""
    local = at_domain(provider, parse_address(account.address).domain)
    return replace(
        local,
        incoming=account.incoming or local.incoming,
        submission=account.submission or local.submission,
    )


def receiving(account: Account, provider: Provider, secret: Secret) -> Login:
    """Return the sign-in that reads mail."""
    return Login(provider_of(account, provider), account.username, secret)


def sending(account: Account, provider: Provider, secret: Secret) -> Login:
    """Return the sign-in that submits mail."""
    return Login(provider_of(account, provider), account.submission_username, secret)


def verify(services: Services, account: Account, provider: Provider, secret: Secret) -> None:
    """Sign in wherever the account will, so that nothing is stored that cannot work.

    Raises AuthenticationRefused, TlsFailure, Unreachable, ServerBusy or ServerRefused.
    """
    if account.can_receive:
        with services.mail.source(receiving(account, provider, secret)) as source:
            source.folders()
    if account.can_send:
        with services.mail.sender(sending(account, provider, secret)) as sender:
            sender.verify()


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
    if provider.kind is ProviderKind.EWS and provider.incoming is None:
        raise ServerRefused(
            f"{provider.title} speaks Exchange Web Services, which this mailctl does not yet",
            hint="if the server offers IMAP too, add a provider for that: mailctl provider add",
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
