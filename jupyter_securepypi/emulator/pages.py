"""Long answers in pages: maxResults and nextToken."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from .errors import AwsError

_MOST = 1000


def cut(name: str, items: list[dict[str, Any]], max_results: str, next_token: str) -> dict[str, Any]:
    """Return one page of `items` under `name`, with ``nextToken`` if more follow.

    Args:
        name: member of the answer that holds the items.
        items: all items, in order.
        max_results: the sent value; it must be a whole number from 1 to 1000.
        next_token: the sent value; it must come from an earlier page, or be empty.

    Raises:
        AwsError: a sent value is not valid.
    """
    if not max_results.isdigit() or not 1 <= int(max_results) <= _MOST:
        raise invalid(f"Value '{max_results}' at 'maxResults' must be between 1 and {_MOST}")
    start = _position(name, next_token) if next_token else 0
    end = start + int(max_results)
    page: dict[str, Any] = {name: items[start:end]}
    if end < len(items):
        page["nextToken"] = base64.urlsafe_b64encode(f"{name}:{end}".encode()).decode()
    return page


def invalid(message: str) -> AwsError:
    """Return CodeArtifact's refusal of a parameter."""
    return AwsError("ValidationException", message, 400, {"reason": "FIELD_VALIDATION_FAILED"})


def _position(name: str, token: str) -> int:
    try:
        kind, _, position = base64.b64decode(token, altchars=b"-_", validate=True).decode().partition(":")
        if kind == name:
            return int(position)
    except (binascii.Error, ValueError):
        pass
    raise invalid("The nextToken is not valid")
