"""Makes things as files declare them: all is compared before anything is done."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from enum import StrEnum
from functools import partial
from typing import Any, NoReturn

from mailctl.core.apply_accounts import ACCOUNTS, contradictions
from mailctl.core.apply_companies import COMPANIES
from mailctl.core.apply_kinds import Compared, Described, Kind, Manner, Run, Wanted
from mailctl.core.apply_oauth import OAUTH_APPS
from mailctl.core.apply_providers import DOMAINS, PROVIDERS
from mailctl.core.apply_records import LINK_RULES, RECORD_TYPES
from mailctl.core.declared_fields import DeclaredFields
from mailctl.core.exit_codes import is_of_the_run, joint_exit_code
from mailctl.core.services import Services
from mailctl.core.settling import settle
from mailctl.core.side_by_side import side_by_side
from mailctl.domain.declarations import Declarations, Fields, Items, Mistake, Node, Word
from mailctl.errors import (
    BadDeclarations,
    ExitCode,
    GuardRefused,
    MailctlError,
    StoreUnusable,
)
from mailctl.records import dataclass
from mailctl.store.connection import Reading

KINDS = (PROVIDERS, DOMAINS, OAUTH_APPS, RECORD_TYPES, LINK_RULES, COMPANIES, ACCOUNTS)
"""Whatever needs another stands behind it."""
_SECTIONS = {kind.section: kind for kind in KINDS}
_JOBS = 8
_TRIED_AT_ONCE = 32
_FREE = "x-"
"""Begins the names of sections that only hold what others refer to by YAML anchors."""


class Result(StrEnum):
    """What became of an object."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    FAILED = "failed"


@dataclass(frozen=True)
class Change:
    """A field as it was and as it is now; None where it was not there, or is not."""

    field: str
    before: object
    after: object


@dataclass(frozen=True)
class AppliedObject:
    """What became of one object, or would."""

    kind: str
    name: str
    result: Result
    changes: tuple[Change, ...] = ()
    error: MailctlError | None = None
    place: str | None = None
    """Where a file declares it."""


@dataclass(frozen=True)
class Applied:
    """Every object, and what the process should say to the shell."""

    objects: tuple[AppliedObject, ...]
    is_dry_run: bool = False

    def count(self, result: str) -> int:
        """Return how many objects ended so."""
        return sum(each.result == result for each in self.objects)

    @property
    def differs(self) -> bool:
        """Whether anything is not as declared."""
        return self.count(Result.UNCHANGED) < len(self.objects)

    @property
    def exit_code(self) -> ExitCode:
        """3 where some failed, the worst code where all did."""
        return joint_exit_code(
            each.error.exit_code if each.error else ExitCode.OK for each in self.objects
        )


@dataclass(frozen=True)
class _Step:
    """An object with what there is to do about it."""

    kind: Kind
    name: str
    compared: Compared | None
    """None for what is to go."""
    outcome: AppliedObject
    """What will have become of it if all goes well."""


def compare(services: Services, declarations: Declarations, manner: Manner) -> Applied:
    """Return what applying would make of every object. Raises BadDeclarations."""
    planned = _planned(services, declarations, manner)
    return Applied(tuple(step.outcome for step in planned), is_dry_run=True)


def apply(services: Services, declarations: Declarations, manner: Manner) -> Applied:
    """Make everything as declared; where nothing differs, nothing is written.

    One that fails leaves the others done, and a second run does what is left. Raises
    BadDeclarations before anything is done, and GuardRefused where something would be pruned
    and nobody is sure.
    """
    steps = _planned(services, declarations, manner)
    outcomes = [step.outcome for step in steps]
    if manner.is_rehearsal:
        return Applied(tuple(outcomes), is_dry_run=True)
    gone = [step for step in steps if step.outcome.result is Result.REMOVED]
    if gone and not manner.is_sure:
        raise _unsure(gone)
    done = {id(step): step.outcome for step in steps}
    for kind in KINDS:
        todo = [step for step in steps if step.kind is kind and _is_to_do(step)]
        for group in _groups(todo, kind, manner):
            done.update(zip(map(id, group), _done(services, group, manner), strict=True))
    for step in reversed(gone):
        done[id(step)] = _removed(services, step, is_sure=manner.is_sure)
    if any(each.result is not Result.UNCHANGED for each in done.values()):
        settle(services)
    return Applied(tuple(done.values()))


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


def _planned(services: Services, declarations: Declarations, manner: Manner) -> list[_Step]:
    mistakes = list(declarations.mistakes)
    things = list(_things(declarations.documents, mistakes))
    wanted = _wanted(things, manner, mistakes)
    mistakes += contradictions(wanted)
    steps: list[_Step] = []
    with services.store.reading() as tx:
        _check_needs(tx, things, wanted, mistakes)
        for each in wanted:
            try:
                steps.append(_step(each, each.compared(tx, manner)))
            except StoreUnusable:
                raise
            except MailctlError as error:
                mistakes.append(Mistake(each.spot, error.sentence, error.hint))
        if manner.prunes and not mistakes:
            steps += _to_go(tx, declarations.documents, wanted)
    if mistakes:
        raise _refused(mistakes)
    places = {kind: place for place, kind in enumerate(KINDS)}
    return sorted(steps, key=lambda step: places[step.kind])


def _wanted(
    things: Sequence[tuple[Kind, Fields]], manner: Manner, mistakes: list[Mistake]
) -> list[Wanted]:
    found: dict[tuple[str, str], Wanted] = {}
    for kind, node in things:
        fields = DeclaredFields(node, mistakes, kind.noun)
        for each in kind.read(fields, manner):
            known = found.setdefault((each.section, each.name.casefold()), each)
            if known is not each:
                noun = _SECTIONS[each.section].noun
                said = f"the {noun} {each.name} is declared twice"
                mistakes.append(Mistake(each.spot, said, f"first at {known.spot}"))
    return list(found.values())


def _things(documents: Iterable[Fields], mistakes: list[Mistake]) -> Iterator[tuple[Kind, Fields]]:
    for document in documents:
        for section, node in document.parts.items():
            kind = _SECTIONS.get(section)
            if kind is not None:
                yield from ((kind, each) for each in _listed(section, node, mistakes))
            elif not section.startswith(_FREE):
                mistakes.append(
                    Mistake(
                        document.keys[section],
                        f"there is no section {section[:50]!r}",
                        f"write {', '.join(_SECTIONS)}",
                    )
                )


def _listed(section: str, node: Node, mistakes: list[Mistake]) -> Iterator[Fields]:
    if isinstance(node, Word) and node.text is None:
        return
    if not isinstance(node, Items):
        mistakes.append(Mistake(node.spot, f"{section} is a list", "begin each with a hyphen"))
        return
    for part in node.parts:
        if isinstance(part, Fields):
            yield part
        else:
            said = f"each of {section} has fields with names"
            mistakes.append(Mistake(part.spot, said, "write NAME: VALUE"))


def _check_needs(
    tx: Reading,
    things: Sequence[tuple[Kind, Fields]],
    wanted: Sequence[Wanted],
    mistakes: list[Mistake],
) -> None:
    declared = {(each.section, each.name) for each in wanted}
    for kind, node in things:  # what is declared with a mistake is declared
        name = node.parts.get("name")
        if isinstance(name, Word) and name.text:
            declared.add((kind.section, name.text))
    known: dict[tuple[str, str], bool] = {}
    for need in (need for each in wanted for need in each.needs):
        key = (need.section, need.name)
        if key not in known:
            known[key] = key in declared or _SECTIONS[need.section].is_there(tx, need.name)
        if not known[key]:
            noun = _SECTIONS[need.section].noun
            said = f"there is no {noun} {need.name[:100]!r}, neither here nor in the files"
            mistakes.append(Mistake(need.spot, said, f"declare it in the section {need.section}"))


def _step(wanted: Wanted, compared: Compared) -> _Step:
    kind = _SECTIONS[wanted.section]
    changes = tuple(_changes(compared.before or {}, compared.after))
    if compared.before is None:
        result = Result.CREATED
    else:
        result = Result.UPDATED if changes else Result.UNCHANGED
    outcome = AppliedObject(kind.name, wanted.name, result, changes, place=str(wanted.spot))
    return _Step(kind, wanted.name, compared, outcome)


def _changes(before: Described, after: Described, prefix: str = "") -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            was, now = (each if isinstance(each, Mapping) else {} for each in (old, new))
            yield from _changes(was, now, f"{name}.")
        elif old != new:
            yield Change(f"{prefix}{name}", old, new)


def _to_go(tx: Reading, documents: Sequence[Fields], wanted: Sequence[Wanted]) -> Iterator[_Step]:
    """Yield what is there and not declared, of the sections that the files have."""
    named = {section for document in documents for section in document.parts}
    kept = {(each.section, each.name.casefold()) for each in wanted}
    for kind in KINDS:
        for thing in kind.all_(tx) if kind.section in named else ():
            name = str(next(iter(thing.values())))
            if (kind.section, name.casefold()) not in kept:
                outcome = AppliedObject(kind.name, name, Result.REMOVED)
                yield _Step(kind, name, None, outcome)


def _is_to_do(step: _Step) -> bool:
    return step.outcome.result in {Result.CREATED, Result.UPDATED}


def _groups(steps: Sequence[_Step], kind: Kind, manner: Manner) -> Iterator[Sequence[_Step]]:
    size = _TRIED_AT_ONCE if kind is ACCOUNTS and manner.verify else kind.batch
    return (steps[first : first + size] for first in range(0, len(steps), size))


def _done(services: Services, group: Sequence[_Step], manner: Manner) -> list[AppliedObject]:
    """Do what needs a network side by side, then store all of it in one transaction."""
    run = Run(services, manner)
    jobs = _JOBS if group[0].kind is ACCOUNTS and manner.verify else 1
    prepared = side_by_side(group, partial(_prepared, run), jobs=jobs)
    several = services.store.together() if group[0].kind.batch > 1 else nullcontext()
    behind = group[0].kind.behind
    with several:
        done = [_stored(step, store) for step, store in zip(group, prepared, strict=True)]
        if behind is not None:
            with services.store.writing(durable=True) as tx:
                behind(tx)
        return done


def _prepared(run: Run, step: _Step) -> Callable[[], object]:
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


def _stored(step: _Step, store: Callable[[], object]) -> AppliedObject:
    try:
        store()
    except MailctlError as error:
        if _is_everybodys(error):
            raise
        return _failed(step, error)
    return step.outcome


def _removed(services: Services, step: _Step, *, is_sure: bool) -> AppliedObject:
    try:
        step.kind.remove(services, step.name, is_sure)
    except MailctlError as error:
        if _is_everybodys(error):
            raise
        return _failed(step, error)
    return step.outcome


def _failed(step: _Step, error: MailctlError) -> AppliedObject:
    planned = step.outcome
    return AppliedObject(
        planned.kind, planned.name, Result.FAILED, error=error, place=planned.place
    )


def _is_everybodys(error: MailctlError) -> bool:
    """Whether a failure is no object's: nothing else could be stored either."""
    return is_of_the_run(error) or isinstance(error, StoreUnusable)


def _unsure(gone: Sequence[_Step]) -> GuardRefused:
    names = [f"{step.outcome.kind} {step.name}" for step in gone]
    shown = ", ".join(names[:10]) + (", …" if len(names) > 10 else "")
    return GuardRefused(
        f"{len(names)} objects are not declared and would be removed: {shown}",
        hint="look at them: mailctl diff --prune -f FILE; if they may go: --prune --yes",
        details={"removed": names},
    )


def _refused(mistakes: Sequence[Mistake]) -> BadDeclarations:
    by_place = sorted(
        dict.fromkeys(mistakes),
        key=lambda each: (each.spot.source, each.spot.line, each.spot.column),
    )
    count = len(by_place)
    said = "there is a mistake" if count == 1 else f"there are {count} mistakes"
    return BadDeclarations(
        f"{said} in what was declared; nothing was changed",
        details={
            "mistakes": [
                {
                    "file": each.spot.source,
                    "line": each.spot.line,
                    "column": each.spot.column,
                    "message": each.sentence,
                    "hint": each.hint,
                }
                for each in by_place
            ]
        },
    )
