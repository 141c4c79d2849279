"""The package index: pypiserver behind a check of the token."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any

import pypiserver

from .calls import Call
from .errors import AwsError, index_error
from .http import Environ, Request, StartResponse
from .permissions import authorize
from .principals import Principal
from .state import State
from .world import Repo

USER = "aws"  # the only user name that CodeArtifact accepts


class Index:
    """Serves every repository of `state` below ``/d/DOMAIN-OWNER/pypi/REPOSITORY/``."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._apps = {repo.arn: _application(repo) for repo in state.world.repositories()}

    def __call__(self, request: Request, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request of a package manager."""
        found = self._state.world.at(request.path)
        if found is None:
            call = self._state.calls.begin(Call("index", f"index:{request.method}"))
            call.status = 404
            missing = AwsError("NotFound", "Repository not found.", 404)
            return index_error(missing, "codeartifact").send(start_response)

        repo, rest = found
        kind = _kind(request.method, rest)
        detail = {"kind": kind, "repository": str(repo), "path": rest}
        call = Call("index", f"index:{request.method}", detail=detail)
        self._state.calls.begin(call, f"index:{kind}:{repo}")
        try:
            self._state.faults.strike(call.operation)
            who = self._admit(request, repo)
            call.principal = who.arn
            self._authorize(who, repo, kind)
            return self._serve(request, repo, rest, call, start_response)
        except AwsError as error:
            call.status = error.status
            return index_error(error, str(repo)).send(start_response)

    def _admit(self, request: Request, repo: Repo) -> Principal:
        user, token = _basic(request.headers.get("authorization", ""))
        who = self._state.tokens.check(token, repo.domain) if user == USER else None
        if who is None:
            status = self._state.faults.active("rejected_status", f"index:{request.method}") if token else None
            raise AwsError("Unauthenticated", "Unauthenticated request", status or 401)
        return who

    def _authorize(self, who: Principal, repo: Repo, kind: str) -> None:
        if kind == "other":
            raise AwsError("NotFound", "There is nothing at this path of a Python repository.", 404)
        domain, faults = repo.domain, self._state.faults
        if kind == "upload":
            # The package's name is in the body, which pypiserver reads; policies here name all packages or none.
            arn = repo.package_arn("*")
            authorize(
                who, "codeartifact:PublishPackageVersion", arn, faults, owner=domain.owner, policy=repo.policy
            )
        else:
            authorize(
                who, "codeartifact:ReadFromRepository", repo.arn, faults, owner=domain.owner, policy=repo.policy
            )
        if kind == "list":
            # AWS's user guide, "Python compatibility": /simple/<project>/ is served, /simple/ is not.
            raise AwsError("NotFound", "CodeArtifact gives no list of projects.", 404)

    def _serve(
        self, request: Request, repo: Repo, rest: str, call: Call, start_response: StartResponse
    ) -> Iterable[bytes]:
        environ: Environ = {**request.environ, "SCRIPT_NAME": request.public(repo.path), "PATH_INFO": rest}
        # No token: pypiserver does not need it, and logs its input. No user agent: for an existing file, pypiserver
        # does not answer 409 to Twine, but CodeArtifact does. No range: pypiserver would serve parts of files from
        # handles that it never closes.
        for name in ("HTTP_AUTHORIZATION", "HTTP_USER_AGENT", "HTTP_RANGE"):
            environ.pop(name, None)

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            call.status = int(status.split()[0])
            return start_response(status, [pair for pair in headers if pair[0] != "Accept-Ranges"], *more)

        answer: Iterable[bytes] = self._apps[repo.arn](environ, started)
        return answer


def _application(repo: Repo) -> Any:
    application = pypiserver.app(
        roots=[repo.storage.folder],
        disable_fallback=True,
        authenticate=[],
        password_file=".",  # noqa: S106 its way to say that it checks none # nosec B106
        hash_algo="sha256",
        welcome_msg="",
    )
    # Its arguments cannot choose the backend; the attribute exists for this use.
    application._pypiserver_config.backend = repo.storage.served()
    return application


def _kind(method: str, rest: str) -> str:
    if method == "POST":
        return "upload" if rest == "/" else "other"
    if method not in ("GET", "HEAD"):
        return "other"
    if rest.startswith("/packages/") and rest != "/packages/":
        return "file"
    if rest in ("/simple", "/simple/"):
        return "list"
    return "simple" if rest.startswith("/simple/") else "other"


def _basic(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        user, _, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return user, password
