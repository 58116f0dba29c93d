"""What a message has of its conversation: what it lacks itself, from the newest that has it."""

from collections.abc import Collection, Iterable, Mapping, Sequence

from mailctl.domain.links import ObjectNoun, Step
from mailctl.store.linking import Member
from mailctl.store.links import LinkRow

Removed = Mapping[int, Collection[tuple[ObjectNoun, int]]]


def inherited(
    members: Sequence[Member], own: Mapping[int, Iterable[LinkRow]], removed: Removed
) -> dict[int, list[LinkRow]]:
    """Return what each member of one conversation inherits.

    It depends on what messages have of their own alone, so on no order. Who may be meant is
    chosen among by the conversation: nobody else comes in. What a person took away stays away.
    """
    values: dict[str, tuple[Member, list[LinkRow]]] = {}
    for member in sorted(members, key=lambda each: (each.date, each.number), reverse=True):
        filled: dict[str, list[LinkRow]] = {}
        for link in own.get(member.number, ()):
            if not link.is_candidate:
                filled.setdefault(link.field, []).append(link)
        for field, links in filled.items():
            values.setdefault(field, (member, links))
    found: dict[int, list[LinkRow]] = {}
    for member in members if values else ():
        has = list(own.get(member.number, ()))
        full = {link.field for link in has if not link.is_candidate}
        for field, (source, links) in values.items():
            if field in full:
                continue
            among = {link.object for link in has if link.field == field}
            found.setdefault(member.number, []).extend(
                _passed_on(link, source)
                for link in links
                if (not among or link.object in among)
                and (link.noun, link.object) not in removed.get(member.number, ())
            )
    return found


def _passed_on(link: LinkRow, source: Member) -> LinkRow:
    return link._replace(step=Step.THREAD, rule=None, place="thread", evidence=source.id)
