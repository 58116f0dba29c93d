"""The way to any mailbox or submission service, whatever protocol it speaks."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager

from mailctl.domain.providers import ProviderKind
from mailctl.errors import ServerRefused
from mailctl.ports.mail import (
    ExchangeFound,
    Login,
    MailFiler,
    MailMarker,
    MailSender,
    MailSource,
)
from mailctl.protocols.network import Network

# The adapters are imported where they are used: imapclient, exchangelib and smtplib would
# cost every start of the program.


class NetworkMailAccess:
    """Opens mailboxes and submission services over one network.

    Entering what it returns signs in; it raises Unreachable, TlsFailure,
    GuardRefused, AuthenticationRefused, ServerBusy or ServerRefused.
    """

    def __init__(self, network: Network) -> None:
        self._network = network

    def source(self, login: Login) -> AbstractContextManager[MailSource]:
        """Return the mailbox, to be entered."""
        if login.provider.kind is ProviderKind.EWS:
            from mailctl.protocols import ews

            return ews.open_source(login, self._network)
        _require_imap(login, "read")
        from mailctl.protocols.imap import open_source

        return open_source(login, self._network)

    def marker(self, login: Login) -> AbstractContextManager[MailMarker]:
        """Return the mailbox for changing flags, to be entered."""
        if login.provider.kind is ProviderKind.EWS:
            from mailctl.protocols import ews

            return ews.open_marker(login, self._network)
        _require_imap(login, "changed")
        from mailctl.protocols.imap import open_marker

        return open_marker(login, self._network)

    def find_exchange(
        self, login: Login, hosts: Sequence[str], *, is_own: Callable[[str], bool], signs: bool
    ) -> ExchangeFound:
        """Return the Exchange server that Autodiscover at these hosts names."""
        from mailctl.protocols.ews.autodiscovery import Autodiscovery

        return Autodiscovery(login, self._network, is_own=is_own, signs=signs).found(hosts)

    def filer(self, login: Login) -> AbstractContextManager[MailFiler]:
        """Return the mailbox for filing sent mail, to be entered."""
        if login.provider.kind is ProviderKind.EWS:
            from mailctl.protocols import ews

            return ews.open_filer(login, self._network)
        _require_imap(login, "filed into")
        from mailctl.protocols.imap import open_filer

        return open_filer(login, self._network)

    def sender(self, login: Login) -> AbstractContextManager[MailSender]:
        """Return the submission service, to be entered."""
        if login.provider.submission is None:  # an Exchange server may have one beside EWS
            if login.provider.kind is ProviderKind.EWS:
                from mailctl.protocols import ews

                return ews.open_sender(login, self._network)
            _require_imap(login, "used to send")
        from mailctl.protocols.smtp import open_sender

        return open_sender(login, self._network)


def _require_imap(login: Login, purpose: str) -> None:
    kind = login.provider.kind
    if kind is not ProviderKind.IMAP:
        raise ServerRefused(
            f"provider {login.provider.name} is of the kind {kind}, which cannot be {purpose} yet",
            hint=f"mailctl provider show {login.provider.name}",
        )
