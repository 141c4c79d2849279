"""The REST verbs and their schemas, from the OpenAPI file that the server holds requests against."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jupyter_securepypi.server.openapi import description

from .events import kind_of
from .markdown import code, escaped, table


def text() -> str:
    """Return what holds for all verbs, and a section for each."""
    found = description()
    parts = [escaped(found["info"]["description"]) + "\n"]
    for path, verbs in found["paths"].items():
        for verb, operation in verbs.items():
            if verb != "parameters":
                parts.append(_operation(found, path, verb, operation))
    return "\n".join(parts)


def schemas_text() -> str:
    """Return a section for each schema that answers and bodies have."""
    found = description()["components"]["schemas"]
    return "\n".join(_schema(name, schema) for name, schema in found.items())


def _operation(found: dict[str, Any], path: str, verb: str, operation: dict[str, Any]) -> str:
    head = f"### {code(f'{verb.upper()} /securepypi{path}')}\n\n{escaped(operation['summary'])}\n"
    lines = list(_lines(found, operation))
    return "\n".join([head, *(f"- {line}" for line in lines), ""])


def _lines(found: dict[str, Any], operation: dict[str, Any]) -> Iterator[str]:
    for named in operation.get("parameters", ()):
        parameter = _resolved(found, named)
        needed = "" if parameter.get("required") else ", may be left out"
        kind = _linked(parameter["schema"])
        yield f"{code(parameter['name'])} ({kind}{needed}): {escaped(parameter['description'])}"
    if "requestBody" in operation:
        yield f"Body: {_content(_resolved(found, operation['requestBody']))}"
    for status, named in operation["responses"].items():
        answer = _resolved(found, named)
        name = "Else" if status == "default" else f"Answer {status}"
        yield f"{name}: {_content(answer)}. {escaped(answer.get('description', ''))}".replace("nothing. ", "")


def _resolved(found: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Return what a part refers to, such as ``#/components/responses/Status``; or the part itself."""
    if "$ref" not in part:
        return part
    _, components, kind, name = part["$ref"].split("/")
    named: dict[str, Any] = found[components][kind][name]
    return named


def _content(part: dict[str, Any]) -> str:
    kinds = [_linked(one["schema"]) for one in part.get("content", {}).values() if "schema" in one]
    return ", ".join(kinds) or "nothing"


def _linked(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[`{name}`](#{name.lower()})"
    return escaped(kind_of(schema))


def _schema(name: str, schema: dict[str, Any]) -> str:
    said = escaped(schema.get("description", ""))
    head = f"### {name}\n\n{said}\n" if said else f"### {name}\n"
    members = schema.get("properties")
    if not members:
        return f"{head}\n{escaped(kind_of(schema))}\n"
    needed = schema.get("required", ())
    rows = [
        (code(one) + ("" if one in needed else " (may be absent)"), _linked(member), _said(member))
        for one, member in members.items()
    ]
    return f"{head}\n{table(['member', 'type', 'says'], rows)}"


def _said(member: dict[str, Any]) -> str:
    return escaped(member.get("description", ""))
