"""What the handlers share: answers, failures, input that has been checked, and work off the event loop."""

from __future__ import annotations

import asyncio
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

AUTH_RESOURCE = "securepypi"
# The first kind that fits counts; everything else is a failure of what stands behind this server.
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
    """The base of our handlers; authorizers know them as the resource ``securepypi``.

    Each verb is decorated in the class that serves it: `authorized` remembers the resource of its first call.
    """

    auth_resource = AUTH_RESOURCE

    def initialize(self, refresher: Refresher, doctor: Doctor) -> None:
        """Receive the collaborators from the routing table."""
        self.refresher = refresher
        self.doctor = doctor

    async def serve(self, work: Callable[[], dict[str, Any]]) -> None:
        """Do `work` in a thread and answer with its result or its failure."""
        try:
            self.answer(await asyncio.to_thread(work))
        except SecurePyPIError as error:
            self.fail(error)

    def answer(self, data: dict[str, Any]) -> None:
        """Finish with `data` as JSON that nobody may cache."""
        self.set_header("Cache-Control", "no-store")
        self.finish(json.dumps(data))

    def fail(self, error: SecurePyPIError) -> None:
        """Finish with an error in the form that all our failures have."""
        self.set_status(next((status for kind, status in _STATUS if isinstance(error, kind)), 502))
        self.answer(error.to_dict())

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Finish with a failure of the server itself in the same form; nothing of an exception but its reason."""
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
            form: the schema in ``openapi.yaml`` that it has to have.

        Raises:
            BadRequest: naming what is wrong with it.
        """
        return body_of(self.request.body, form)

    def query(self, path: str) -> dict[str, Any]:
        """Return the request's query as ``openapi.yaml`` describes it for GET `path`, defaults filled in.

        Raises:
            BadRequest: naming what is wrong with it.
        """
        return query_of(self.request.query_arguments, path)
