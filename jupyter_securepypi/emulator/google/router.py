"""The one WSGI application: finds the service by the host's name, applies faults, and records the call."""

from __future__ import annotations

from collections.abc import Iterable
from email.utils import formatdate

from ..calls import Call, CallLog
from ..errors import AwsError
from ..faults import Faults
from ..http import Environ, Request, Response, StartResponse
from .api import answer_api
from .failures import GoogleError, answer_of, as_json
from .identities import Identities
from .index import Index
from .metadata import MetadataServer, missing
from .names import IAM, OAUTH, REGISTRY, STS, location_of
from .oauth import answer_iam, answer_oauth, answer_sts, oauth_operation
from .tokens import TokenBook
from .world import World


class Router:
    """Answers for every service of this Google Cloud.

    Args:
        world: what exists.
        identities: who may log in, and how.
        book: the issued tokens.
        faults: those in force; operations are called ``token:metadata``, ``token:key``, ``token:user``, ``token:sts``,
            ``token:impersonation``, ``metadata``, ``repositories.get`` and ``index:KIND``.
        calls: the log.
    """

    def __init__(
        self, world: World, identities: Identities, book: TokenBook, faults: Faults, calls: CallLog
    ) -> None:
        self._world, self._identities, self._book = world, identities, book
        self._faults, self._calls = faults, calls
        self._index = Index(world, book)
        self.metadata = MetadataServer(book)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        host = request.headers.get("host", "").partition(":")[0].lower()
        location = location_of(host)
        service, operation = self._operation(host, request)
        call = self._calls.begin(Call(service, operation))
        try:
            self._strike(call.operation)
            if location:
                answered = self._index.answer(request, location, call, start_response)
                call.status = call.status or 200
                return answered if request.method != "HEAD" else _empty(answered)
            response = self._answer(host, request, call)
        except GoogleError as error:
            response = self._refused(error, service)
            call.detail["error"] = error.message
        call.status = response.status
        dated = {**response.headers, "Date": formatdate(usegmt=True)}
        body = Response(response.status, dated, response.body).send(start_response)
        return body if request.method != "HEAD" else []

    def _strike(self, operation: str) -> None:
        try:
            self._faults.strike(operation)
        except AwsError as error:
            text = (
                "Resource has been exhausted (e.g. check quota)." if error.status == 429 else "Internal error."
            )
            raise GoogleError(error.status, text) from error

    def _operation(self, host: str, request: Request) -> tuple[str, str]:
        if location_of(host):
            return "index", f"index:{self._index.kind(request)}"
        if host == OAUTH:
            return "oauth", oauth_operation(request) or "oauth:unknown"
        if host == STS:
            return "oauth", "token:sts"
        if host == IAM:
            return "iam", "token:impersonation"
        if host == REGISTRY:
            return "registry", "repositories.get"
        return "metadata", "token:metadata" if request.path.endswith("/token") else "metadata"

    def _answer(self, host: str, request: Request, call: Call) -> Response:
        if host == OAUTH:
            return answer_oauth(request, self._world, self._identities, self._book)
        if host == STS:
            return answer_sts(request, self._world, self._identities, self._book)
        if host in (IAM, REGISTRY):
            scheme, _, token = request.headers.get("authorization", "").partition(" ")
            call.principal = self._book.principal(token) if scheme.lower() == "bearer" else ""
            if not call.principal:
                raise GoogleError(401, "Request had invalid authentication credentials.")
            if host == IAM:
                return answer_iam(request, self._world, call.principal, self._book)
            return answer_api(request, call.principal, self._world)
        if request.path == "/_emulator/calls":
            return as_json(self._calls.to_dict())
        return self.metadata.answer(request)

    def _refused(self, error: GoogleError, service: str) -> Response:
        if service == "metadata":
            return missing(error)
        response = answer_of(error)
        if service != "index":
            return response
        # The index answers in plain words, and pip asks keyring after a 401 only.
        headers = {"Content-Type": "text/plain; charset=UTF-8"}
        if error.status == 401:
            headers["WWW-Authenticate"] = 'Basic realm="Google Cloud Artifact Registry"'
        return Response(error.status, headers, error.message.encode())


def _empty(answered: Iterable[bytes]) -> Iterable[bytes]:
    close = getattr(answered, "close", None)
    if close:
        close()
    return []
