"""Mailboxes over Exchange Web Services, as Exchange servers on premises offer them.

What reads is imported at once, what writes where it is used: most runs only read.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from mailctl.ports.mail import Login, MailFiler, MailMarker, MailSender, MailSource
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


@contextmanager
def open_marker(login: Login, network: Network) -> Iterator[MailMarker]:
    """Yield the mailbox for changing flags, signed in; it raises what `open_source` does."""
    from mailctl.protocols.ews.marking import EwsMarker

    with signed_in(login, network) as mailbox:
        yield EwsMarker(mailbox)


@contextmanager
def open_filer(login: Login, network: Network) -> Iterator[MailFiler]:
    """Yield the mailbox for filing sent mail, signed in; it raises what `open_source` does."""
    from mailctl.protocols.ews.filing import EwsFiler

    with signed_in(login, network) as mailbox:
        yield EwsFiler(mailbox)


@contextmanager
def open_sender(login: Login, network: Network) -> Iterator[MailSender]:
    """Yield the mailbox for sending, signed in; it raises what `open_source` does."""
    from mailctl.protocols.ews.sending import EwsSender

    with signed_in(login, network) as mailbox:
        yield EwsSender(mailbox)
