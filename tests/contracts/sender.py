"""What every MailSender owes us."""

from contextlib import AbstractContextManager
from typing import Protocol

import pytest

from mailctl.errors import ServerBusy, ServerRefused
from mailctl.ports.mail import MailSender, Receipt


class Desk(Protocol):
    """Somebody who sends, and the mailboxes of those who receive."""

    address: str

    def open_sender(self) -> AbstractContextManager[MailSender]:
        """Sign in as mailctl does to send."""
        ...

    def friend(self) -> str:
        """Return the address of a new mailbox."""
        ...

    def received(self, address: str, count: int = 1) -> list[bytes]:
        """Return what lies in the mailbox once so many mails are there, or a while has passed."""
        ...


class StrictDesk(Desk, Protocol):
    """A desk at a service that says of each recipient whether it takes the mail for them."""

    nobody: str
    """An address that is refused for good."""
    later: str
    """An address that is refused for now."""


def mail(number: int, body: bytes = b"body\r\n") -> bytes:
    return b"Message-ID: <%d@corp.example>\r\nSubject: %d\r\n\r\n%s" % (number, number, body)


class Stopped(Exception):
    """The caller thinks better of it."""


class MailSenderContract:
    """Subclass it and provide the fixture `desk`."""

    def test_a_service_that_is_ready_verifies(self, desk: Desk) -> None:
        with desk.open_sender() as sender:
            sender.verify()
            assert sender.is_open

    def test_a_mail_arrives_with_every_octet(self, desk: Desk) -> None:
        friend = desk.friend()
        body = b".\r\n..\r\n.dot\r\n\r\n" + b"x" * 900 + b"\r\n"
        with desk.open_sender() as sender:
            receipt = sender.send(desk.address, [friend], mail(1, body))
        assert receipt == Receipt((friend,), {})
        (arrived,) = desk.received(friend)
        assert arrived.endswith(b"\r\n\r\n" + body)
        assert arrived.count(b"Message-ID: <1@corp.example>") == 1

    def test_each_recipient_gets_it_once(self, desk: Desk) -> None:
        friends = [desk.friend() for _ in range(3)]
        with desk.open_sender() as sender:
            assert sender.send(desk.address, friends, mail(1)).accepted == tuple(friends)
        assert [len(desk.received(friend)) for friend in friends] == [1, 1, 1]

    def test_many_mails_go_over_one_connection(self, desk: Desk) -> None:
        friend = desk.friend()
        with desk.open_sender() as sender:
            for number in range(20):
                sender.send(desk.address, [friend], mail(number))
        assert len(desk.received(friend, 20)) == 20

    def test_who_thinks_better_of_it_at_the_last_moment_sends_nothing(self, desk: Desk) -> None:
        friend = desk.friend()

        def stop(receipt: Receipt) -> None:
            assert receipt.accepted == (friend,)
            raise Stopped

        with desk.open_sender() as sender, pytest.raises(Stopped):
            sender.send(desk.address, [friend], mail(1), on_handing_over=stop)
        with desk.open_sender() as sender:
            sender.send(desk.address, [friend], mail(2))
        (arrived,) = desk.received(friend)
        assert b"Subject: 2\r\n" in arrived


class EnvelopeSenderContract(MailSenderContract):
    """What a service owes us besides that takes a mail for some recipients and not for others.

    Subclass it and provide the fixture `desk` of a StrictDesk.
    """

    def test_who_is_refused_does_not_keep_others_from_it(self, desk: StrictDesk) -> None:
        friend = desk.friend()
        with desk.open_sender() as sender:
            receipt = sender.send(desk.address, [desk.nobody, friend, desk.later], mail(1))
        assert receipt.accepted == (friend,)
        assert {a: type(error) for a, error in receipt.refused.items()} == {
            desk.nobody: ServerRefused,
            desk.later: ServerBusy,
        }
        assert len(desk.received(friend)) == 1

    def test_after_nobody_was_accepted_the_next_mail_goes(self, desk: StrictDesk) -> None:
        friend = desk.friend()
        with desk.open_sender() as sender:
            assert sender.send(desk.address, [desk.nobody], mail(1)).accepted == ()
            assert sender.is_open
            assert sender.send(desk.address, [friend], mail(2)).accepted == (friend,)
        (arrived,) = desk.received(friend)
        assert b"Subject: 2\r\n" in arrived
