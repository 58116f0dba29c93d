"""Compares what files declare with what there is, in one look at the store."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from mailctl.core.apply.accounts import ACCOUNTS, contradictions
from mailctl.core.apply.applied import AppliedObject, Change, Result
from mailctl.core.apply.companies import COMPANIES
from mailctl.core.apply.declared_fields import DeclaredFields
from mailctl.core.apply.enrichment import ENRICH_POLICIES
from mailctl.core.apply.kinds import Compared, Described, Fitting, Kind, Manner, Wanted
from mailctl.core.apply.oauth import OAUTH_APPS
from mailctl.core.apply.providers import DOMAINS, PROVIDERS
from mailctl.core.apply.pruning import emptied, needed, to_go
from mailctl.core.apply.records import LINK_RULES, RECORD_TYPES
from mailctl.core.services import Services
from mailctl.domain.declarations import Declarations, Fields, Items, Mistake, Node, Word
from mailctl.domain.near_names import meant
from mailctl.errors import BadDeclarations, MailctlError, StoreUnusable
from mailctl.records import dataclass
from mailctl.store.connection import Reading

KINDS = (
    *(PROVIDERS, DOMAINS, OAUTH_APPS, RECORD_TYPES, LINK_RULES, ENRICH_POLICIES, COMPANIES),
    ACCOUNTS,
)
"""Whatever needs another stands behind it."""
_SECTIONS = {kind.section: kind for kind in KINDS}
_FREE = "x-"
"""Begins the names of sections that only hold what others refer to by YAML anchors."""


@dataclass(frozen=True)
class Step:
    """An object with what there is to do about it."""

    kind: Kind
    name: str
    compared: Compared | None
    """None for what is to go."""
    outcome: AppliedObject
    """What will have become of it if all goes well."""


def planned(services: Services, declarations: Declarations, manner: Manner) -> list[Step]:
    """Return what there is to do about each object, in the order of KINDS.

    Raises BadDeclarations with every mistake: nothing has been done by then.
    """
    mistakes = list(declarations.mistakes)
    things = list(_things(declarations.documents, mistakes))
    wanted = _wanted(things, manner, mistakes)
    mistakes += contradictions(wanted)
    steps: list[Step] = []
    fitting: list[Fitting] = []
    with services.store.reading() as tx:
        _check_needs(tx, things, wanted, mistakes)
        for each in wanted:
            try:
                step = _step(each, compared := each.compared(tx, manner))
            except StoreUnusable:
                raise
            except MailctlError as error:
                mistakes.append(Mistake(each.spot, error.sentence, error.hint))
            else:
                steps.append(step)
                fitting.append((each, compared.after))
        mistakes += (each for kind in KINDS for each in kind.misfits(tx, fitting, manner))
        if manner.prunes:
            filled = {kind.section for kind, _ in things}
            mistakes += emptied(declarations.documents, _SECTIONS, filled)
        if manner.prunes and not mistakes:
            gone = list(to_go(tx, KINDS, declarations.documents, wanted))
            mistakes += needed(tx, KINDS, declarations.documents, gone, fitting)
            steps += (_removal(tx, kind, name) for kind, name in gone)
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
                        meant(section, _SECTIONS).rstrip() or f"write {', '.join(_SECTIONS)}",
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
            names = [name for section, name in declared if section == need.section]
            names += _SECTIONS[need.section].names(tx)
            hint = meant(need.name, names).rstrip() or f"declare it in the section {need.section}"
            mistakes.append(Mistake(need.spot, said, hint))


def _step(wanted: Wanted, compared: Compared) -> Step:
    kind = _SECTIONS[wanted.section]
    changes = tuple(_changes(compared.before or {}, compared.after))
    if compared.before is None:
        result = Result.CREATED
    else:
        result = Result.UPDATED if changes else Result.UNCHANGED
    outcome = AppliedObject(
        *(kind.name, wanted.name, result, changes),
        place=str(wanted.spot),
        losses=compared.losses,
    )
    return Step(kind, wanted.name, compared, outcome)


def _removal(tx: Reading, kind: Kind, name: str) -> Step:
    losses = kind.losses(tx, name)
    return Step(kind, name, None, AppliedObject(kind.name, name, Result.REMOVED, losses=losses))


def _changes(before: Described, after: Described, prefix: str = "") -> Iterator[Change]:
    for name in dict.fromkeys((*before, *after)):
        old, new = before.get(name), after.get(name)
        if isinstance(old, Mapping) or isinstance(new, Mapping):
            was, now = (each if isinstance(each, Mapping) else {} for each in (old, new))
            yield from _changes(was, now, f"{name}.")
        elif old != new:
            yield Change(f"{prefix}{name}", old, new)


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
