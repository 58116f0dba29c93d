"""Mailboxes that change at random, at servers that lie at random: the store follows."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.hostile.conftest import Besiege
from tests.hostile.siege import ADDRESS, PASSWORD, Siege, filled, mail
from tests.rig.imap_model import SETS, Cut, Faults, Folder, Literal, Mailbox, Mangling, Refusal
from tests.soak import count

_SOME = [*SETS][: count(0, 5)] or ["bare", "condstore", "qresync", "everything"]
STEPS = count(12, 25)
EXAMPLES = count(8, 100)
CHECKED = settings(
    max_examples=EXAMPLES,
    stateful_step_count=STEPS,
    deadline=None,
    database=None,
    derandomize=count(1, 0) == 1,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate, Phase.shrink) if count(0, 1) else (Phase.generate,),
)

NAMES = ("Work", "Work/Done", "Büro & mehr", "x y", "Archive", "日本")
FLAGS = (r"\Seen", r"\Flagged", r"\Answered", r"\Deleted", "$later", "NonJunk")
SEEDS = st.integers(0, 1 << 32)
MOMENTS = st.integers(1, 60)

# Said of all rows these hide changes of flags, which nobody can know of who asks for changes alone.
_HIDING = {
    Mangling.NIL_FLAGS,
    Mangling.EMPTY_ROW,
    Mangling.NO_UID,
    Mangling.NO_OPENING,
    Mangling.NO_CLOSING,
    Mangling.NUMBER_ZERO,
    Mangling.EIGHT_BIT,
    Mangling.NULS,
    Mangling.SPACES,
    Mangling.LOWER_CASE,
}
_QUICK_LITERALS = [each for each in Literal if each is not Literal.LONGER_AND_SILENCE]
_QUICK_CUTS = [Cut.CLOSE, Cut.RESET, Cut.BYE]

COMMANDS = ("LIST", "STATUS", "EXAMINE", "UID SEARCH", "UID FETCH", "UID FETCH .*BODY", "ENABLE")
ANSWERS = (
    b"NO never",
    b"BAD what",
    b"NO [THROTTLED] slow down",
    b"NO [UNAVAILABLE] later",
    b"NO [LIMIT] too much",
    b"NO [OVERQUOTA] Account exceeded command or bandwidth limits",
)


def faults(*, counts_changes: bool) -> st.SearchStrategy[Faults]:
    """Return lies after which an honest server can be followed again."""
    shapes = [each for each in Mangling if not (counts_changes and each in _HIDING)]
    made: list[st.SearchStrategy[Faults]] = [
        st.builds(
            Faults,
            cut=st.sampled_from(_QUICK_CUTS),
            cut_after=MOMENTS,
            cut_within=st.none() | st.integers(0, 90),
            cut_times=st.integers(1, 3),
        ),
        st.builds(Faults, split=st.just(True), seed=SEEDS),
        st.builds(Faults, garbage=st.just(0.1), seed=SEEDS),
        st.builds(Faults, exists_shift=st.integers(-9, 9)),
        st.builds(Faults, status_shift=st.integers(-9, 9)),
        st.builds(Faults, uidnext=st.sampled_from([1, 2, 5, 4_000_000_000])),
        st.builds(Faults, modseq_shift=st.integers(-30, -1)),
        st.builds(Faults, uidvalidity_shift=st.integers(1, 1000)),
        st.builds(Faults, search_most=st.integers(0, 6)),
        st.builds(Faults, search_silent=st.just(True)),
        st.builds(Faults, unlisted=st.frozensets(st.integers(1, 20), min_size=1)),
        st.builds(Faults, shuffled=st.just(True), seed=SEEDS),
        st.builds(Faults, drop_vanished=st.just(True)),
        st.builds(Faults, vanished_all=st.just(True)),
        st.builds(Faults, vanished=st.frozensets(st.integers(1, 20), min_size=1, max_size=3)),
        st.builds(Faults, enables_silently=st.just(True)),
        st.builds(Faults, unsolicited=st.sampled_from([(b"* 1 EXISTS",), (b"* 999 EXPUNGE",)])),
        st.builds(Faults, unsolicited=st.just((rb"* 1 FETCH (FLAGS (\Deleted))",))),
        st.builds(
            Faults,
            literal=st.sampled_from(_QUICK_LITERALS),
            spoiled=st.none() | st.frozensets(st.integers(1, 20), min_size=1),
        ),
        st.builds(Faults, mangling=st.sampled_from(shapes)),
        st.builds(
            Faults,
            refusals=st.tuples(
                st.builds(
                    Refusal,
                    command=st.sampled_from(COMMANDS),
                    answer=st.sampled_from(ANSWERS),
                    first=st.integers(1, 3),
                    times=st.sampled_from([1, 2, 1000]),
                )
            ),
        ),
        st.builds(Faults, unlisted_folders=st.frozensets(st.sampled_from(["INBOX", *NAMES]))),
    ]
    if not counts_changes:
        made.append(st.builds(Faults, omit_share=st.just(0.3), seed=SEEDS))
        made.append(st.builds(Faults, omit=st.frozensets(st.integers(1, 20), min_size=1)))
    return st.one_of(made)


class Mailboxes(RuleBasedStateMachine):
    """A mailbox, what people do to it, and the program that has to follow."""

    def __init__(self, siege: Siege, fresh: Path) -> None:
        super().__init__()
        self.siege = siege
        siege.restore(fresh)
        siege.box = Mailbox(ADDRESS, PASSWORD)
        siege.server.mailboxes = {ADDRESS: siege.box}
        self.numbers = 0

    @initialize(size=st.integers(0, 12))
    def begin(self, size: int) -> None:
        self.siege.box = filled(size)
        self.siege.server.mailboxes = {ADDRESS: self.siege.box}
        self.siege.sync()

    # What people do

    @rule(which=SEEDS, size=st.integers(1, 4), flags=st.sets(st.sampled_from(FLAGS)))
    def append(self, which: int, size: int, flags: set[str]) -> None:
        for _ in range(size):
            self.numbers += 1
            self._folder(which).append(mail(1000 + self.numbers), flags=flags)

    @rule(which=SEEDS, uid=SEEDS, size=st.integers(1, 3))
    def expunge(self, which: int, uid: int, size: int) -> None:
        folder = self._folder(which)
        uids = list(folder.mails)
        begin = uid % len(uids) if uids else 0
        if uids[begin : begin + size]:
            folder.expunge(*uids[begin : begin + size])

    @rule(which=SEEDS, uid=SEEDS, flags=st.sets(st.sampled_from(FLAGS)))
    def flag(self, which: int, uid: int, flags: set[str]) -> None:
        folder = self._folder(which)
        if folder.mails:
            folder.flag(self._uid(folder, uid), *flags)

    @rule(which=SEEDS, uid=SEEDS, to=SEEDS, moves=st.booleans())
    def copy_or_move(self, which: int, uid: int, to: int, moves: bool) -> None:
        source, target = self._folder(which), self._folder(to)
        if source.mails and source is not target:
            carry = self.siege.box.move if moves else self.siege.box.copy
            carry(source.path, self._uid(source, uid), target.path)

    @rule(name=st.sampled_from(NAMES))
    def create(self, name: str) -> None:
        if name not in self.siege.box.folders:
            self.siege.box.create(name)

    @precondition(lambda self: len(self.siege.box.folders) > 1)
    @rule(which=SEEDS, name=st.sampled_from(NAMES))
    def rename(self, which: int, name: str) -> None:
        if name not in self.siege.box.folders:
            self.siege.box.rename(self._own(which), name)

    @precondition(lambda self: len(self.siege.box.folders) > 1)
    @rule(which=SEEDS)
    def delete(self, which: int) -> None:
        self.siege.box.delete(self._own(which))

    @rule(which=SEEDS, seed=st.none() | SEEDS, first_uid=st.sampled_from([1, 2, 9, 500]))
    def number_anew(self, which: int, seed: int | None, first_uid: int) -> None:
        path = self._folder(which).path
        self.siege.box.renumber(path, seed=seed, first_uid=first_uid)

    @rule(which=SEEDS)
    def forget(self, which: int) -> None:
        self._folder(which).forget()

    @rule(which=SEEDS, size=st.integers(1, 1000))
    def leave_numbers_out(self, which: int, size: int) -> None:
        self._folder(which).uidnext += size

    # What the program does

    @rule(allows=st.booleans())
    def sync(self, allows: bool) -> None:
        self.siege.sync(*(["--allow-delete"] if allows else []))

    @rule(data=st.data(), runs=st.integers(1, 3))
    def sync_with_a_liar(self, data: st.DataObject, runs: int) -> None:
        siege = self.siege
        counts = "CONDSTORE" in siege.server.capabilities
        lie = data.draw(faults(counts_changes=counts), label="lie")
        siege.excused |= {(path, uid) for path in siege.box.folders for uid in lie.vanished}
        siege.lie(lie)
        for _ in range(runs - 1):
            self.append(which=data.draw(SEEDS), size=1, flags=set())
            self.expunge(which=data.draw(SEEDS), uid=data.draw(SEEDS), size=1)
            siege.sync()
        siege.settle()

    @rule(data=st.data(), moment=st.integers(1, 25))
    def sync_while_things_happen(self, data: st.DataObject, moment: int) -> None:
        happenings: list[Callable[[], Any]] = [
            partial(self.append, which=data.draw(SEEDS), size=2, flags=set()),
            partial(self.expunge, which=data.draw(SEEDS), uid=data.draw(SEEDS), size=2),
            partial(self.flag, which=data.draw(SEEDS), uid=data.draw(SEEDS), flags={r"\Flagged"}),
            partial(self.number_anew, which=data.draw(SEEDS), seed=data.draw(SEEDS), first_uid=3),
        ]
        happening = happenings[data.draw(st.integers(0, len(happenings) - 1), label="happening")]
        self.siege.lie(Faults(before={moment: happening}))
        self.siege.server.disarm()

    def teardown(self) -> None:
        self.siege.settle()

    def _folder(self, which: int) -> Folder:
        folders: list[Folder] = list(self.siege.box)
        return folders[which % len(folders)]

    def _own(self, which: int) -> str:
        """Return the path of a folder that is not the inbox."""
        paths = [path for path in self.siege.box.folders if path != "INBOX"]
        return paths[which % len(paths)]

    @staticmethod
    def _uid(folder: Folder, which: int) -> int:
        uids = list(folder.mails)
        return uids[which % len(uids)]


@pytest.mark.parametrize("name", _SOME)
def test_the_store_follows_a_mailbox_whatever_happens(besiege: Besiege, name: str) -> None:
    siege = besiege(capabilities=SETS[name], is_synced=False, count=0)
    fresh = siege.save()

    class Here(Mailboxes):
        def __init__(self) -> None:
            super().__init__(siege, fresh)

    run_state_machine_as_test(Here, settings=CHECKED)
