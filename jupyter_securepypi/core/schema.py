"""Read our own state files: a value of another type than its schema says counts as damage, never as a value."""

from __future__ import annotations

import json
from math import isfinite
from pathlib import Path
from typing import Any, Dict, List, Mapping

from .secret import SecretBytes, SecretDict


def read_object(path: Path) -> Dict[str, Any]:
    """Return the JSON object in a file; a missing or damaged one counts as empty."""
    try:
        data = parsed(SecretBytes(path.read_bytes()))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def parsed(text: bytes) -> Any:
    """Return the JSON value in `text`; objects in it show nothing of a secret of theirs.

    Raises:
        ValueError: it is not JSON, or too deeply nested to be of ours.
    """
    try:
        return json.loads(text, object_hook=SecretDict)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def text(data: Mapping[str, Any], name: str, default: Any = None, errors: str = "strict") -> str:
    """Return a text that a file can hold.

    Args:
        data: the object.
        name: the name in it.
        default: the value where the name is missing.
        errors: how the text is encoded; ``surrogateescape`` for a path.

    Raises:
        ValueError: it is something else.
    """
    # In no variable: it may be a secret.
    if not isinstance(data.get(name, default), str) or b"\0" in data.get(name, default).encode("utf-8", errors):
        raise ValueError(f"{name} is not text")
    return data.get(name, default)  # type: ignore[no-any-return]


def number(data: Mapping[str, Any], name: str) -> float:
    """Return a finite number.

    Raises:
        ValueError: it is something else.
    """
    value = data.get(name)
    try:
        if not isinstance(value, bool) and isinstance(value, (int, float)) and isfinite(value):
            return float(value)
    except OverflowError:  # an integer that no float holds
        pass
    raise ValueError(f"{name} is not a number")


def texts(data: Mapping[str, Any], name: str, default: Any = None) -> List[str]:
    """Return a list of texts; `default` where the name is missing.

    Raises:
        ValueError: it is something else.
    """
    value = data.get(name, default)
    if not isinstance(value, (list, tuple)) or not all(isinstance(one, str) for one in value):
        raise ValueError(f"{name} is not a list of texts")
    return list(value)


def truth(data: Mapping[str, Any], name: str, default: Any = None) -> bool:
    """Return true or false; `default` where the name is missing.

    Raises:
        ValueError: it is something else.
    """
    value = data.get(name, default)
    if not isinstance(value, bool):
        raise ValueError(f"{name} is neither true nor false")
    return value
