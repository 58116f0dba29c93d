"""The JSON Schema of what a command writes, and of failures."""

from functools import reduce
from operator import or_
from types import GenericAlias
from typing import Any

from mailctl.output.contract.failures import Complaint, Failure
from mailctl.output.contract.schemas import DRAFT, Schema, Schemas
from mailctl.output.contract.shapes import lines_of, shape_of
from mailctl.output.view import Results
from mailctl.records import dataclass

VERSION = 1
"""Counts up should a field ever be renamed, removed, or mean something else."""


@dataclass(frozen=True)
class CommandSchema:
    """What a command writes: with -o json, and as a line with -o ndjson."""

    command: str
    results: Results

    @property
    def writes(self) -> str:
        """Whether JSON is an object, or an array, or may be either."""
        told = {"object": self.results.one, "array": self.results.many}
        return " or ".join(name for name, views in told.items() if views)

    def document(self, *, is_strict: bool = False) -> Schema:
        """Return the schema of the JSON; strict is that no keys but those told are allowed."""
        kinds: list[Any] = [shape_of(view) for view in self.results.one]
        many = [shape_of(view) for view in self.results.many]
        if many:
            kinds.append(GenericAlias(list, _any_of(many)))
        return _told(self.command, kinds, is_strict=is_strict)

    def line(self, *, is_strict: bool = False) -> Schema:
        """Return the schema of a line of NDJSON."""
        kinds = [shape for view in self.results.one for shape in lines_of(view)]
        kinds += [shape_of(view) for view in self.results.many]
        return _told(f"{self.command}, a line", kinds, is_strict=is_strict)


def error_schema(*, is_strict: bool = False) -> Schema:
    """Return the schema of a failure on standard error."""
    return _told("error", [Complaint], is_strict=is_strict)


def _told(name: str, kinds: list[Any], *, is_strict: bool) -> Schema:
    schemas = Schemas(is_strict, open_shapes=frozenset({Failure}))
    schema = schemas.of(_any_of(kinds))
    return {
        "$schema": DRAFT,
        "$id": f"urn:mailctl:{VERSION}:{name.replace(',', '').replace(' ', '-')}",
        "title": name if name == "error" else f"mailctl {name}",
        **schema,
        "$defs": schemas.shared,
    }


def _any_of(kinds: list[Any]) -> Any:
    return reduce(or_, dict.fromkeys(kinds))
