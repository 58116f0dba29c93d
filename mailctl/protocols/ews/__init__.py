"""Mailboxes over Exchange Web Services, as Exchange servers on premises offer them."""

from collections.abc import Iterator
from contextlib import contextmanager

from mailctl.ports.mail import Login, MailSource
from mailctl.protocols.ews.connection import signed_in
from mailctl.protocols.ews.source import EwsSource
from mailctl.protocols.network import Network


@contextmanager
def open_source(login: Login, network: Network) -> Iterator[MailSource]:
    """Yield the mailbox, signed in.

    Raises Unreachable, TlsFailure, GuardRefused, AuthenticationRefused, ServerBusy or
    ServerRefused.
    """
    with signed_in(login, network) as mailbox:
        yield EwsSource(mailbox)
