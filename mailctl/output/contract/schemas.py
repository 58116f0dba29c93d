"""Python's types as JSON Schema (draft 2020-12), as `values.plain` writes values of them."""

import types
from collections.abc import Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import (
    Annotated,
    Any,
    Literal,
    NewType,
    NotRequired,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from mailctl.records import dataclass

DRAFT = "https://json-schema.org/draft/2020-12/schema"
Schema = dict[str, Any]
_SIMPLE: dict[object, Schema] = {
    object: {},
    type(None): {"type": "null"},
    str: {"type": "string"},
    Path: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {
        "type": "string",
        "format": "date-time",
        "pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$",
    },
    timedelta: {"type": "string", "pattern": r"^\d+[wdhms]$"},
}


@dataclass
class Schemas:
    """Makes schemas; those of objects with names of their own are shared, in `shared`."""

    is_strict: bool
    """Whether an object may have no keys but those that are told; else more are welcome."""
    open_shapes: frozenset[type]
    """Objects that have further keys, whatever is strict."""
    shared: dict[str, Schema] = field(default_factory=dict)
    _named: dict[str, type] = field(default_factory=dict)

    def of(self, kind: Any) -> Schema:
        """Return the schema of a type. Raises TypeError for one that is in no result."""
        if isinstance(kind, NewType):
            return self.of(kind.__supertype__)
        if kind in _SIMPLE:
            return dict(_SIMPLE[kind])
        origin, parts = get_origin(kind), get_args(kind)
        if origin is None:
            return self._of_class(kind)
        if origin is Annotated:
            return {**self.of(parts[0]), "description": parts[1]}
        if origin is NotRequired:
            return self.of(parts[0])
        if origin is Literal:
            return {"enum": list(parts)}
        if origin in {Union, types.UnionType}:
            return _united([self.of(part) for part in parts])
        if issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(parts[1])}
        if issubclass(origin, Sequence):
            return {"type": "array", "items": self.of(parts[0])}
        raise TypeError(f"no schema is known for {kind}")

    def _of_class(self, kind: Any) -> Schema:
        if not isinstance(kind, type):
            raise TypeError(f"no schema is known for {kind}")
        if issubclass(kind, Enum):
            return {"enum": [member.value for member in kind]}
        if not (is_typeddict(kind) or hasattr(kind, "__dataclass_fields__")):
            raise TypeError(f"no schema is known for {kind}")
        name = kind.__name__
        if self._named.setdefault(name, kind) is not kind:
            raise TypeError(f"two shapes are called {name}")
        if name not in self.shared:
            self.shared[name] = {}  # so that what holds others of its kind comes to an end
            self.shared[name] = self._of_fields(kind)
        return {"$ref": f"#/$defs/{name}"}

    def _of_fields(self, kind: type) -> Schema:
        fields = get_type_hints(kind, include_extras=True)
        required = getattr(kind, "__required_keys__", fields)
        schema: Schema = {
            "description": (kind.__doc__ or "").partition("\n")[0],
            "type": "object",
            "properties": {name: self.of(field) for name, field in fields.items()},
            "required": [name for name in fields if name in required],
        }
        if self.is_strict and kind not in self.open_shapes:
            schema["additionalProperties"] = False
        return schema


def _united(schemas: list[Schema]) -> Schema:
    """Return the schema of what fits one of these; null as a type where that says it."""
    null = {"type": "null"}
    if len(schemas) == 2 and null in schemas:
        other = schemas[1 - schemas.index(null)]
        if isinstance(other.get("type"), str):
            return {**other, "type": [other["type"], "null"]}
        if "enum" in other:
            return {**other, "enum": [*other["enum"], None]}
    return {"anyOf": schemas}
