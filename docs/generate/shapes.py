"""What commands write as JSON: the shapes that their schemas are made of, each told once."""

from collections.abc import Iterator
from typing import Any

from docs.generate.tree import Command

_REF = "#/$defs/"


def schema_of(command: Command) -> dict[str, Any]:
    """Return the schema of the JSON, empty where the command writes none."""
    return command.schema.document() if command.schema else {}


def names_of_fields(command: Command) -> list[str]:
    """Return the fields at the top of each thing that a command writes."""
    schema = schema_of(command)
    names: dict[str, None] = {}
    for shape in _tops(schema):
        names.update(dict.fromkeys(schema["$defs"].get(shape, {}).get("properties", {})))
    return list(names)


def _tops(schema: dict[str, Any]) -> Iterator[str]:
    for part in schema.get("anyOf", [schema]):
        inner = part.get("items", part)
        for shape in inner.get("anyOf", [inner]):
            if "$ref" in shape:
                yield shape["$ref"].removeprefix(_REF)


def every_shape(commands: list[Command]) -> dict[str, dict[str, Any]]:
    """Return the schema of each shape by its name. Raises ValueError where two differ."""
    shapes: dict[str, dict[str, Any]] = {}
    for command in commands:
        for name, shape in schema_of(command).get("$defs", {}).items():
            if shapes.setdefault(name, shape) != shape:
                raise ValueError(f"mailctl {command.name} has another {name} than others")
    return dict(sorted(shapes.items()))


def kind_of(schema: dict[str, Any]) -> str:
    """Return in words what a value is, in Markdown; shapes lead to where they are told."""
    if "$ref" in schema:
        name = schema["$ref"].removeprefix(_REF)
        return f"[{name}](#{anchor(name)})"
    if "anyOf" in schema:
        return " or ".join(kind_of(part) for part in schema["anyOf"])
    if "enum" in schema:
        return ", ".join("null" if word is None else f"`{word}`" for word in schema["enum"])
    kinds = schema.get("type", "anything")
    names = [kinds] if isinstance(kinds, str) else kinds
    return " or ".join(_name(name, schema) for name in names)


def _name(name: str, schema: dict[str, Any]) -> str:
    if name == "array":
        return f"array of {kind_of(schema['items'])}"
    if name == "object" and "additionalProperties" in schema:
        return f"object of {kind_of(schema['additionalProperties'])} by name"
    if name == "string" and schema.get("format") == "date-time":
        return "time"
    if name == "string" and "wdhms" in schema.get("pattern", ""):
        return "period"
    return name


def anchor(name: str) -> str:
    """Return the anchor of a shape."""
    return f"shape-{name.lower()}"
