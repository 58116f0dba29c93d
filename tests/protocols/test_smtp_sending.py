"""Mail handed over to Postfix, and what it makes of it."""

import time
from collections.abc import Callable

import pytest

from mailctl.domain.servers import Security
from mailctl.errors import MailTooLarge, ServerBusy, ServerRefused
from mailctl.ports.mail import Receipt
from mailctl.protocols.access import NetworkMailAccess
from mailctl.protocols.network import Network
from tests.protocols.test_smtp import smtp_login
from tests.rig import Mailbox, Rig
from tests.rig.imap import quoted

SMUGGLED = (
    b"MAIL FROM:<evil@corp.example>\r\nRCPT TO:<%s>\r\nDATA\r\nSubject: smuggled\r\n\r\nx\r\n.\r\n"
)


@pytest.fixture
def ada(rig: Rig) -> Mailbox:
    return rig.address("ada")


@pytest.fixture
def ben(rig: Rig) -> Mailbox:
    return rig.address("ben")


def handed_over(
    rig: Rig,
    ada: Mailbox,
    *mails: bytes,
    to: list[str],
    on_handing_over: Callable[[Receipt], None] = lambda receipt: None,
) -> list[Receipt]:
    login = smtp_login(
        rig.postfix.ports.submission,
        security=Security.STARTTLS,
        ca_file=rig.ca_file,
        username=ada.address,
        password=ada.password,
        timeout_s=20,
    )
    with NetworkMailAccess(Network()).sender(login) as sender:
        return [
            sender.send(ada.address, to, mail, on_handing_over=on_handing_over) for mail in mails
        ]


def bodies(rig: Rig, box: Mailbox, count: int) -> list[bytes]:
    until = time.monotonic() + 10
    while True:
        with rig.dovecot.login(box.address, box.password) as imap:
            imap.select(quoted("INBOX"), readonly=True)
            uids = imap.uid("SEARCH", "ALL")[1][0].split()
            if len(uids) >= count or time.monotonic() > until:
                found = [imap.uid("FETCH", uid, "(BODY.PEEK[TEXT])")[1][0][1] for uid in uids]
                assert len(found) == count
                return found
        time.sleep(0.05)


def test_every_line_arrives_as_it_was(rig: Rig, ada: Mailbox, ben: Mailbox) -> None:
    body = b".\r\n..\r\n. \r\n.x\r\n" + b"x" * 990 + b"\r\nno end"
    handed_over(rig, ada, b"Subject: dots\r\n\r\n" + body, to=[ben.address])
    assert bodies(rig, ben, 1) == [body + b"\r\n"]


@pytest.mark.parametrize("end", [b"\n.\n", b"\n.\r\n", b"\r.\r\n", b"\r.\r", b"\r\n.\n"])
def test_no_mail_can_hide_another_one(rig: Rig, ada: Mailbox, ben: Mailbox, end: bytes) -> None:
    mail = b"Subject: one\r\n\r\nbody" + end + SMUGGLED % ben.address.encode()
    with pytest.raises(ValueError, match="CR LF"):
        handed_over(rig, ada, mail, to=[ben.address])
    handed_over(rig, ada, b"Subject: two\r\n\r\nwhole\r\n", to=[ben.address])
    assert bodies(rig, ben, 1) == [b"whole\r\n"]


def test_what_looks_like_an_end_is_none(rig: Rig, ada: Mailbox, ben: Mailbox) -> None:
    mail = b"Subject: one\r\n\r\nbody\r\n.\r\n" + SMUGGLED % ben.address.encode()
    handed_over(rig, ada, mail, to=[ben.address])
    assert bodies(rig, ben, 1) == [mail.partition(b"\r\n\r\n")[2]]


def test_recipients_are_told_apart(rig: Rig, ada: Mailbox, ben: Mailbox) -> None:
    to = ["nobody@corp.example", ben.address, "tempfail@corp.example"]
    (receipt,) = handed_over(rig, ada, b"Subject: x\r\n\r\nx\r\n", to=to)
    assert receipt.accepted == (ben.address,)
    assert {address: type(error) for address, error in receipt.refused.items()} == {
        "nobody@corp.example": ServerRefused,
        "tempfail@corp.example": ServerBusy,
    }


def test_a_refused_mail_keeps_no_other_from_the_connection(
    rig: Rig, ada: Mailbox, ben: Mailbox
) -> None:
    refused, taken = handed_over(
        rig, ada, b"Subject: 1\r\n\r\nx\r\n", b"Subject: 2\r\n\r\nx\r\n", to=["nobody@corp.example"]
    )
    assert (refused.accepted, taken.accepted) == ((), ())
    handed_over(rig, ada, b"Subject: 3\r\n\r\nx\r\n", b"\r\nx\r\n", to=[ben.address])
    assert len(bodies(rig, ben, 2)) == 2


def test_a_mail_larger_than_the_limit_is_not_even_begun(rig: Rig, ada: Mailbox) -> None:
    with pytest.raises(MailTooLarge) as refused:
        handed_over(rig, ada, b"x\r\n" * 4_000_000, to=["nobody@corp.example"])
    assert refused.value.details == {"size": 12_000_000, "limit": 10_240_000}


def test_who_changes_their_mind_at_the_last_moment_has_sent_nothing(
    rig: Rig, ada: Mailbox, ben: Mailbox
) -> None:
    class Changed(Exception):
        pass

    def change(receipt: Receipt) -> None:
        assert receipt.accepted == (ben.address,)
        raise Changed

    with pytest.raises(Changed):
        handed_over(
            rig, ada, b"Subject: no\r\n\r\nno\r\n", to=[ben.address], on_handing_over=change
        )
    handed_over(rig, ada, b"Subject: yes\r\n\r\nyes\r\n", to=[ben.address])
    assert bodies(rig, ben, 1) == [b"yes\r\n"]


def test_a_mail_of_nine_megabytes_arrives_whole(rig: Rig, ada: Mailbox, ben: Mailbox) -> None:
    body = (b"." + b"y" * 76 + b"\r\n") * 115_000
    handed_over(rig, ada, b"Subject: large\r\n\r\n" + body, to=[ben.address])
    assert bodies(rig, ben, 1) == [body]
