"""Folders come back as they were, and remember how far they have been read."""

from datetime import datetime, timedelta

import pytest

from mailctl.domain.folders import Folder, SpecialUse
from mailctl.store import accounts, folders
from mailctl.store.connection import Store
from tests.store.samples import HOSTILE, NOW, account, folder, remote

ADA, BEN = account("ada@example.org"), account("ben@example.org")


@pytest.fixture
def connected(store: Store) -> Store:
    with store.writing() as tx:
        accounts.add(tx, ADA)
        accounts.add(tx, BEN)
    return store


def of_ada(store: Store) -> list[Folder]:
    with store.reading() as tx:
        return folders.of_account(tx, ADA.id)


def test_a_folder_is_made_once(connected: Store) -> None:
    with connected.writing() as tx:
        first = folders.ensure(tx, ADA.id, remote())
        assert folders.ensure(tx, ADA.id, remote()) == first
    assert of_ada(connected) == [first]


def test_two_accounts_have_a_folder_of_their_own_each(connected: Store) -> None:
    with connected.writing() as tx:
        assert folder(tx, address=ADA.address).id != folder(tx, address=BEN.address).id


def test_a_new_special_use_keeps_the_cursor(connected: Store) -> None:
    with connected.writing() as tx:
        made = folders.ensure(tx, ADA.id, remote("X"))
        folders.advance(tx, made.id, "cursor", since=NOW)
        again = folders.ensure(tx, ADA.id, remote("X", SpecialUse.TRASH))
    assert (again.special_use, again.cursor) == (SpecialUse.TRASH, "cursor")


@pytest.mark.parametrize("since", [None, NOW])
def test_cursor_period_and_state_are_remembered(connected: Store, since: datetime | None) -> None:
    with connected.writing() as tx:
        made = folder(tx)
        folders.advance(tx, made.id, HOSTILE, since=since)
        folders.mark_read(tx, made.id, "state", at=NOW + timedelta(hours=1))
    (found,) = of_ada(connected)
    assert (found.cursor, found.since, found.state) == (HOSTILE, since, "state")
    assert found.read_at == NOW + timedelta(hours=1)


def test_only_the_folder_that_was_read_moves_on(connected: Store) -> None:
    with connected.writing() as tx:
        folders.advance(tx, folder(tx, "A").id, "cursor", since=None)
        folder(tx, "B")
    assert [found.cursor for found in of_ada(connected)] == ["cursor", None]


def test_folders_are_listed_by_path_and_account(connected: Store) -> None:
    with connected.writing() as tx:
        for path in ("b", "a", "c"):
            folder(tx, path)
        folder(tx, "z", BEN.address)
    assert [found.path for found in of_ada(connected)] == ["a", "b", "c"]


def test_names_that_differ_in_one_character_are_different_folders(connected: Store) -> None:
    names = ["INBOX", "inbox", "café", "cafe\u0301", "a/b", "a\\b", "../x", "%", HOSTILE, ""]
    with connected.writing() as tx:
        for name in names:
            folder(tx, name)
    assert {found.path for found in of_ada(connected)} == set(names)


def test_a_folder_that_is_gone_forgets_how_far_it_was_read(connected: Store) -> None:
    with connected.writing() as tx:
        made = folder(tx)
        folders.advance(tx, made.id, "cursor", since=NOW)
        folders.mark_read(tx, made.id, "state", at=NOW)
        folders.mark_gone(tx, made.id, at=NOW)
    (found,) = of_ada(connected)
    assert (found.gone_at, found.cursor, found.state) == (NOW, None, None)


def test_a_folder_that_comes_back_is_the_same_folder(connected: Store) -> None:
    with connected.writing() as tx:
        made = folder(tx)
        folders.mark_gone(tx, made.id, at=NOW)
        again = folder(tx)
    assert (again.id, again.gone_at) == (made.id, None)
