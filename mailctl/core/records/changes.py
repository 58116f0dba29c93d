"""What a person says of a record or its type, as KEY=VALUE, and the thing after it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from mailctl.core.fitting import fit, fit_number
from mailctl.domain.number_masks import pattern
from mailctl.domain.records import Record, RecordType
from mailctl.errors import BadUsage
from mailctl.records import dataclass

_WRITTEN = re.compile(
    r"\s*([a-z](?:[a-z0-9_-]*[a-z0-9_])?)\s*([+-]?=)(.*)", re.DOTALL | re.IGNORECASE
)
_TYPE_NAME = re.compile(r"[a-z][a-z0-9-]{0,39}")
_FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_OWN_FIELDS = ("id", "type", "number", "title", "owner", "source", "tags", "created_at")
_RESERVED = {*_OWN_FIELDS, "changed_at", "fields", "tag"}
_LONGEST_TITLE, _LONGEST_VALUE, _LONGEST_WORD = 500, 10_000, 100
_MOST_FIELDS, _MOST_TAGS = 100, 100


@dataclass(frozen=True)
class Change:
    """A key, `=`, `+=` or `-=`, and a value; an empty one takes what was there away."""

    key: str
    operator: str
    value: str


def parsed(changes: Iterable[str]) -> list[Change]:
    """Return the changes that are written KEY=VALUE, KEY+=VALUE, KEY-=VALUE. Raises BadUsage."""
    found = []
    for text in changes:
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise BadUsage(
                f"{text[:100]!r} is no change", hint="write KEY=VALUE, e.g. title=Printer"
            )
        found.append(Change(field_key(written[1]), written[2], written[3]))
    return found


def changed_type(kind: RecordType, changes: Iterable[Change]) -> RecordType:
    """Return a type after changes of name, mask and fields. Raises BadUsage."""
    for change in changes:
        if change.key in {"field", "fields"}:
            names = [field_name(word) for word in words_of(change.value)]
            kind = replace(kind, fields=_listed(kind.fields, change.operator, names))
        elif change.operator != "=" or change.key not in {"name", "mask"}:
            raise BadUsage(
                f"{change.key}{change.operator} says nothing of a type",
                hint="write name=NAME, mask=MASK, fields=A,B, fields+=A or fields-=A",
            )
        elif change.key == "name":
            kind = replace(kind, name=type_name(change.value))
        else:
            mask = change.value.strip()
            pattern(mask)
            kind = replace(kind, mask=mask)
    if len(kind.fields) > _MOST_FIELDS:
        raise BadUsage(f"a type has at most {_MOST_FIELDS} fields")
    return kind


def changed_record(record: Record, kind: RecordType, changes: Iterable[Change]) -> Record:
    """Return a record of this type after changes. Raises BadUsage."""
    for change in changes:
        if change.key in {"tag", "tags"}:
            tags = _listed(record.tags, change.operator, tags_of([change.value]))
            record = replace(record, tags=tags)
        elif change.operator != "=":
            raise BadUsage(
                f"{change.key} is one value, not a list", hint=f"write {change.key}=VALUE"
            )
        else:
            record = _with_value(record, kind, change.key, change.value)
    if len(record.tags) > _MOST_TAGS:
        raise BadUsage(f"a record has at most {_MOST_TAGS} tags")
    return record


def _with_value(record: Record, kind: RecordType, key: str, value: str) -> Record:
    match key:
        case "number":
            return replace(record, number=fit_number(value, kind))
        case "title":
            return replace(record, title=fit(value, "the title", _LONGEST_TITLE))
        case "owner":
            return replace(record, owner=fit(value, "the owner", _LONGEST_WORD) or None)
        case _ if key in kind.fields:
            values = {**record.fields, key: fit(value, key, _LONGEST_VALUE)}
            return replace(record, fields={k: v for k in kind.fields if (v := values.get(k))})
    known = ("number", "title", "owner", "tags", *kind.fields)
    raise BadUsage(
        f"{key} is no field of the type {kind.name}",
        hint=f"choose one of {', '.join(known)}; "
        f"or give the type one: mailctl record type set {kind.name} fields+={key}",
    )


def type_name(text: str) -> str:
    """Return the name of a type. Raises BadUsage."""
    name = text.strip().lower()
    if not _TYPE_NAME.fullmatch(name):
        raise BadUsage(
            f"{text[:50]!r} is no name of a type",
            hint="use up to 40 lower-case letters, digits and hyphens, e.g. invoice",
        )
    return name


def field_name(text: str) -> str:
    """Return the name of a field of a type. Raises BadUsage."""
    name = field_key(text)
    if not _FIELD_NAME.fullmatch(name) or name in _RESERVED:
        raise BadUsage(
            f"{text[:50]!r} cannot be the name of a field",
            hint="use up to 40 lower-case letters, digits and _, e.g. due_date; "
            f"every record has {', '.join(_OWN_FIELDS)} already",
        )
    return name


def field_key(text: str) -> str:
    """Return the name of a field as people may write it: `Due-Date` is due_date."""
    return re.sub(r"[\s-]+", "_", text.strip().lower())


def tags_of(texts: Iterable[str]) -> list[str]:
    """Return the tags in texts, which stand between commas or semicolons. Raises BadUsage."""
    return [fit(word, "a tag", _LONGEST_WORD) for text in texts for word in words_of(text)]


def words_of(text: str) -> list[str]:
    """Return what stands between commas or semicolons."""
    return [word.strip() for word in re.split("[,;]", text) if word.strip()]


def _listed(before: Sequence[str], operator: str, given: Sequence[str]) -> tuple[str, ...]:
    match operator:
        case "+=":
            return tuple(dict.fromkeys((*before, *given)))
        case "-=":
            return tuple(each for each in before if each not in given)
        case _:
            return tuple(dict.fromkeys(given))
