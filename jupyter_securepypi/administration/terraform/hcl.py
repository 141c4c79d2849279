"""Values as Terraform's expressions, laid out as `terraform fmt` leaves them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_CONTROL = re.compile(r"[\x00-\x1f]")
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*", re.ASCII)


@dataclass(frozen=True)
class References:
    """What stands in a configuration in place of known texts.

    Attributes:
        texts: text → the expression that has it as its value.
        lists: an element of lists → the expression that lists what the element stands for.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    lists: Mapping[str, str] = field(default_factory=dict)


def expression(value: Any, references: References | None = None) -> str:
    """Return JSON's `value` as an expression; lines after the first are indented for an argument at the margin."""
    return _expression(value, references or References(), 0)


def quoted(text: str) -> str:
    """Return `text` as a quoted template that has exactly `text` as its value."""
    # HCL's specification, "Quoted templates": of JSON's escapes it lacks two, and two of its own begin with $ and %.
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("${", "$${").replace("%{", "%%{")
    return '"' + _CONTROL.sub(lambda one: f"\\u{ord(one[0]):04x}", escaped) + '"'


def _expression(value: Any, references: References, depth: int) -> str:
    if isinstance(value, Mapping):
        return _object(value, references, depth)
    if isinstance(value, str):
        return references.texts.get(value) or quoted(value)
    if isinstance(value, Sequence):
        return _list(value, references, depth)
    return json.dumps(value)


def _list(values: Sequence[Any], references: References, depth: int) -> str:
    known = [references.lists[one] for one in values if isinstance(one, str) and one in references.lists]
    if known:
        return known[0] if len(known) == 1 else f"distinct(concat({', '.join(known)}))"
    if all(isinstance(one, str) for one in values):
        return f"[{', '.join(_expression(one, references, depth) for one in values)}]"
    inner = "  " * (depth + 1)
    lines = [f"{inner}{_expression(one, references, depth + 1)}" for one in values]
    return "[\n" + ",\n".join(lines) + f"\n{'  ' * depth}]"


def _object(values: Mapping[str, Any], references: References, depth: int) -> str:
    written = {_key(name): _expression(one, references, depth + 1) for name, one in values.items()}
    lines: list[str] = []
    for block in _neighbours(written):
        width = max(map(len, block))
        lines += [f"{name:{width}} = {written[name]}" for name in block]
    inner = "  " * (depth + 1)
    return "{\n" + "".join(f"{inner}{line}\n" for line in lines) + "  " * depth + "}"


def _neighbours(written: Mapping[str, str]) -> list[list[str]]:
    """Return the names whose equals signs stand below each other: a value of several lines stands alone."""
    blocks: list[list[str]] = []
    together = False
    for name, text in written.items():
        if together and "\n" not in text:
            blocks[-1].append(name)
        else:
            blocks.append([name])
        together = "\n" not in text
    return blocks


def _key(name: str) -> str:
    return name if _IDENTIFIER.fullmatch(name) else quoted(name)


def variable(name: str, description: str, kind: str, default: Any, more: str = "") -> str:
    """Return the declaration of a variable.

    Args:
        name: of the variable.
        description: for whoever sets it.
        kind: its type, as Terraform writes it.
        default: JSON's value.
        more: lines of the block to come after these.
    """
    return (
        f"variable {quoted(name)} {{\n"
        f"  description = {quoted(description)}\n"
        f"  type        = {kind}\n"
        f"  default     = {expression(default)}\n{more}}}\n"
    )
