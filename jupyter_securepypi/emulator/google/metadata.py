"""The metadata server of a virtual machine (Compute Engine, "Predefined metadata keys").

It hands out the same token until five minutes before its expiry; for tokens of less than an hour, accordingly.
"""

from __future__ import annotations

import json
import threading
import time

from ..http import Request, Response
from .failures import GoogleError, as_json
from .tokens import LIFETIME, Issued, TokenBook
from .world import NOTEBOOK, NUMBER, PROJECT

_FLAVOR = {"Metadata-Flavor": "Google", "Server": "Metadata Server for VM"}
_ROOT = "/computeMetadata/v1/"
_KEPT_UNTIL = 300.0 / LIFETIME  # of a token's lifetime
_ACCOUNT = {
    "aliases": ["default"],
    "email": NOTEBOOK,
    "scopes": ["https://www.googleapis.com/auth/cloud-platform"],
}


class MetadataServer:
    """Answers for a machine that runs as the service account `NOTEBOOK`; safe for threads."""

    def __init__(self, book: TokenBook) -> None:
        self._book = book
        self._lock = threading.Lock()
        self._token: Issued | None = None

    def forget(self) -> None:
        """Forget the token that is handed out."""
        with self._lock:
            self._token = None

    def answer(self, request: Request) -> Response:
        """Answer a request.

        Raises:
            GoogleError: there is nothing at this path.
        """
        if request.path == "/":
            return Response(200, {**_FLAVOR, "Content-Type": "application/text"}, b"computeMetadata/\n")
        if request.headers.get("metadata-flavor") != "Google":
            text = b"Your client does not have permission: the header Metadata-Flavor:Google is missing."
            return Response(403, {**_FLAVOR, "Content-Type": "text/html; charset=UTF-8"}, text)
        found = self._found(request.path.removeprefix(_ROOT).rstrip("/"))
        body = found.encode() if isinstance(found, str) else json.dumps(found).encode()
        kind = "application/text" if isinstance(found, str) else "application/json"
        return Response(200, {**_FLAVOR, "Content-Type": kind}, body)

    def _found(self, path: str) -> object:
        place, _, last = path.rpartition("/")
        if place in (f"instance/service-accounts/{name}" for name in ("default", NOTEBOOK)) and last == "token":
            issued = self._current()
            kind = "Bearer"
            return {"access_token": issued.secret, "expires_in": issued.seconds_left, "token_type": kind}
        known: dict[str, object] = {
            "project/project-id": PROJECT,
            "project/numeric-project-id": NUMBER,
            "universe/universe-domain": "googleapis.com",
            "instance/service-accounts/default": _ACCOUNT,
            f"instance/service-accounts/{NOTEBOOK}": _ACCOUNT,
            "instance/service-accounts/default/email": NOTEBOOK,
        }
        if path not in known:
            raise GoogleError(404, "not found")
        return known[path]

    def _current(self) -> Issued:
        with self._lock:
            if self._token is None or self._token.expires_at - time.time() < self._book.lifetime * _KEPT_UNTIL:
                self._token = self._book.issue(NOTEBOOK)
            return self._token


def missing(error: GoogleError) -> Response:
    """Return the server's refusal."""
    found = as_json({"error": error.message}, error.status)
    return Response(found.status, {**found.headers, **_FLAVOR}, found.body)
