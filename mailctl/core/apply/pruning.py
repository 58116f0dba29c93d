"""What goes because files do not declare it, and what forbids that."""

from collections.abc import Collection, Iterator, Sequence

from mailctl.core.apply.kinds import Described, Fitting, Kind, Wanted
from mailctl.domain.declarations import Fields, Mistake, Spot, Word
from mailctl.store.connection import Reading

_NEEDS = {
    "domains": {"provider": "providers"},
    "link_rules": {"to": "record_types"},
    "accounts": {"provider": "providers", "oauth_app": "oauth_apps"},
}
"""Which fields name a thing of which section."""
Gone = tuple[Kind, str]


def emptied(
    documents: Sequence[Fields], sections: Collection[str], filled: Collection[str]
) -> Iterator[Mistake]:
    """Yield the sections in which nothing is written: a template that failed looks like that."""
    for document in documents:
        for section, node in document.parts.items():
            is_empty = isinstance(node, Word) and node.text is None
            if is_empty and section in sections and section not in filled:
                said = f"nothing stands in {section}, and --prune would remove all of it"
                yield Mistake(document.keys[section], said, f"if it may go, write {section}: []")


def to_go(
    tx: Reading, kinds: Sequence[Kind], documents: Sequence[Fields], wanted: Sequence[Wanted]
) -> Iterator[Gone]:
    """Yield what is there and not declared, of the sections that the files have."""
    named = {section for document in documents for section in document.parts}
    kept = {(each.section, each.name.casefold()) for each in wanted}
    for kind in kinds:
        for thing in kind.all_(tx) if kind.section in named else ():
            name = str(next(iter(thing.values())))
            if (kind.section, name.casefold()) not in kept:
                yield kind, name


def in_the_way(
    tx: Reading, kind: Kind, going: Collection[str], afters: Sequence[Described]
) -> list[str]:
    """Return which of those that go have what is of one object alone, and is another's now."""
    field = kind.sole.field if kind.sole else ""
    taken = {value for after in afters for value in _listed(after.get(field))}
    named = ((str(next(iter(each.values()))), each) for each in (kind.all_(tx) if taken else ()))
    held = (name for name, each in named if taken.intersection(_listed(each.get(field))))
    return [name for name in held if name in going]


def _listed(values: object) -> Sequence[object]:
    return values if isinstance(values, list) else ()


def needed(
    tx: Reading,
    kinds: Sequence[Kind],
    documents: Sequence[Fields],
    gone: Sequence[Gone],
    fitting: Sequence[Fitting],
) -> Iterator[Mistake]:
    """Yield what cannot go, for what stays needs it, or would go along without being named."""
    going = {(kind.section, name): kind for kind, name in gone}
    places = {name: spot for each in documents for name, spot in each.keys.items()}
    afters = {(each.section, each.name.casefold()): after for each, after in fitting}
    needy = [kind for kind in kinds if going and kind.section in _NEEDS]
    there = ((kind, thing) for kind in needy for thing in kind.all_(tx))
    for kind, thing in there:
        name = str(next(iter(thing.values())))
        if (kind.section, name) in going:
            continue
        thing = {**thing, **afters.get((kind.section, name.casefold()), {})}
        for field, section in _NEEDS[kind.section].items():
            needs = str(thing.get(field)).removeprefix("record:")
            other = going.get((section, needs))
            if other is not None:
                yield _kept(places[section], f"{other.noun} {needs}", kind, name)


def _kept(spot: Spot, gone: str, kind: Kind, name: str) -> Mistake:
    said = f"{gone} is not declared and would be pruned, and {kind.noun} {name} needs it"
    return Mistake(spot, said, f"declare it, or have the section {kind.section} without {name}")
