"""What changed in a folder, and when so much is gone that a person should look."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailctl.domain.ids import AccountId
from mailctl.domain.syncing import (
    AccountRun,
    Flags,
    Reflagged,
    SyncReport,
    Uid,
    changes,
    is_mass_disappearance,
)
from tests.domain.moments import NOON

FLAGS = st.frozensets(st.sampled_from(["\\Seen", "\\Flagged", "\\Answered"]))
LISTINGS = st.dictionaries(st.integers(1, 40).map(Uid), FLAGS)


@given(LISTINGS, LISTINGS)
def test_applying_the_changes_to_ours_gives_theirs(
    ours: dict[Uid, Flags], theirs: dict[Uid, Flags]
) -> None:
    found = changes(ours, theirs)
    result = dict(ours)
    for uid in found.vanished:
        del result[uid]
    for reflagged in found.reflagged:
        assert reflagged.uid in result
        result[reflagged.uid] = reflagged.flags
    for uid in found.arrived:
        assert uid not in result
        result[uid] = theirs[uid]
    assert result == theirs


@given(LISTINGS)
def test_equal_sides_need_no_change(listing: dict[Uid, Flags]) -> None:
    found = changes(listing, dict(listing))
    assert (found.arrived, found.reflagged, found.vanished) == ((), (), ())


@given(LISTINGS, LISTINGS)
def test_changes_come_in_uid_order(ours: dict[Uid, Flags], theirs: dict[Uid, Flags]) -> None:
    found = changes(ours, theirs)
    for uids in (found.arrived, found.vanished, [each.uid for each in found.reflagged]):
        assert list(uids) == sorted(set(uids))


def test_an_unchanged_message_is_not_mentioned() -> None:
    seen, none = frozenset({"\\Seen"}), frozenset[str]()
    found = changes({Uid(1): seen, Uid(2): none}, {Uid(1): seen, Uid(2): seen})
    assert found.reflagged == (Reflagged(Uid(2), seen),)


@pytest.mark.parametrize(
    ("vanished", "known", "is_mass"),
    [
        (0, 0, False),
        (0, 1, False),
        (1, 1, False),
        (1, 2, False),
        (2, 2, True),
        (99, 100, False),
        (100, 100, True),
        (100, 101, False),
        (101, 500, True),
        (100, 1000, False),
        (101, 1000, True),
        (101, 1010, False),
        (102, 1010, True),
        (200, 2000, False),
        (201, 2000, True),
    ],
)
def test_a_mass_is_all_or_more_than_100_and_a_tenth(
    vanished: int, known: int, is_mass: bool
) -> None:
    assert is_mass_disappearance(vanished, known) is is_mass


@given(st.integers(0, 5000), st.integers(0, 5000))
def test_what_is_no_mass_stays_none_if_less_vanishes(vanished: int, known: int) -> None:
    if vanished and not is_mass_disappearance(vanished, known):
        assert not is_mass_disappearance(vanished - 1, known)


def a_run(**counts: object) -> AccountRun:
    run = AccountRun(AccountId("acc_1"), "ada@corp.example", NOON)
    for name, count in counts.items():
        setattr(run, name, count)
    return run


def test_a_report_adds_up_its_accounts() -> None:
    broken = a_run(error={"code": "unreachable"})
    report = SyncReport([a_run(stored=2), a_run(stored=3, failed=1), broken], 1.0)
    assert (report.stored, report.failed, report.unhealthy) == (5, 2, [broken])
