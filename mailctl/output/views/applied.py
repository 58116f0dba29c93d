"""What files declared and what became of it, as results."""

from collections import Counter
from itertools import zip_longest
from operator import itemgetter
from typing import TYPE_CHECKING

from mailctl.output.complaints import error_document
from mailctl.output.values import cell, plain
from mailctl.output.view import Rows, View

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mailctl.core.apply.applied import Applied, AppliedObject, Change

_SIGNS = {"created": "+", "updated": "~", "removed": "-"}


_TO_COME = {"created": "to create", "updated": "to update", "removed": "to remove"}


def summary(applied: "Applied") -> str:
    """Return how many objects ended how, or would: `2 created, 1 failed, 3 unchanged`."""
    counts = {
        result: applied.count(result)
        for result in ("created", "updated", "removed", "failed", "unchanged")
    }
    words = _TO_COME if applied.is_dry_run else {}
    said = [f"{n} {words.get(name, name)}" for name, n in counts.items() if n]
    said += [f"{applied.left} left for the next run"] if applied.left else []
    losses = Counter[str]()
    for each in applied.objects:
        losses.update(each.losses)
    along = f"; takes along: {_lost(losses)}" if losses else ""
    return (", ".join(said) or "nothing is declared") + along


def whereabouts(thing: "AppliedObject") -> str:
    """Return which object is meant, behind the place that declares it where there is one."""
    named = f"{thing.kind} {thing.name}"
    return f"{thing.place}: {named}" if thing.place else named


def _shown(change: "Change") -> str:
    if any(isinstance(text, str) and "\n" in text for text in (change.before, change.after)):
        return f"{change.field}{_of_lines(change.before, change.after)}"
    before, after = cell(plain(change.before)), cell(plain(change.after))
    if change.before is None:
        return f"{change.field}: {after}"
    if isinstance(change.before, bool) and change.after is None:  # what holds is not written out
        after = cell(not change.before)
    return f"{change.field}: {before} → {after or '(default)'}"


def _of_lines(before: object, after: object) -> str:
    """Return what a longer text begins with, or its first line that differs; `…`: there is more."""
    old, new = (str(text or "").split("\n") for text in (before, after))
    if before is None:
        return f": {cell(new[0])} …"
    if after is None:
        return f": {cell(old[0])} … → (default)"
    pairs = list(zip_longest(old, new))
    place = next(n for n, (was, now) in enumerate(pairs) if was != now)
    more = " …" if any(was != now for was, now in pairs[place + 1 :]) else ""
    was, now = ("(no line)" if line is None else cell(line) or "(empty)" for line in pairs[place])
    return f", line {place + 1}: {was} → {now}{more}"


def _difference(thing: "AppliedObject") -> str:
    """Return how an object differs, nothing where it does not."""
    sign = _SIGNS.get(thing.result)
    if sign is None:
        return ""
    place = f"  ({thing.place})" if thing.place else ""
    lines = [f"{sign} {thing.kind} {thing.name}{place}"]
    lines += [f"    {_shown(change)}" for change in thing.changes]
    if thing.losses:
        lines.append(f"    takes along: {_lost(thing.losses)}")
    return "\n".join(lines)


def _lost(losses: "Mapping[str, int]") -> str:
    """Return what goes along: `3 records, 1 secret`."""
    return ", ".join(
        f"{n} {(name if n != 1 else name.removesuffix('s')).replace('_', '-')}"
        for name, n in losses.items()
    )


OBJECTS: "View[AppliedObject]" = View(
    {
        "kind": lambda o: o.kind,
        "name": lambda o: o.name,
        "result": lambda o: o.result,
        "changes": lambda o: o.changes,
        "error": lambda o: None if o.error is None else error_document(o.error),
        "place": lambda o: o.place,
        "losses": lambda o: o.losses,
    },
    table=("kind", "name", "result"),
)

DIFFERENCES: "View[AppliedObject]" = View(OBJECTS.fields, prose=_difference)

_FIELDS = {
    "objects": lambda a: [OBJECTS.document(each) for each in a.objects],
    "created": lambda a: a.count("created"),
    "updated": lambda a: a.count("updated"),
    "unchanged": lambda a: a.count("unchanged"),
    "removed": lambda a: a.count("removed"),
    "failed": lambda a: a.count("failed"),
    "left": lambda a: a.left,
    "is_dry_run": lambda a: a.is_dry_run,
}

APPLIED: "View[Applied]" = View(_FIELDS, rows=Rows(lambda a: a.objects, OBJECTS, are_lines=True))
DIFFERENCE: "View[Applied]" = View(
    _FIELDS, rows=Rows(lambda a: a.objects, DIFFERENCES, are_lines=True)
)

_SECTIONS = (
    *("providers", "domains", "oauth_apps", "record_types", "link_rules"),
    *("enrich_policies", "companies", "accounts"),
)
EXPORTED: "View[Mapping[str, object]]" = View({name: itemgetter(name) for name in _SECTIONS})
