"""The one WSGI application: finds the service, applies faults, checks the signature, records the call."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from email.utils import formatdate

from . import web_identity
from .calls import Call
from .codeartifact import answer as answer_codeartifact
from .codeartifact import operation_of, unknown_operation
from .control import answer_control
from .errors import AwsError, query_error, rest_error
from .http import Environ, Request, Response, StartResponse
from .index import Index
from .osv import answer as answer_osv
from .osv import operation_of as osv_operation_of
from .osv import osv_error
from .principals import Principal
from .signatures import authenticate, claimed_service
from .state import State
from .sts import answer_iam, answer_sts, answer_web_identity

log = logging.getLogger("jupyter_securepypi.emulator")


class Router:
    """Answers for STS, IAM, CodeArtifact, the package index, OSV and the control surface of `state`.


    Args:
        state: what the services share.
        html_only: the index knows no JSON.
    """

    def __init__(self, state: State, html_only: bool = False) -> None:
        self._state = state
        self._index = Index(state, html_only)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        body = self._answer(environ, start_response)
        if environ["REQUEST_METHOD"] != "HEAD":
            return body
        # The client would read bytes after the headers as the next answer on this connection.
        close = getattr(body, "close", None)
        if close:
            close()
        return []

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        request = Request(environ)
        # Only the path: queries, headers and bodies may hold secrets.
        log.debug("%s %s", request.method, request.path)
        if request.path.startswith("/_emulator/"):
            return answer_control(request, self._state).send(start_response)
        if request.path.startswith("/d/"):
            return self._index(request, start_response)
        if osv_operation_of(request):
            return self._osv(request).send(start_response)
        response = self._query(request) if request.path == "/" else self._rest(request)
        # Every answer has AWS's time, and clients measure their own skew by it.
        dated = {**response.headers, "Date": formatdate(self._state.now, usegmt=True)}
        return Response(response.status, dated, response.body).send(start_response)

    def _query(self, request: Request) -> Response:
        service = "iam" if claimed_service(request) == "iam" else "sts"
        operation = request.form.get("Action") or request.query.get("Action", "")
        call = self._state.calls.begin(Call(service, operation or "unknown"))
        handler = answer_iam if service == "iam" else answer_sts
        try:
            self._state.faults.strike(call.operation)
            if operation == web_identity.OPERATION:  # the only call without a signature
                response = answer_web_identity(request, self._state)
            else:
                who, _ = self._authenticate(request, service, call)
                response = handler(request, operation, who, self._state)
        except AwsError as error:
            response = query_error(error, service)
            call.detail["error"] = error.code
        call.status = response.status
        return response

    def _rest(self, request: Request) -> Response:
        operation = operation_of(request)
        call = self._state.calls.begin(Call("codeartifact", operation or "unknown"))
        try:
            if not operation:
                raise unknown_operation(request)
            self._state.faults.strike(operation)
            who, region = self._authenticate(request, "codeartifact", call)
            response = answer_codeartifact(request, who, region, self._state)
        except AwsError as error:
            response = rest_error(error)
            call.detail["error"] = response.headers["x-amzn-errortype"]
        call.status = response.status
        return response

    def _osv(self, request: Request) -> Response:
        operation = osv_operation_of(request)
        call = self._state.calls.begin(Call("osv", operation))
        try:
            self._state.faults.strike(operation)
            response = answer_osv(request, operation, self._state.osv)
        except AwsError as error:
            response = osv_error(error)
        call.status = response.status
        return response

    def _authenticate(self, request: Request, service: str, call: Call) -> tuple[Principal, str]:
        expired = bool(self._state.faults.active("expired_credentials", call.operation))
        who, region = authenticate(request, service, self._state.keyring, self._state.now, expired)
        call.principal = who.arn
        return who, region
