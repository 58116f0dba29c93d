"""Mails that are queued while another process sends."""

from mailctl.core.senders import Sender
from mailctl.core.sending import Manner, Wording, drafted, prepared, send
from mailctl.domain.addresses import Person
from mailctl.errors import ExitCode, MailDeferred
from tests.core.desk import ACCOUNT, Desk
from tests.resolve.worlds import custom


def test_a_mail_that_waits_for_another_process_is_not_to_be_sent_again(desk: Desk) -> None:
    sender = Sender(ACCOUNT, custom("hosting"), Person("", ACCOUNT.address))
    draft = drafted(desk.services, sender, Wording(to=["ben@x.example"], text="x"))
    with desk.services.locks.hold(f"outbox-{ACCOUNT.id}"):
        sent = send(
            desk.services,
            [prepared(sender, draft, Manner())],
            is_only_queued=False,
            describe=lambda error: {},
            wait_s=0,
        )
    (message,) = sent.messages
    failure = sent.failures[message.id]
    assert isinstance(failure, MailDeferred)
    assert (message.state, sent.exit_code) == ("queued", ExitCode.TEMPORARY)
    assert not failure.retryable
    assert message.id in str(failure.hint)
