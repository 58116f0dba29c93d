"""One folder against mailboxes that do odd things, each page as a server might give it."""

from dataclasses import replace

from mailctl.domain.settings import AccountSettings, Policy
from mailctl.domain.syncing import LARGEST_BYTES, Arrived, Page, Reflagged, Uid
from mailctl.errors import GuardRefused
from mailctl.store import listing, maintenance
from tests.core.desk import NOW, Desk, Script, arrived, gone, mail, page, remote, withheld

FLAGGED = frozenset({"\\Flagged"})
QUICK_TRIES = 5


def changed(*steps: Page) -> Script:
    """Return a mailbox whose state differs from that of the first run."""
    return Script(steps, remotes=(remote(state="s2"),))


def test_a_page_without_a_cursor_is_stored_and_not_remembered(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1, 2))]))
    assert desk.known() == {1, 2}
    assert desk.folder().cursor is None
    desk.sync(Script([page(*arrived(1, 2)), page(*arrived(3), cursor="c1")]))
    assert desk.known() == {1, 2, 3}
    assert desk.folder().cursor == "c1"


def test_the_cursor_that_was_stored_is_what_the_next_run_begins_from(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1), cursor="c1")]))
    script = Script([page(cursor="c2")])
    desk.sync(script)
    assert [request.cursor for request in script.requests] == ["c1"]


def test_the_state_is_remembered_only_if_nothing_was_left_out(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1), cursor="c1")]))
    assert (desk.folder().state, desk.folder().read_at) == (None, None)
    desk.sync(changed(page(cursor="c2", is_whole=True)))
    assert (desk.folder().state, desk.folder().read_at) == ("s2", NOW)


def test_an_unchanged_state_leaves_the_folder_closed(desk: Desk) -> None:
    desk.sync(Script([page(cursor="c1", is_whole=True)]))
    script = Script()
    desk.sync(script)
    assert script.requests == []


def test_a_full_run_opens_a_folder_that_seems_unchanged(desk: Desk) -> None:
    desk.sync(Script([page(cursor="c1", is_whole=True)]))
    script = Script([page(cursor="c1", is_whole=True)])
    desk.sync(script, is_full=True)
    assert [(request.cursor, request.is_full) for request in script.requests] == [("c1", True)]


def test_flags_become_those_of_the_server(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1, 2), cursor="c1")]))
    run = desk.sync(Script([page(reflagged=(Reflagged(Uid(2), FLAGGED),), cursor="c2")]))
    assert desk.copies() == {1: frozenset(), 2: FLAGGED}
    assert run.updated == 1


def test_what_was_moved_is_a_copy_of_the_source_that_is_here(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1), cursor="c1")]))
    with desk.services.store.reading() as tx:
        known = tx.execute("SELECT id FROM source").fetchone()[0]
    moved = Arrived(Uid(9), FLAGGED, NOW, len(mail(1)), same_as=known)
    run = desk.sync(Script([page(moved, cursor="c2")]))
    assert (run.stored, run.moved, run.bytes) == (1, 1, 0)
    assert desk.copies() == {1: frozenset(), 9: FLAGGED}
    with desk.services.store.reading() as tx:
        assert maintenance.counts(tx)["messages"] == 1


def test_what_is_listed_but_not_given_waits_and_is_tried_again(desk: Desk) -> None:
    listed = page(*arrived(1), *withheld(2), cursor="c1", is_whole=True)
    run = desk.sync(Script([listed]))
    assert (run.stored, run.failed) == (1, 1)
    assert desk.waiting() == [2]
    again = Script([page(*arrived(2), cursor="c1", is_whole=True)])
    assert desk.sync(again).stored == 1
    assert [request.again for request in again.requests] == [(2,)]
    assert desk.waiting() == []


def test_what_waits_and_is_gone_from_the_server_is_forgotten(desk: Desk) -> None:
    desk.sync(Script([page(*withheld(1), cursor="c1", is_whole=True)]))
    assert desk.sync(Script([page(cursor="c1", is_whole=True)])).failed == 0
    assert desk.waiting() == []


def test_what_waits_stays_where_the_listing_was_not_whole(desk: Desk) -> None:
    desk.sync(Script([page(*withheld(1), cursor="c1", is_whole=True)]))
    desk.sync(Script([page(cursor="c1")]))
    assert desk.waiting() == [1]


def test_what_is_not_given_once_more_still_waits_after_further_pages(desk: Desk) -> None:
    desk.sync(Script([page(*withheld(1), cursor="c1", is_whole=True)]))
    steps = (page(*withheld(1)), page(*arrived(2)), page(*arrived(3), cursor="c2", is_whole=True))
    desk.sync(changed(*steps))
    assert desk.waiting() == [1]


def test_what_failed_several_times_is_tried_once_a_day(desk: Desk) -> None:
    listed = page(*withheld(1), cursor="c1", is_whole=True)
    for _ in range(QUICK_TRIES):
        desk.sync(Script([listed]))
        desk.later(minutes=10)
    resting = Script()
    desk.sync(resting)
    assert resting.requests == []
    desk.later(days=1)
    daily = Script([listed])
    desk.sync(daily)
    assert [request.again for request in daily.requests] == [(1,)]
    desk.later(hours=23)
    assert desk.sync(Script()).failed == 0


def test_what_rests_is_left_where_the_folder_is_read_anyway(desk: Desk) -> None:
    listed = page(*withheld(1), cursor="c1", is_whole=True)
    for _ in range(QUICK_TRIES):
        desk.sync(Script([listed]))
    script = changed(page(cursor="c2", is_whole=True))
    desk.sync(script)
    (request,) = script.requests
    assert (len(request.again), set(request.leave)) == (0, {1})
    assert desk.waiting() == [1]


def test_a_person_may_have_all_that_rests_tried_again(desk: Desk) -> None:
    listed = page(*withheld(1), cursor="c1", is_whole=True)
    for _ in range(QUICK_TRIES):
        desk.sync(Script([listed]))
    script = Script([page(*arrived(1), cursor="c1", is_whole=True)])
    assert desk.sync(script, retries_all=True).stored == 1
    assert desk.waiting() == []


def test_a_message_that_is_too_large_waits_and_says_why(desk: Desk) -> None:
    huge = withheld(1, size=LARGEST_BYTES + 1)
    run = desk.sync(Script([page(*huge, cursor="c1")]))
    assert (run.stored, run.failed) == (0, 1)
    with desk.services.store.reading() as tx:
        assert tx.execute("SELECT reason FROM quarantine").fetchone()[0] == "larger than 256 MiB"


def test_deletions_and_the_cursor_that_carries_them_are_refused_together(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1, 2, 3), cursor="c1")]))
    everything = changed(page(vanished=gone(1, 2, 3), cursor="c2", is_whole=True))
    assert desk.sync(everything).gone == 0
    assert isinstance(desk.failure, GuardRefused)
    assert desk.known() == {1, 2, 3}
    assert (desk.folder().cursor, desk.folder().state) == ("c1", None)
    assert desk.sync(everything, allow_delete=True).gone == 3
    assert (desk.known(), desk.folder().cursor) == (set(), "c2")


def test_an_arrival_does_not_hide_that_all_the_rest_vanished(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(*range(1, 51)), cursor="c1")]))
    desk.sync(Script([page(*arrived(51), vanished=gone(*range(1, 51)), cursor="c2")]))
    assert isinstance(desk.failure, GuardRefused)
    assert desk.known() == set(range(1, 52))


def test_deletions_spread_over_pages_are_counted_together(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(*range(1, 151)), cursor="c1")]))
    steps = [page(vanished=gone(*range(first, first + 50))) for first in (1, 51)]
    desk.sync(Script([*steps, page(vanished=gone(*range(101, 151)), cursor="c2")]))
    assert isinstance(desk.failure, GuardRefused)
    assert len(desk.known()) == 150
    assert desk.folder().cursor == "c1"


def test_deletions_that_were_believed_count_for_what_follows_in_the_run(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(*range(1, 151)), cursor="c1")]))
    steps = [
        page(vanished=gone(*range(first, first + 50)), cursor=f"c{first}") for first in (1, 51, 101)
    ]
    run = desk.sync(Script(steps))
    assert isinstance(desk.failure, GuardRefused)
    assert (run.gone, len(desk.known()), desk.folder().cursor) == (100, 50, "c51")


def test_deletions_of_earlier_pages_come_with_the_cursor(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1, 2, 3), cursor="c1")]))
    desk.sync(Script([page(vanished=gone(1))]))
    assert desk.known() == {1, 2, 3}
    run = desk.sync(Script([page(vanished=gone(1)), page(cursor="c2")]))
    assert (desk.known(), run.gone) == ({2, 3}, 1)


def test_a_message_that_is_given_twice_is_stored_once(desk: Desk) -> None:
    for _ in range(2):
        desk.sync(Script([page(*arrived(1), cursor="c1")]))
    with desk.services.store.reading() as tx:
        assert len(list(listing.list_(tx, listing.Wanted()))) == 1


def test_a_message_without_a_byte_is_stored(desk: Desk) -> None:
    empty = Arrived(Uid(1), frozenset(), NOW, 0, source=b"")
    run = desk.sync(Script([page(empty, cursor="c1")]))
    assert (run.stored, run.failed, desk.known()) == (1, 0, {1})


def test_a_folder_numbered_anew_keeps_what_is_found_again(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1, 2), cursor="c1")]))
    renumbered = [
        Arrived(Uid(10 + uid), frozenset(), NOW, len(mail(uid)), source=mail(uid)) for uid in (1, 2)
    ]
    desk.sync(Script([page(*renumbered, numbering=8, cursor="c2")]))
    assert desk.failure is None
    assert (desk.known(), desk.known(numbering=8)) == (set(), {11, 12})
    with desk.services.store.reading() as tx:
        assert maintenance.counts(tx)["messages"] == 2


def test_an_older_numbering_stays_until_all_of_the_newer_one_came(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1, 2), cursor="c1")]))
    desk.sync(Script([page(*arrived(1), numbering=8)]))
    assert (desk.known(), desk.known(numbering=8)) == ({1, 2}, {1})


def test_a_numbering_that_lost_everything_is_not_believed(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1, 2, 3), cursor="c1")]))
    desk.sync(Script([page(*arrived(4), numbering=8, cursor="c2")]))
    assert isinstance(desk.failure, GuardRefused)
    assert desk.failure.details["vanished"] == 3
    assert (desk.known(), desk.known(numbering=8)) == ({1, 2, 3}, {4})
    assert desk.folder().cursor == "c1"


def test_a_numbering_that_lost_everything_is_believed_where_a_person_says_so(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1, 2, 3), cursor="c1")]))
    desk.sync(Script([page(*arrived(4), numbering=8, cursor="c2")]), allow_delete=True)
    assert desk.failure is None
    assert (desk.known(), desk.known(numbering=8)) == (set(), {4})
    with desk.services.store.reading() as tx:
        evidence = tx.execute("SELECT DISTINCT gone_evidence FROM message_copy").fetchall()
    assert {row[0] for row in evidence} == {None, "numbered anew (UIDVALIDITY 8)"}


def test_a_dry_run_tells_numbers_and_stores_nothing(desk: Desk) -> None:
    desk.sync(Script([page(*arrived(1, 2, 3), cursor="c1", is_whole=True)]))
    change = Reflagged(Uid(2), FLAGGED)
    dry = changed(page(*withheld(4), reflagged=(change,), vanished=gone(1), cursor="c2"))
    run = desk.sync(dry, is_dry=True)
    assert (run.seen, run.stored, run.updated, run.gone) == (1, 1, 1, 1)
    assert desk.copies() == dict.fromkeys((1, 2, 3), frozenset())
    assert (desk.folder().cursor, desk.folder().state) == ("c1", "s1")


def test_what_a_policy_still_leaves_is_left_after_further_pages(desk: Desk) -> None:
    account = desk.account
    desk.account = replace(account, settings=AccountSettings(bulk=Policy.SKIP))
    desk.sync(Script([page(newsletter(1), cursor="c1", is_whole=True)]))
    desk.account = replace(account, settings=AccountSettings(no_reply=Policy.SKIP))
    desk.sync(changed(page(newsletter(1)), page(*arrived(2), cursor="c2", is_whole=True)))
    assert desk.known() == {2}
    assert desk.skipped() == {1: "no-reply"}


def newsletter(uid: int) -> Arrived:
    """Return a mail to many, whose sender reads no answers."""
    source = b"From: no-reply@x.example\r\nList-Id: <list.x.example>\r\n\r\nhello\r\n"
    return Arrived(Uid(uid), frozenset(), NOW, len(source), source=source)


def test_a_dry_run_asks_for_no_sources_and_puts_nothing_into_quarantine(desk: Desk) -> None:
    script = Script([page(*withheld(1), cursor="c1", is_whole=True)])
    run = desk.sync(script, is_dry=True)
    assert [request.with_sources for request in script.requests] == [False]
    assert (run.seen, run.failed) == (1, 0)
    desk.sync(Script([page(cursor="c1", is_whole=True)]))  # which makes the folder known
    assert desk.waiting() == []
