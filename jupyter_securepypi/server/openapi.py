"""``openapi.yaml``, and the check of requests against it: the server accepts exactly what it describes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from ..core.errors import SecurePyPIError

LARGEST = 262_144
"""The most bytes of a request's body."""
_MANNERS = {
    "string": "a string",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "object": "an object",
    "array": "a list",
    "null": "null",
}


class BadRequest(SecurePyPIError):
    """A client sent an invalid request."""


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description of our verbs."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    text = Path(__file__).with_name("openapi.yaml").read_text(encoding="utf-8")
    found: dict[str, Any] = yaml.load(text, Loader=loader)  # noqa: S506 one of the two safe loaders # nosec B506
    return found


def body_of(body: bytes, form: str) -> dict[str, Any]:
    """Return a JSON body that fits a schema, with defaults for absent members.

    Args:
        body: the bytes that the client sent.
        form: the name of the schema, which describes an object.

    Raises:
        BadRequest: the body does not fit; the error quotes no value, because values may be long or secret.
    """
    if len(body) > LARGEST:
        raise BadRequest(f"The body has more than {LARGEST} bytes.")
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest("The body is not JSON.", remedy=f"send an object with {_members(form)}") from None
    _check(data, {"$ref": f"#/components/schemas/{form}"}, "the body")
    schema = description()["components"]["schemas"][form]
    return {**_defaults(schema["properties"]), **data}


def query_of(arguments: Mapping[str, Sequence[bytes]], path: str) -> dict[str, Any]:
    """Return the query of GET `path`, which has texts and whole numbers, with defaults filled in.

    Raises:
        BadRequest: a parameter is wrong; the error names it.
    """
    operation = description()["paths"][path]["get"]
    parameters = [_referred(one) for one in operation.get("parameters", ())]
    schemas = {one["name"]: _referred(one["schema"]) for one in parameters}
    found = _defaults(schemas)
    for name, schema in schemas.items():
        if name in arguments:
            text = arguments[name][-1].decode("utf-8", "replace")
            is_number = schema["type"] == "integer" and text.isdecimal() and len(text) < 10
            value: object = int(text) if is_number else text
            _check(value, schema, name)
            found[name] = value
    lacking = [one["name"] for one in parameters if one.get("required") and one["name"] not in found]
    if lacking:
        raise BadRequest(f"The query lacks {', '.join(lacking)}.")
    return found


def _referred(part: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return what `part` stands for, where it is a reference into the description."""
    found: Mapping[str, Any] = part
    if "$ref" in part:
        found = description()
        for name in part["$ref"].removeprefix("#/").split("/"):
            found = found[name]
    return found


def _defaults(schemas: Mapping[str, Any]) -> dict[str, Any]:
    return {name: schema["default"] for name, schema in schemas.items() if "default" in schema}


def _members(form: str) -> str:
    return ", ".join(description()["components"]["schemas"][form]["properties"])


def _check(data: object, schema: Mapping[str, Any], name: str) -> None:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    whole = {"components": description()["components"], **schema}
    error = best_match(Draft202012Validator(whole).iter_errors(data))
    if error is None:
        return
    place = ".".join(str(step) for step in error.absolute_path) or name
    raise BadRequest(f"{place[0].upper()}{place[1:]} {_complaint(error)}.", remedy=_remedy(schema))


def _complaint(error: Any) -> str:
    rule, limit = error.validator, error.validator_value
    if rule == "type":
        kinds = limit if isinstance(limit, list) else [limit]
        return f"must be {' or '.join(_MANNERS[kind] for kind in kinds)}"
    if rule == "required":
        return f"lacks {', '.join(repr(name) for name in limit if name not in error.instance)}"
    if rule == "additionalProperties":
        known = error.schema["properties"]
        return f"has unknown members: {len(set(error.instance) - set(known))} besides {', '.join(known)}"
    if rule == "enum":
        return f"must be one of {', '.join(map(str, limit))}"
    if rule in ("minimum", "maximum"):
        return f"must be at {'least' if rule == 'minimum' else 'most'} {limit}"
    if rule in ("minLength", "maxLength"):
        return f"must have at {'least' if rule == 'minLength' else 'most'} {limit} characters"
    return "does not have the form that openapi.yaml describes"


def _remedy(schema: Mapping[str, Any]) -> str:
    reference = schema.get("$ref", "")
    return f"send an object with {_members(reference.rpartition('/')[2])}" if reference else ""
