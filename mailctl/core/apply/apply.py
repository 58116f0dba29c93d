"""Makes things as files declare them: all is compared before anything is done."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any, NoReturn, TypeAlias

from mailctl.core.apply.accounts import ACCOUNTS
from mailctl.core.apply.applied import Applied, AppliedObject, Result
from mailctl.core.apply.kinds import Kind, Manner, Run
from mailctl.core.apply.losses import data
from mailctl.core.apply.plan import KINDS, Step, planned
from mailctl.core.apply.pruning import in_the_way
from mailctl.core.exit_codes import is_of_the_run
from mailctl.core.linking.settling import settle
from mailctl.core.services import Services
from mailctl.core.side_by_side import side_by_side
from mailctl.domain.declarations import Declarations
from mailctl.errors import GuardRefused, MailctlError, StoreUnusable, Terminated
from mailctl.store.connection import Reading

_JOBS = 8
_TRIED_AT_ONCE = 32
_WAIT_S = 60.0
_STOPS = (KeyboardInterrupt, Terminated)
_Done: TypeAlias = dict[int, AppliedObject]
"""What became of steps, by their identities."""


def compare(services: Services, declarations: Declarations, manner: Manner) -> Applied:
    """Return what applying would make of every object. Raises BadDeclarations."""
    steps = planned(services, declarations, manner)
    return Applied(tuple(step.outcome for step in steps), is_dry_run=True)


def apply(services: Services, declarations: Declarations, manner: Manner) -> Applied:
    """Make everything as declared; where nothing differs, nothing is written.

    One that fails leaves the others done, and a second run does what is left; so does one behind
    a run that was stopped by Ctrl-C or SIGTERM, which returns what it has done. Raises
    BadDeclarations before anything is done, GuardRefused where something would be pruned
    and nobody is sure, and Locked where another run applies files for longer than a minute.
    """
    steps = planned(services, declarations, manner)
    compared = Applied(tuple(step.outcome for step in steps), is_dry_run=manner.is_rehearsal)
    if manner.is_rehearsal or not compared.differs:
        return compared
    with services.locks.hold("apply", called="the declared files", wait_s=_WAIT_S):
        # another process may have done some of it meanwhile
        return _applied(services, planned(services, declarations, manner), manner)


def _applied(services: Services, steps: Sequence[Step], manner: Manner) -> Applied:
    gone = [step for step in steps if step.outcome.result is Result.REMOVED]
    _refuse_unsure(steps, gone, manner)
    done = {id(each): each.outcome for each in steps if each.outcome.result is Result.UNCHANGED}
    stopped = None
    try:
        for kind in KINDS:
            todo = [step for step in steps if step.kind is kind and _is_to_do(step)]
            _give_away(services, kind, todo, [step.name for step in gone if step.kind is kind])
            for group in _groups(todo, kind, manner):
                _do(services, group, manner, done)
        for step in reversed(gone):
            done[id(step)] = _removed(services, step, is_sure=manner.is_sure)
        settle(services)
    except _STOPS as stop:
        stopped = stop
    outcomes = tuple(done[id(step)] for step in steps if id(step) in done)
    return Applied(outcomes, stopped=stopped, left=len(steps) - len(outcomes))


def exported(tx: Reading) -> dict[str, list[Any]]:
    """Return everything that files can declare, so that applying it changes nothing."""
    return {kind.section: [_literal(each) for each in kind.all_(tx)] for kind in KINDS}


def _literal(value: Any) -> Any:
    """Return the value so that reading it fills no variable in."""
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, Mapping):
        return {name: _literal(each) for name, each in value.items()}
    return [_literal(each) for each in value] if isinstance(value, list) else value


def _is_to_do(step: Step) -> bool:
    return step.outcome.result in {Result.CREATED, Result.UPDATED}


def _groups(steps: Sequence[Step], kind: Kind, manner: Manner) -> Iterator[Sequence[Step]]:
    size = _TRIED_AT_ONCE if kind is ACCOUNTS and manner.verify else kind.batch
    return (steps[first : first + size] for first in range(0, len(steps), size))


def _give_away(services: Services, kind: Kind, todo: Sequence[Step], going: Sequence[str]) -> None:
    """Let those that go lose what others take, for they go last: accounts may still need them."""
    if kind.sole is None or not going:
        return
    afters = [step.compared.after for step in todo if step.compared is not None]
    with services.store.reading() as tx:
        names = in_the_way(tx, kind, going, afters)
    with services.store.together():
        for name in names:
            try:
                kind.sole.give_away(services, name)
            except MailctlError as error:  # what takes it will say that it is taken
                if _is_everybodys(error):
                    raise


def _do(services: Services, group: Sequence[Step], manner: Manner, done: _Done) -> None:
    """Do what needs a network side by side, then store all of it, also where it is stopped."""
    run = Run(services, manner)
    jobs = _JOBS if group[0].kind is ACCOUNTS and manner.verify else 1
    ready: dict[int, Callable[[], object]] = {}

    def prepare(step: Step) -> None:
        ready[id(step)] = _prepared(run, step)

    try:
        side_by_side(group, prepare, jobs=jobs)
    except _STOPS:
        _store(services, group, dict(ready), done)
        raise
    _store(services, group, ready, done)


def _store(
    services: Services,
    group: Sequence[Step],
    ready: Mapping[int, Callable[[], object]],
    done: _Done,
) -> None:
    """Store what is ready of the group in one transaction."""
    if not ready:
        return
    kind = group[0].kind
    with services.store.together() if kind.batch > 1 else nullcontext():
        stored = {id(step): _stored(step, ready[id(step)]) for step in group if id(step) in ready}
        if kind.behind is not None:
            with services.store.writing(durable=True) as tx:
                kind.behind(tx)
    done.update(stored)


def _prepared(run: Run, step: Step) -> Callable[[], object]:
    """Return what stores the object, or says why it cannot be."""
    if step.compared is None:
        raise AssertionError("what is to go is not prepared")
    try:
        return step.compared.work(run)
    except MailctlError as error:
        if _is_everybodys(error):
            raise
        return partial(_raise, error)


def _raise(error: MailctlError) -> NoReturn:
    raise error


def _stored(step: Step, store: Callable[[], object]) -> AppliedObject:
    try:
        store()
    except MailctlError as error:
        if _is_everybodys(error):
            raise
        return _failed(step, error)
    return step.outcome


def _removed(services: Services, step: Step, *, is_sure: bool) -> AppliedObject:
    try:
        step.kind.remove(services, step.name, is_sure)
    except MailctlError as error:
        if _is_everybodys(error):
            raise
        return _failed(step, error)
    return step.outcome


def _failed(step: Step, error: MailctlError) -> AppliedObject:
    planned = step.outcome
    return AppliedObject(
        planned.kind, planned.name, Result.FAILED, error=error, place=planned.place
    )


def _is_everybodys(error: MailctlError) -> bool:
    """Whether a failure is no object's: nothing else could be stored either."""
    return is_of_the_run(error) or isinstance(error, StoreUnusable)


def _refuse_unsure(steps: Sequence[Step], gone: Sequence[Step], manner: Manner) -> None:
    """Raise GuardRefused for what goes, or data that goes along, and nobody said that it may."""
    losing = [step for step in steps if data(step.outcome.losses)]
    words = "--yes --with-data" if losing else "--yes"
    if gone and not manner.is_sure:
        raise _unsure(gone, words)
    if losing and not (manner.is_sure and manner.lets_data_go):
        raise _losing(losing, words)


def _losing(losing: Sequence[Step], words: str) -> GuardRefused:
    counts = Counter[str]()
    for step in losing:
        counts.update(data(step.outcome.losses))
    what = " and ".join(f"{n} {name.replace('_', '-')}" for name, n in counts.items())
    return GuardRefused(
        f"data that no file holds would go along with {_shown(losing)}: {what}",
        hint=f"look at them: mailctl diff --prune -f FILE; if they may go: {words}",
        details={"losses": dict(counts)},
    )


def _shown(steps: Sequence[Step]) -> str:
    names = [f"{step.outcome.kind} {step.name}" for step in steps[:10]]
    return ", ".join(names) + (", …" if len(steps) > 10 else "")


def _unsure(gone: Sequence[Step], words: str) -> GuardRefused:
    names = [f"{step.outcome.kind} {step.name}" for step in gone]
    are = "object is" if len(names) == 1 else "objects are"
    return GuardRefused(
        f"{len(names)} {are} not declared and would be removed: {_shown(gone)}",
        hint=f"look at them: mailctl diff --prune -f FILE; if they may go: --prune {words}",
        details={"removed": names},
    )
