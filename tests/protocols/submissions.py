"""What the tests of submission share: mails, logins, and servers that answer as they are told."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from mailctl.domain.secret import Secret
from mailctl.domain.servers import Endpoint, Security
from mailctl.ports.mail import Login, MailSender, Receipt
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.protocols.mailboxes import provider
from tests.rig.submission import Submission

ADA = "ada@corp.example"
BEN = "ben@x.example"
CY = "cy@x.example"
MAIL = b"Subject: one\r\nMessage-ID: <1@corp.example>\r\n\r\n.\r\n..dots\r\nend\r\n"


def submission_login(port: int, *, timeout_s: float = 1.0) -> Login:
    where = provider(
        submission=Endpoint("127.0.0.1", port, Security.NONE), smtp_timeout_s=timeout_s
    )
    return Login(where, ADA, Secret("a password"))


@contextmanager
def sending(server: Submission) -> Iterator[MailSender]:
    """Sign in to a server that answers as it is told."""
    with server.serving() as port:
        access = NetworkMailAccess(Network(exchange_s=5))
        with access.sender(submission_login(port)) as sender:
            yield sender


def sent(
    sender: MailSender,
    *recipients: str,
    source: bytes = MAIL,
    on_handing_over: Callable[[Receipt], None] = lambda receipt: None,
) -> Receipt:
    """Send a mail from ADA."""
    to: Sequence[str] = recipients or (BEN,)
    return sender.send(ADA, to, source, on_handing_over=on_handing_over)
