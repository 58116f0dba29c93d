"""Values of ours as JSON, as a cell of a table and as a cell of a spreadsheet."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import cache

from mailctl.domain.secret import Secret, SecretRef
from mailctl.domain.servers import bracketed
from mailctl.output.terminal import harmless, one_line

# What a spreadsheet takes for a formula (OWASP, CSV injection), full-width forms included.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_PLAIN = {str, int, float, bool, type(None)}
_UNITS = (("w", 7 * 86400), ("d", 86400), ("h", 3600), ("m", 60))


def plain(value: object) -> object:
    """Return the value in JSON's types: times RFC 3339 in UTC, periods as 7d.

    Raises TypeError for a secret: no view may hold one.
    """
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is list or kind is tuple:
        return [plain(item) for item in value]  # type: ignore[attr-defined]
    if isinstance(value, datetime):
        moment = value if value.tzinfo is UTC else value.astimezone(UTC)
        # not strftime: its %Y writes the year 500 with three digits
        return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    if isinstance(value, Secret):
        raise TypeError("a secret is no output")
    if isinstance(value, Enum):
        return plain(value.value)
    if isinstance(value, timedelta):
        return _period(value)
    return _compound(value)


def _compound(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(name): plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if is_dataclass(value) and not isinstance(value, type | SecretRef):
        return {name: plain(getattr(value, name)) for name in _names(type(value))}
    return str(value)


@cache
def _names(kind: type) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind))


def as_json(value: object, *, indent: int | None = None) -> str:
    """Return JSON of a plain value, what could command a terminal escaped (RFC 8259 section 7)."""
    return harmless(_encoder(indent).encode(value))


@cache
def _encoder(indent: int | None) -> json.JSONEncoder:
    return json.JSONEncoder(ensure_ascii=False, indent=indent)


def cell(value: object) -> str:
    """Return a plain value as one line for a person."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(cell(item) for item in value)
    if isinstance(value, dict):
        return _of_mapping(value)
    return one_line(str(value))


def csv_cell(value: object) -> object:
    """Return a plain value for a spreadsheet.

    Text that would start a formula gets an apostrophe in front; lists, objects
    and yes-or-no are JSON.
    """
    if isinstance(value, bool | list | dict):
        return as_json(value)
    if isinstance(value, str):
        text = harmless(value)
        return f"'{text}" if text.startswith(_FORMULA_STARTS) else text
    return value


def _of_mapping(value: dict[str, object]) -> str:
    match value:
        case {"name": name, "address": address}:
            return one_line(f"{name} <{address}>" if name else str(address))
        case {"host": host, "port": port, "security": security}:
            return one_line(f"{bracketed(str(host))}:{port} ({security})")
        case {"title": title, "command": command}:
            return one_line(f"{title}: {command}")
        case {"fact": fact, "supports": supports}:
            return one_line(f"{fact} ({supports})")
        case {"step": step, "outcome": outcome, "ms": ms, "detail": detail}:
            return one_line(f"{step}: {outcome} ({ms} ms) {detail}")
        case {"provider": provider, "reason": reason}:
            return one_line(f"{provider}: {reason}")
        case {"message": message, "hint": hint}:
            return one_line(f"{message} (hint: {hint})" if hint else str(message))
        case {"message": message, "exit_code": _}:
            return one_line(str(message))
    return one_line(", ".join(f"{name}: {cell(item)}" for name, item in value.items()))


def _period(value: timedelta) -> str:
    seconds = int(value.total_seconds())
    for unit, length in _UNITS:
        if seconds and seconds % length == 0 and (unit != "w" or seconds // length > 1):
            return f"{seconds // length}{unit}"
    return f"{seconds}s"
