"""Servers that lie about numbers and messages: nothing is lost, and all is well after the lie."""

import json

import pytest

from mailctl.errors import ExitCode
from tests.hostile.conftest import Besiege
from tests.hostile.servers import (
    every_server,
    identifying_servers,
    resyncing_servers,
    some_servers,
)
from tests.hostile.siege import Siege, mail
from tests.rig.imap_model import Faults
from tests.soak import count


def change(siege: Siege) -> None:
    """Let something happen in the mailbox: mail comes, mail goes, flags change."""
    inbox = siege.box.inbox
    inbox.append(mail(1000 + inbox.uidnext))
    first, second, third, *_ = inbox.mails
    inbox.flag(first, r"\Flagged")
    inbox.expunge(second)
    inbox.flag(third, r"\Seen", r"\Answered")


def excuse(siege: Siege, lie: Faults) -> None:
    """Allow that what is said positively to be gone is believed, as long as the lie lasts."""
    if lie is FALSE_EXPUNGE:
        siege.excused = {("INBOX", uid) for uid in range(1, 50)}


def report(out: str) -> dict[str, int]:
    """Return what a run reports of its one account."""
    (account,) = json.loads(out)["accounts"]
    return dict(account)


# The numbering (L1)


@every_server
def test_a_folder_numbered_anew_is_recognised_by_its_content(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    before = siege.messages()
    siege.box.renumber("INBOX", seed=1)
    siege.box.inbox.flag(5, r"\Flagged")
    siege.settle()
    assert siege.messages() == before


@every_server
def test_a_folder_numbered_anew_that_changed_as_well_ends_equal(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    siege.box.renumber("INBOX", first_uid=21)
    change(siege)
    siege.settle()
    assert len(siege.messages()) == 41


@identifying_servers
def test_bodies_are_not_loaded_again_where_the_server_says_which_message_is_which(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, size=4000)
    siege.box.renumber("INBOX", seed=2)
    siege.settle()
    assert siege.server.sent < 40 * 2000


@every_server
def test_a_folder_numbered_anew_in_the_middle_of_a_run_is_never_mixed_up(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False)
    fresh = siege.save()
    for moment in range(1, count(9, 21)):
        siege.restore(fresh)
        renumber = lambda: siege.box.renumber("INBOX", seed=3, first_uid=2)  # noqa: E731
        siege.lie(Faults(before={moment: renumber}))
        siege.settle()


@every_server
def test_a_known_folder_numbered_anew_in_the_middle_of_a_run_is_never_mixed_up(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    for moment in range(1, count(7, 21)):
        change(siege)
        renumber = lambda: siege.box.renumber("INBOX", seed=4, first_uid=3)  # noqa: E731
        siege.lie(Faults(before={moment: renumber}))
        siege.settle()


@every_server
def test_a_uidvalidity_that_changes_at_every_connection_costs_nothing_but_time(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    before = siege.messages()
    siege.server.arm(Faults(uidvalidity_grows=True))
    for _ in range(3):
        siege.sync()
        assert siege.messages() == before
    siege.settle()
    assert siege.messages() == before


@every_server
def test_a_folder_made_anew_under_the_same_name_replaces_the_old_one(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    siege.box.create("Work").append(mail(501))
    siege.box["Work"].append(mail(502))
    siege.settle()
    siege.box.delete("Work")
    siege.box.create("Work").append(mail(503))
    siege.settle()


# Numbers that cannot be (L2)

FALSE_EXPUNGE = Faults(unsolicited=(b"* 1 EXPUNGE",))
NUMBERS = {
    "EXISTS shrinks": Faults(exists_shift=-30),
    "EXISTS is nothing": Faults(exists_shift=-1000),
    "EXISTS is too large": Faults(exists_shift=5),
    "EXISTS shrinks meanwhile": Faults(unsolicited=(b"* 3 EXISTS",)),
    "EXPUNGE of an unknown number": Faults(unsolicited=(b"* 9999 EXPUNGE", b"* 0 EXPUNGE")),
    "EXPUNGE of what is there": FALSE_EXPUNGE,
    "UIDs are not ascending": Faults(shuffled=True, seed=5),
    "UIDNEXT is below the highest UID": Faults(uidnext=5),
    "UIDNEXT is 1": Faults(uidnext=1),
    "UIDNEXT is far above": Faults(uidnext=4_000_000_000),
    "HIGHESTMODSEQ goes back": Faults(modseq_shift=-20),
    "HIGHESTMODSEQ is constant": Faults(modseq=41),
    "HIGHESTMODSEQ is far above": Faults(modseq=1 << 62),
    "HIGHESTMODSEQ is more than fits": Faults(modseq=1 << 70),
    "STATUS counts more": Faults(status_shift=7),
    "STATUS counts nothing": Faults(status_shift=-1000),
    "STATUS is ahead of EXAMINE": Faults(status_modseq_shift=50),
    "UIDVALIDITY is negative": Faults(uidvalidity_shift=-1_800_000_000),
    "UIDVALIDITY is 0": Faults(uidvalidity_shift=-1_700_000_001),
}
LISTINGS = {
    "rows are omitted": Faults(omit=frozenset(range(10, 20))),
    "all rows are omitted": Faults(omit_share=1.0),
    "SEARCH is cut": Faults(search_most=10),
    "SEARCH is empty": Faults(search_empty=True),
    "SEARCH is silent": Faults(search_silent=True),
    "SEARCH lacks some": Faults(unlisted=frozenset({3, 7, 39})),
    "VANISHED is dropped": Faults(drop_vanished=True),
    "ENABLE is silent": Faults(enables_silently=True),
    "answers come in pieces": Faults(split=True, seed=7),
    "flags of nobody": Faults(unsolicited=(rb"* 1 FETCH (FLAGS (\Deleted))",)),
}
LIES = NUMBERS | LISTINGS

# Of flags that are not told nobody can know: it is a lie about new messages alone.
OMISSIONS = {f"some rows are omitted {n}": Faults(omit_share=0.3, seed=n) for n in range(3)}

each_lie = pytest.mark.parametrize("lie", LIES.values(), ids=LIES)


@some_servers
@pytest.mark.parametrize("lie", (LIES | OMISSIONS).values(), ids=LIES | OMISSIONS)
def test_a_first_run_against_a_lie_is_made_good_by_an_honest_one(
    besiege: Besiege, capabilities: frozenset[str], lie: Faults
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False)
    excuse(siege, lie)
    siege.lie(lie)
    siege.settle()


@some_servers
@each_lie
def test_changes_during_a_lie_are_made_good_by_an_honest_run(
    besiege: Besiege, capabilities: frozenset[str], lie: Faults
) -> None:
    siege = besiege(capabilities=capabilities)
    excuse(siege, lie)
    change(siege)
    siege.lie(lie)
    change(siege)
    siege.sync()
    change(siege)
    siege.settle()


@some_servers
@pytest.mark.parametrize("lie", LISTINGS.values(), ids=LISTINGS)
def test_changes_during_a_lie_are_made_good_although_nothing_happens_afterwards(
    besiege: Besiege, capabilities: frozenset[str], lie: Faults
) -> None:
    siege = besiege(capabilities=capabilities)
    excuse(siege, lie)
    change(siege)
    siege.lie(lie)
    siege.settle()


@some_servers
@each_lie
def test_a_lie_alone_takes_nothing_away(
    besiege: Besiege, capabilities: frozenset[str], lie: Faults
) -> None:
    siege = besiege(capabilities=capabilities)
    excuse(siege, lie)
    siege.lie(lie)
    siege.sync()
    siege.settle()
    assert len(siege.messages()) == 40


# What vanished


@resyncing_servers
def test_a_server_that_says_that_everything_vanished_is_not_believed(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    siege.box.inbox.append(mail(77))
    siege.lie(Faults(vanished_all=True))
    assert len(siege.present()) >= 40
    siege.sync()
    assert len(siege.present()) >= 40
    siege.settle()


@resyncing_servers
def test_a_few_that_are_said_to_have_vanished_are_found_again(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    siege.box.inbox.append(mail(77))
    siege.excused = {("INBOX", 5), ("INBOX", 6)}
    siege.lie(Faults(vanished=frozenset({5, 6})))
    siege.box.inbox.append(mail(78))
    siege.settle()


@resyncing_servers
def test_a_few_that_are_said_to_have_vanished_are_found_again_although_nothing_happens(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    siege.box.inbox.append(mail(77))
    siege.excused = {("INBOX", 5), ("INBOX", 6)}
    siege.lie(Faults(vanished=frozenset({5, 6})))
    siege.settle()


@every_server
def test_a_real_mass_deletion_waits_for_a_person(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    siege.box.inbox.expunge(*list(siege.box.inbox.mails))
    siege.box.inbox.append(mail(88))
    siege.box.inbox.expunge(41)
    assert siege.sync().code == ExitCode.GUARD
    assert len(siege.present()) == 40
    assert siege.sync("--allow-delete").code == ExitCode.OK
    assert siege.present() == {}


@every_server
def test_a_server_that_forgot_what_vanished_is_compared_with(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    siege.box.inbox.expunge(2, 4, 40)
    siege.box.inbox.forget()
    change(siege)
    siege.settle(runs=1)


@every_server
def test_messages_that_come_and_go_in_the_middle_of_a_run_are_met_by_the_next(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities)
    for moment in range(1, count(16, 21)):
        change(siege)
        siege.lie(Faults(before={moment: lambda: change(siege)}))
        siege.settle(runs=2)


# The same UID twice


@every_server
def test_other_content_under_a_uid_spoils_no_other_message(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, is_synced=False)
    swapped = {uid: mail(uid + 1) for uid in (3, 4, 5)}
    siege.lie(Faults(swapped=swapped))
    assert siege.server.lied_about == {("INBOX", uid) for uid in swapped}
    siege.lie(Faults(swapped={uid: mail(900 + uid) for uid in range(3, 9)}))
    change(siege)
    siege.settle()


# The second run (L10)


@every_server
def test_a_run_without_changes_asks_for_no_message(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, size=4000)
    siege.server.forget()
    assert report(siege.sync().out)["bytes"] == 0
    fetches = [command for command in siege.server.heard if b"FETCH" in command]
    assert [command for command in fetches if b"BODY" in command or b"SIZE" in command] == []
    assert fetches == [] or "CONDSTORE" not in capabilities
    assert siege.server.sent < 6000


@every_server
def test_a_tenth_of_changes_costs_hardly_more_than_the_changed_messages(
    besiege: Besiege, capabilities: frozenset[str]
) -> None:
    siege = besiege(capabilities=capabilities, size=20_000)
    fresh = [siege.box.inbox.append(mail(600 + n, size=20_000)) for n in range(4)]
    siege.server.forget()
    assert report(siege.sync().out)["stored"] == 4
    assert siege.server.sent < 1.2 * sum(len(each.source) for each in fresh)
