"""Messages that the server names: recognised where they turn up, and never for its word alone."""

import pytest

from tests.hostile.conftest import Besiege
from tests.hostile.servers import identifying_servers
from tests.hostile.siege import Siege, mail
from tests.rig.imap_model import Faults

BIG = 20_000


def asked_for_headers(siege: Siege) -> bool:
    return any(b"BODY.PEEK[HEADER]" in command for command in siege.server.heard)


def moved(besiege: Besiege, capabilities: frozenset[str]) -> Siege:
    """Return a siege in whose mailbox five large messages were moved elsewhere."""
    siege = besiege(capabilities=capabilities, count=9, size=BIG)
    siege.box.create("Work")
    for uid in range(1, 6):
        siege.box.move("INBOX", uid, "Work")
    return siege


@identifying_servers
def test_what_was_moved_is_known_by_its_id_without_a_look_at_it(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = moved(besiege, capabilities)
    before = siege.messages()
    siege.settle()
    assert siege.messages() == before
    assert siege.server.sent < BIG
    assert not asked_for_headers(siege)


@identifying_servers
def test_what_comes_into_a_mailbox_that_was_known_before_is_named_as_well(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, count=3)
    siege.box.inbox.append(mail(50, size=BIG))
    siege.box.create("Work")
    siege.sync()
    siege.box.move("INBOX", 4, "Work")
    siege.server.forget()
    siege.settle()
    assert siege.server.sent < BIG
    assert not asked_for_headers(siege)


def test_where_the_server_names_nothing_the_header_tells(besiege: Besiege) -> None:
    siege = moved(besiege, frozenset({"CONDSTORE", "ENABLE"}))
    siege.settle()
    assert siege.server.sent < BIG
    assert asked_for_headers(siege)


@pytest.mark.parametrize("size", [0, 3000])
@identifying_servers
def test_one_id_for_all_messages_mixes_nothing_up(
    besiege: Besiege, capabilities: frozenset[str], size: int
) -> None:
    siege = besiege(capabilities=capabilities, count=0)
    siege.server.arm(Faults(one_id=True))
    for number in range(1, 6):
        siege.box.inbox.append(mail(number, size=size * number))
    siege.sync()
    work = siege.box.create("Work")
    for number in range(11, 16):
        work.append(mail(number, size=size * number))
    siege.sync()
    assert siege.differences() == []
