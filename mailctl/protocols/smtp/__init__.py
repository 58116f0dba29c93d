"""Submission of mail over SMTP (RFC 6409)."""

from collections.abc import Iterator
from contextlib import contextmanager

from mailctl.ports.mail import Login, MailSender
from mailctl.protocols.network import Network
from mailctl.protocols.smtp.connection import signed_in
from mailctl.protocols.smtp.submission import SmtpSender


@contextmanager
def open_sender(login: Login, network: Network) -> Iterator[MailSender]:
    """Yield the submission service, signed in; leaving signs out within a few seconds.

    Raises Unreachable, TlsFailure, GuardRefused, AuthenticationRefused, ServerBusy or
    ServerRefused.
    """
    with signed_in(login, network) as connection:
        yield SmtpSender(connection, login.secret)
