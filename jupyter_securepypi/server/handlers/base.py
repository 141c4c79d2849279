"""The base of the handlers: answers, failures, checked input, and work off the event loop."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from jupyter_server.base.handlers import APIHandler
from tornado.web import HTTPError

from ...core.errors import AccessDenied, ConfigurationError, FileProblem, SecurePyPIError, Throttled
from ...kernels.audits import UnknownKernel
from ..doctor import Doctor, UnknownFinding
from ..openapi import BadRequest, body_of, query_of
from ..refresher import Refresher
from ..threads import in_thread

AUTH_RESOURCE = "securepypi"
# The first class that fits counts; every other error is a failure of a service behind this server.
_STATUS: tuple[tuple[type[SecurePyPIError], int], ...] = (
    (BadRequest, 400),
    (UnknownKernel, 404),
    (UnknownFinding, 404),
    (ConfigurationError, 409),
    (FileProblem, 409),
    (AccessDenied, 403),
    (Throttled, 503),
)
_KINDS = {400: "BadRequest", 401: "Unauthenticated", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed"}
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
T = TypeVar("T")


class SecurePyPIHandler(APIHandler):
    """The base of our handlers; for authorizers, their resource is ``securepypi``.

    Each verb is decorated in its own class, because `authorized` remembers the resource of its first call.
    """

    auth_resource = AUTH_RESOURCE

    def initialize(self, refresher: Refresher, doctor: Doctor) -> None:
        """Receive the collaborators from the routing table."""
        self.refresher = refresher
        self.doctor = doctor

    async def serve(self, work: Callable[[], dict[str, Any]]) -> None:
        """Do `work` in a thread and answer with its result or its failure; a large result is made JSON there, too."""
        try:
            self._send(await in_thread(lambda: _json(work())))
        except SecurePyPIError as error:
            self.fail(error)

    def answer(self, data: dict[str, Any]) -> None:
        """Finish with `data` as JSON that must not be cached."""
        self._send(_json(data))

    def _send(self, content: bytes) -> None:
        self.set_header("Cache-Control", "no-store")
        self.finish(content)

    def fail(self, error: SecurePyPIError) -> None:
        """Finish with an error in the form of all our failures."""
        self.set_status(next((status for kind, status in _STATUS if isinstance(error, kind)), 502))
        self.answer(error.to_dict())

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Finish with a failure of the server itself in the same form; of an exception, only its reason is shown."""
        error = (kwargs.get("exc_info") or (None, None))[1]
        message = (isinstance(error, HTTPError) and (error.log_message or error.reason)) or self._reason
        self.set_header("Content-Type", "application/json")
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:  # RFC 9110, section 15.5.6
            self.set_header("Allow", ", ".join(name for name in _METHODS if name.lower() in vars(type(self))))
        kind = _KINDS.get(status_code, "HTTPError" if status_code < 500 else "InternalError")
        self.answer({"kind": kind, "message": message, "why": "", "remedy": ""})

    def body(self, form: str) -> dict[str, Any]:
        """Return the request's body.

        Args:
            form: the name of its schema in ``openapi.yaml``.

        Raises:
            BadRequest: naming what is wrong with it.
        """
        return body_of(self.request.body, form)

    def query(self, path: str) -> dict[str, Any]:
        """Return the request's query by the description of GET `path` in ``openapi.yaml``, with defaults filled in.

        Raises:
            BadRequest: naming what is wrong with it.
        """
        return query_of(self.request.query_arguments, path)


def _json(data: dict[str, Any]) -> bytes:
    return json.dumps(data).encode()
