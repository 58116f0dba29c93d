"""The JSON Schema of what files may declare: what `export` writes, and all that is as good."""

from typing import Any

from mailctl.domain.providers import ProviderKind
from mailctl.domain.secret import SecretScheme
from mailctl.domain.settings import SETTINGS
from mailctl.output.contract.declared import Export
from mailctl.output.contract.schemas import DRAFT, Schema, Schemas

_WORD = ["string", "number", "boolean", "null"]
"""A word is read as it is written, whatever YAML takes it for; null: its default."""
_VARIABLE: Schema = {"type": "string", "pattern": r"\$\{"}
_YES_NO = [True, False, None, "true", "false", "yes", "no", "on", "off"]


def files_schema(version: int) -> Schema:
    """Return the schema of one document of a file."""
    schemas = Schemas(is_strict=True, open_shapes=frozenset())
    schemas.of(Export)
    sections = schemas.shared.pop("Export")["properties"]
    shapes = {name: _object(shape) for name, shape in schemas.shared.items()}
    _provider(shapes["DeclaredProvider"]["properties"])
    settings = {"type": ["object", "null"], "properties": _settings()}
    account = shapes["DeclaredAccount"]["properties"]
    account["settings"] = {**settings, "additionalProperties": False}
    for shape in shapes.values():
        if "secret" in shape["properties"]:
            shape["properties"]["secret"] = _secret()
    return {
        "$schema": DRAFT,
        "$id": f"urn:mailctl:{version}:files",
        "title": "a file of mailctl apply",
        "type": "object",
        "properties": {
            name: {**section, "type": ["array", "null"]} for name, section in sections.items()
        },
        "patternProperties": {"^x-": {}},
        "additionalProperties": False,
        "$defs": shapes,
    }


def _object(shape: Schema) -> Schema:
    """Return the shape of a thing of which only its name has to be said."""
    properties = {name: _loose(value) for name, value in shape["properties"].items()}
    return {**shape, "properties": properties, "required": [next(iter(properties))]}


def _loose(value: Schema) -> Schema:
    told = {key: text for key, text in value.items() if key == "description"}
    kind, choice = value.get("type"), value.get("enum")
    if kind == "array":
        item = _loose(value["items"])
        return {**told, "anyOf": [{"type": "array", "items": item}, item]}
    if kind == "boolean" or (choice and isinstance(choice[0], bool)):
        return {**told, "anyOf": [{"enum": _YES_NO}, _VARIABLE]}
    if choice:
        return {**told, "anyOf": [{"enum": [*choice, None]}, _VARIABLE]}
    return {**told, "type": _WORD}


def _provider(properties: dict[str, Any]) -> None:
    kinds = [str(kind) for kind in (ProviderKind.IMAP, ProviderKind.EWS)]
    properties["kind"] = _loose({"enum": kinds})
    properties["domains"] = _loose({"type": "array", "items": {"type": "string"}})


def _settings() -> Schema:
    value = _loose({"type": "array", "items": {"type": "string"}})
    return {
        name: {**value, "description": setting.about}
        for setting in SETTINGS.values()
        for name in dict.fromkeys((setting.attribute, setting.name))
    }


def _secret() -> Schema:
    places = "|".join(SecretScheme)
    return {
        "type": ["string", "null"],
        "description": "where the secret is, such as env:NAME; never the secret",
        "pattern": rf"^({places})(:|$)|\$\{{",
    }
