"""Changing flags over EWS, against the rig's Exchange server."""

from collections.abc import Iterator

import pytest

from mailctl.domain.syncing import Reflagged
from mailctl.errors import ServerBusy, ServerRefused, Unreachable
from tests.contracts.marker import SEEN, MailMarkerContract, mark, numbering
from tests.contracts.source import Copies, Mail, changes, read
from tests.protocols.exchange_mailboxes import ExchangeBox
from tests.rig import Rig
from tests.rig.ews import ExchangeServer, Fault
from tests.rig.ews.soap import Refusal

CONFLICT = Refusal("ErrorIrresolvableConflict", "The send or update operation could not be done.")


@pytest.fixture
def server(rig: Rig) -> Iterator[ExchangeServer]:
    with ExchangeServer(rig.authority) as server:
        yield server


@pytest.fixture
def mailbox(server: ExchangeServer, rig: Rig) -> ExchangeBox:
    return ExchangeBox(server, rig.ca_file)


class TestExchange(MailMarkerContract):
    @pytest.fixture
    def mailbox(self, server: ExchangeServer, rig: Rig) -> ExchangeBox:
        return ExchangeBox(server, rig.ca_file)


def test_a_change_of_another_program_meanwhile_is_kept(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    mailbox.put(Mail(flags=("work",)))

    def meanwhile(operation: str) -> None:
        if operation == "UpdateItem" and server.asked["UpdateItem"] == 1:
            mailbox.flag(1, "work", "private", "\\Flagged")

    server.before_answer = meanwhile
    found = mark(mailbox, 1, add=frozenset({"\\Seen", "urgent"}))
    assert found == {1: {"\\Seen", "\\Flagged", "work", "private", "urgent"}}
    assert server.asked["UpdateItem"] == 2


def test_a_conflict_that_never_ends_is_refused(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    mailbox.put(Mail())
    server.faults.append(Fault("UpdateItem", times=99, refusal=CONFLICT, is_of_the_item=True))
    with pytest.raises(ServerRefused, match="does not let"):
        mark(mailbox, 1, add=SEEN)
    assert server.asked["UpdateItem"] < 10


def test_marking_as_read_sends_no_receipt(mailbox: ExchangeBox) -> None:
    mailbox.put(Mail())
    mark(mailbox, 1, add=SEEN)
    assert mailbox.box.read_receipts == 0


def test_what_is_so_already_is_not_written(server: ExchangeServer, mailbox: ExchangeBox) -> None:
    mailbox.put(Mail(flags=("\\Seen", "work")))
    mark(mailbox, 1, add=frozenset({"\\Seen", "work"}), remove=frozenset({"\\Flagged"}))
    assert server.asked["UpdateItem"] == 0


def test_few_messages_of_a_large_folder_are_found_without_all_of_it(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    mailbox.put(*[Mail()] * 1100)
    number = numbering(mailbox)
    server.asked.clear()
    assert mark(mailbox, 3, add=SEEN, numbered=number) == {3: SEEN}
    assert server.asked["SyncFolderItems"] == 1


@pytest.mark.parametrize("flag", ["\\Deleted", "\\Draft", "\\Odd"])
def test_flags_that_no_exchange_server_keeps_are_refused(mailbox: ExchangeBox, flag: str) -> None:
    mailbox.put(Mail())
    with pytest.raises(ServerRefused, match="does not let"):
        mark(mailbox, 1, add=frozenset({flag}))


def test_answered_and_forwarded_are_one_place(mailbox: ExchangeBox) -> None:
    mailbox.put(Mail())
    mark(mailbox, 1, add=frozenset({"$Forwarded"}))
    assert mark(mailbox, 1, add=frozenset({"\\Answered"})) == {1: {"\\Answered"}}
    with pytest.raises(ServerRefused):
        mark(mailbox, 1, add=frozenset({"\\Answered", "$Forwarded"}))
    assert mark(mailbox, 1, remove=frozenset({"\\Answered"})) == {1: frozenset()}


def test_outlook_is_shown_the_icon_of_an_answer(mailbox: ExchangeBox) -> None:
    mailbox.put(Mail())
    mark(mailbox, 1, add=frozenset({"\\Answered"}))
    assert mailbox.item().properties["0x1080"] == "261"
    mark(mailbox, 1, remove=frozenset({"\\Answered"}))
    assert mailbox.item().properties == {}


def test_a_category_with_blanks_is_one_keyword(mailbox: ExchangeBox) -> None:
    mailbox.put(Mail())
    mailbox.item().categories = ("Red category", "work")
    assert mark(mailbox, 1, add=SEEN) == {1: {"\\Seen", "Red_category", "work"}}
    mark(mailbox, 1, remove=frozenset({"Red_category"}))
    assert mailbox.item().categories == ("work",)


def test_what_others_mark_is_read_by_the_next_sync(mailbox: ExchangeBox) -> None:
    mailbox.put(Mail(), Mail())
    copies = Copies()
    with mailbox.open() as source:
        first = read(source, copies)
        copies.take(first)
        mailbox.flag(2, "\\Flagged", "\\Answered", "work")
        (changed,) = changes(read(source, copies, first[-1].cursor))
        assert isinstance(changed, Reflagged)
        assert changed.flags == {"\\Flagged", "\\Answered", "work"}


def test_a_busy_server_changes_nothing_and_says_when_to_come_again(
    server: ExchangeServer, mailbox: ExchangeBox
) -> None:
    mailbox.put(Mail())
    busy = Refusal("ErrorServerBusy", "too much", back_off_ms=9000)
    server.faults.append(Fault("UpdateItem", refusal=busy))
    with pytest.raises(ServerBusy) as raised:
        mark(mailbox, 1, add=SEEN)
    assert raised.value.retry_after_s == 9
    assert mailbox.flags(1) == frozenset()


def test_an_answer_that_never_comes_is_told(server: ExchangeServer, mailbox: ExchangeBox) -> None:
    mailbox.put(Mail())
    server.faults.append(Fault("UpdateItem", cut_at=0))
    with pytest.raises(Unreachable):
        mark(mailbox, 1, add=SEEN)
    assert mark(mailbox, 1, add=SEEN) == {1: SEEN}
