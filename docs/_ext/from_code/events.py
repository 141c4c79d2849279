"""The events that the server emits, from their schemas."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

import jupyter_securepypi

from .markdown import code, escaped, table

_FOLDER = Path(jupyter_securepypi.__file__).parent / "server/events"


def schemas() -> list[dict[str, Any]]:
    """Return the schemas, by the names of their files."""
    return [yaml.safe_load(file.read_text(encoding="utf-8")) for file in sorted(_FOLDER.glob("*.yaml"))]


def text() -> str:
    """Return a section for each event."""
    return "\n".join(_event(schema) for schema in schemas())


def _event(schema: dict[str, Any]) -> str:
    rows = [
        (code(name), escaped(kind_of(member)), escaped(member.get("description", "")))
        for name, member in schema["properties"].items()
    ]
    head = f"## {schema['title']}\n\n{escaped(schema['description'])} Schema: {code(schema['$id'])}\n"
    return f"{head}\n{table(['member', 'type', 'says'], rows)}"


def kind_of(schema: dict[str, Any]) -> str:
    """Return the type of a member of a JSON schema, in words."""
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "enum" in schema:
        return " or ".join("null" if value is None else f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(kind_of(one) for one in schema[several])
    kinds = schema.get("type", "anything")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    named = [
        f"list of {kind_of(schema['items'])}" if kind == "array" and "items" in schema else kind
        for kind in kinds
    ]
    if "object" in named and isinstance(schema.get("additionalProperties"), dict):
        named[named.index("object")] = f"object of {kind_of(schema['additionalProperties'])}"
    return " or ".join(named)
