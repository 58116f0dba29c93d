"""Drafts become mails of the outbox, at a desk without any server."""

import pytest

from mailctl.core.sending.senders import Sender
from mailctl.core.sending.sending import Manner, Wording, drafted, prepared, send
from mailctl.core.sending.templating import prepared_rows
from mailctl.domain.addresses import Person
from mailctl.domain.drafts import DraftFile
from mailctl.errors import BadUsage, ExitCode, MailDeferred
from mailctl.mail.templates import read_template
from mailctl.store import providers
from tests.core.desk import ACCOUNT, NOW, Desk
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


def test_rows_whose_mails_would_fill_the_memory_are_refused(desk: Desk) -> None:
    with desk.services.store.writing() as tx:
        providers.add(tx, custom("hosting"), at=NOW)
    octets = bytes(600_000)
    with pytest.raises(BadUsage, match="first 2 rows hold more than 1 MiB"):
        prepared_rows(
            desk.services,
            read_template("To: {{ email }}\nAttach: big\n\nx"),
            iter([{"email": "ben@x.example"}] * 3),
            Wording(),
            Manner(),
            said=None,
            file_of=lambda path: DraftFile(path, "", octets),
            most_octets=1 << 20,
        )
