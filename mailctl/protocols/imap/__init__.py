"""Mailboxes over IMAP4rev1 (RFC 3501)."""

from collections.abc import Iterator
from contextlib import contextmanager

from mailctl.ports.mail import Login, MailFiler, MailMarker, MailSource
from mailctl.protocols.imap.connection import signed_in
from mailctl.protocols.imap.marking import ImapMarker
from mailctl.protocols.imap.source import ImapSource
from mailctl.protocols.network import Network


@contextmanager
def open_source(login: Login, network: Network) -> Iterator[MailSource]:
    """Yield the mailbox, signed in; leaving signs out within a few seconds.

    Raises Unreachable, TlsFailure, GuardRefused, AuthenticationRefused, ServerBusy or
    ServerRefused.
    """
    with signed_in(login, network) as session:
        yield ImapSource(session)


@contextmanager
def open_marker(login: Login, network: Network) -> Iterator[MailMarker]:
    """Yield the mailbox for changing flags, signed in; it raises what `open_source` does."""
    with signed_in(login, network) as session:
        yield ImapMarker(session)


@contextmanager
def open_filer(login: Login, network: Network) -> Iterator[MailFiler]:
    """Yield the mailbox for filing sent mail, signed in; it raises what `open_source` does."""
    from mailctl.protocols.imap.filing import ImapFiler  # nothing that only reads needs it

    with signed_in(login, network) as session:
        yield ImapFiler(session)
