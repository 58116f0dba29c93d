"""A mailbox whose folders come and go and whose connections break, each as a server might do it."""

import threading
from dataclasses import replace

import pytest

from mailctl.domain.syncing import Arrived, Uid
from mailctl.errors import GuardRefused, MailctlError, ServerBusy, ServerRefused, Unreachable
from mailctl.store import maintenance
from tests.core.desk import NOW, Desk, Script, arrived, mail, page, remote

BROKEN = Unreachable("the server broke off")
TWO = (remote(), remote("Work"))
CONNECTIONS = 8
"""How many of them a run makes."""


def filled(desk: Desk, count: int, *, path: str = "Work") -> None:
    """Sync a mailbox with an empty INBOX and a folder with so many messages."""
    desk.sync(
        Script(
            [
                page(cursor="c1", is_whole=True),
                page(*arrived(*range(1, count + 1)), folder=path, cursor="c1", is_whole=True),
            ],
            remotes=(remote(), remote(path)),
        )
    )


def gone_rows(desk: Desk) -> set[tuple[object, ...]]:
    """Return when and why copies went."""
    with desk.services.store.reading() as tx:
        rows = tx.execute(
            "SELECT gone_at, gone_evidence FROM message_copy WHERE gone_at IS NOT NULL"
        ).fetchall()
    return {tuple(row) for row in rows}


def test_pages_of_folders_may_come_in_turns(desk: Desk) -> None:
    pages = [
        page(*arrived(1)),
        page(*arrived(11), folder="Work"),
        page(*arrived(2), cursor="c1", is_whole=True),
        page(*arrived(12), folder="Work", cursor="w1", is_whole=True),
    ]
    run = desk.sync(Script(pages, remotes=TWO))
    assert (desk.known(), desk.known("Work")) == ({1, 2}, {11, 12})
    assert (desk.folder().cursor, desk.folder("Work").cursor) == ("c1", "w1")
    assert (run.folders, run.stored) == (2, 4)


def test_only_the_folder_that_is_named_is_read(desk: Desk) -> None:
    script = Script([page(*arrived(1), folder="Work", cursor="c1")], remotes=TWO)
    desk.sync(script, only=("Work",))
    assert [request.path for request in script.requests] == ["Work"]


def test_a_folder_that_is_named_is_read_although_it_is_not_wanted_by_default(desk: Desk) -> None:
    trash = (remote(), remote("Trash"))
    script = Script([page(folder="Trash", cursor="c1")], remotes=trash)
    desk.sync(script, only=("Trash",))
    assert [request.path for request in script.requests] == ["Trash"]


def test_a_folder_that_the_server_refuses_is_told_and_the_others_are_read(desk: Desk) -> None:
    refusal = ServerRefused("no")
    run = desk.sync(
        Script([page(*arrived(1), cursor="c1")], remotes=TWO, refused={"Work": refusal})
    )
    assert desk.failure is refusal
    assert (run.stored, desk.known()) == (1, {1})


def test_progress_is_told_page_by_page(desk: Desk) -> None:
    both = (remote(messages=3), remote("Work", messages=1))
    desk.sync(
        Script(
            [page(*arrived(1, 2)), page(*arrived(3), cursor="c"), page(folder="Work", cursor="c")],
            remotes=both,
        )
    )
    assert [(told.folder, told.stored, told.expected) for told in desk.told] == [
        ("INBOX", 2, 4),
        ("INBOX", 3, 4),
        ("Work", 3, 4),
    ]


def test_a_connection_that_breaks_after_it_brought_something_is_made_anew(desk: Desk) -> None:
    first = Script([page(*arrived(1), cursor="c1"), BROKEN], remotes=TWO)
    second = Script([page(*arrived(2), folder="Work", cursor="w1")], remotes=TWO)
    run = desk.sync(first, second)
    assert [request.path for request in second.requests] == ["Work"]
    assert (run.stored, desk.failure) == (2, None)


def test_what_a_broken_connection_brought_is_not_asked_for_twice(desk: Desk) -> None:
    second = Script([page(*arrived(2), cursor="c1")])
    desk.sync(Script([page(*arrived(1)), BROKEN]), second)
    assert second.held == [{1}]
    assert desk.known() == {1, 2}


def test_a_mailbox_is_read_gently_after_a_connection_that_brought_nothing(desk: Desk) -> None:
    second = Script([page(cursor="c1")])
    desk.sync(Script([BROKEN]), second)
    assert [request.is_gentle for request in second.requests] == [True]


def test_a_mailbox_that_cannot_even_be_listed_is_not_tried_again(desk: Desk) -> None:
    with pytest.raises(Unreachable):
        desk.sync(Script(unlisted=BROKEN))


def test_connections_that_bring_nothing_are_not_made_for_ever(desk: Desk) -> None:
    with pytest.raises(Unreachable):
        desk.sync(*[Script([BROKEN]) for _ in range(2)])


def test_connections_that_break_again_and_again_are_given_up(desk: Desk) -> None:
    numbers = range(1, CONNECTIONS + 1)
    with pytest.raises(Unreachable):
        desk.sync(*[Script([page(*arrived(number)), BROKEN]) for number in numbers])
    assert desk.known() == set(numbers)


SILENT = Unreachable("no answer", details={"is_silent": True})


def test_a_server_that_falls_silent_twice_and_brings_nothing_is_left_alone(desk: Desk) -> None:
    with pytest.raises(Unreachable):
        desk.sync(Script([page(*arrived(1)), SILENT]), Script([SILENT]))
    assert desk.known() == {1}


def test_a_server_that_falls_silent_three_times_is_left_alone(desk: Desk) -> None:
    with pytest.raises(Unreachable):
        desk.sync(*[Script([page(*arrived(number)), SILENT]) for number in (1, 2, 3)])
    assert desk.known() == {1, 2, 3}


def test_a_connection_that_brought_something_is_no_reason_for_gentleness(desk: Desk) -> None:
    second = Script([page(cursor="c1")])
    desk.sync(Script([page(*arrived(1)), BROKEN]), second)
    assert [request.is_gentle for request in second.requests] == [False]


@pytest.mark.parametrize("error", [ServerBusy("later"), ServerRefused("no")])
def test_no_other_failure_is_tried_again(desk: Desk, error: MailctlError) -> None:
    with pytest.raises(type(error)):
        desk.sync(Script([page(*arrived(1)), error]))
    assert desk.known() == {1}


def test_a_limit_ends_the_run_after_the_page_at_hand_and_the_next_goes_on(desk: Desk) -> None:
    pages = [page(*arrived(1)), page(*arrived(2)), page(*arrived(3), cursor="c1")]
    run = desk.sync(Script(pages), is_over=lambda: True)
    assert (run.state, desk.known()) == ("stopped", {1})
    desk.sync(Script(pages))
    assert (desk.known(), desk.folder().cursor) == ({1, 2, 3}, "c1")


def test_a_run_that_is_ended_by_a_limit_leaves_no_thread_at_work(desk: Desk) -> None:
    before = threading.active_count()
    desk.sync(Script([page(*arrived(number)) for number in range(1, 50)]), is_over=lambda: True)
    assert threading.active_count() == before


def test_a_folder_that_the_server_has_no_more_is_gone_with_its_copies(desk: Desk) -> None:
    filled(desk, 3)
    run = desk.sync(Script(missing=frozenset({"Work"})))
    assert run.gone == 3
    assert (desk.folder("Work").gone_at, desk.folder("Work").cursor) == (NOW, None)
    assert desk.known("Work") == set()
    evidence = "LIST lacks the folder, and STATUS finds none"
    assert gone_rows(desk) == {("2026-11-23T12:00:00Z", evidence)}


def test_messages_of_a_folder_that_is_gone_stay(desk: Desk) -> None:
    filled(desk, 3)
    desk.sync(Script(missing=frozenset({"Work"})))
    with desk.services.store.reading() as tx:
        assert maintenance.counts(tx)["messages"] == 3


def test_a_listing_that_lacks_a_folder_is_no_evidence_alone(desk: Desk) -> None:
    filled(desk, 3)
    desk.sync(Script())
    assert desk.folder("Work").gone_at is None
    assert desk.known("Work") == {1, 2, 3}


def test_a_folder_that_is_gone_is_counted_once(desk: Desk) -> None:
    filled(desk, 3)
    for expected in (3, 0):
        assert desk.sync(Script(missing=frozenset({"Work"}))).gone == expected


def test_a_run_over_one_folder_takes_no_other_for_gone(desk: Desk) -> None:
    filled(desk, 3)
    desk.sync(Script(missing=frozenset({"Work"})), only=("INBOX",))
    assert desk.folder("Work").gone_at is None


def test_a_dry_run_takes_no_folder_for_gone(desk: Desk) -> None:
    filled(desk, 3)
    desk.sync(Script(missing=frozenset({"Work"})), is_dry=True)
    assert desk.folder("Work").gone_at is None


def test_a_folder_with_many_messages_that_are_nowhere_else_is_not_believed_to_be_gone(
    desk: Desk,
) -> None:
    filled(desk, 101)
    run = desk.sync(Script(missing=frozenset({"Work"})))
    assert isinstance(desk.failure, GuardRefused)
    assert desk.failure.details == {"folder": "Work", "vanished": 101, "known": 101}
    assert (run.gone, len(desk.known("Work"))) == (0, 101)
    assert desk.folder("Work").gone_at is None


def test_a_folder_with_many_messages_is_gone_where_a_person_says_so(desk: Desk) -> None:
    filled(desk, 101)
    run = desk.sync(Script(missing=frozenset({"Work"})), allow_delete=True)
    assert (desk.failure, run.gone, desk.known("Work")) == (None, 101, set())


def test_a_folder_that_was_renamed_is_gone_without_a_question(desk: Desk) -> None:
    filled(desk, 150)
    again = page(*arrived(*range(1, 151)), folder="Renamed", cursor="c1", is_whole=True)
    renamed = (remote(), remote("Renamed"))
    run = desk.sync(Script([again], remotes=renamed, missing=frozenset({"Work"})))
    assert (desk.failure, run.gone) == (None, 150)
    assert len(desk.known("Renamed")) == 150


def test_a_folder_that_comes_back_is_read_anew(desk: Desk) -> None:
    filled(desk, 2)
    desk.sync(Script(missing=frozenset({"Work"})))
    back = Script([page(*arrived(1, 2), folder="Work", cursor="c2")], remotes=TWO)
    desk.sync(back)
    assert [(request.path, request.cursor) for request in back.requests] == [("Work", None)]
    assert (desk.folder("Work").gone_at, desk.known("Work")) == (None, {1, 2})


def test_a_folder_that_nobody_may_open_is_there_and_not_read(desk: Desk) -> None:
    parent = replace(remote("Parent"), is_selectable=False)
    script = Script([page(cursor="c1")], remotes=(remote(), parent))
    desk.sync(script)
    assert [request.path for request in script.requests] == ["INBOX"]


def test_a_message_moved_between_folders_is_fetched_once(desk: Desk) -> None:
    filled(desk, 1)
    with desk.services.store.reading() as tx:
        known = tx.execute("SELECT id FROM source").fetchone()[0]
    moved = Arrived(Uid(5), frozenset(), NOW, len(mail(1)), same_as=known)
    work = (remote(state="s2"), remote("Work", state="s2"))
    run = desk.sync(Script([page(moved, cursor="c2"), page(folder="Work", cursor="c2")], work))
    assert (run.moved, run.bytes, desk.known()) == (1, 0, {5})
