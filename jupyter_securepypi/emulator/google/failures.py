"""Refusals of Google's services, in two forms: google.rpc.Status (AIP-193) and OAuth 2 (RFC 6749, 5.2)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from ..http import Response

_STATUS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
}


@dataclass
class GoogleError(Exception):
    """A refusal.

    Attributes:
        status: HTTP status.
        message: Google's words.
        reason: of the ErrorInfo, such as ``IAM_PERMISSION_DENIED``; empty for none.
        oauth: OAuth's code, such as ``invalid_grant``, where a token endpoint refuses; else empty.
        subtype: OAuth's ``error_subtype``, such as ``invalid_rapt``.
    """

    status: int
    message: str
    reason: str = ""
    oauth: str = ""
    subtype: str = ""

    def __str__(self) -> str:
        return f"{self.status}: {self.message}"


def answer_of(error: GoogleError) -> Response:
    """Return `error` as JSON."""
    if error.oauth:
        found: dict[str, Any] = {"error": error.oauth, "error_description": error.message}
        return as_json(found | ({"error_subtype": error.subtype} if error.subtype else {}), error.status)
    status: dict[str, Any] = {
        "code": error.status,
        "message": error.message,
        "status": _STATUS.get(error.status, "UNKNOWN"),
    }
    if error.reason:
        kind = "type.googleapis.com/google.rpc.ErrorInfo"
        status["details"] = [{"@type": kind, "reason": error.reason, "domain": "googleapis.com"}]
    return as_json({"error": status}, error.status)


def as_json(values: Any, status: int = 200) -> Response:
    """Return `values` as a JSON answer."""
    return Response(status, {"Content-Type": "application/json; charset=UTF-8"}, json.dumps(values).encode())
