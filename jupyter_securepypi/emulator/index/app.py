"""The package index: who gets in, and what is asked for."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import quote
from wsgiref.util import FileWrapper

from packaging.utils import canonicalize_name

from ..calls import Call
from ..domains import Repo
from ..errors import AwsError, index_error
from ..http import Request, Response, StartResponse
from ..packages.reach import Reach
from ..packages.records import SERVED
from ..permissions import authorize
from ..principals import Principal
from ..state import State
from ..storage import Asset
from .headers import PLAIN_HTML, chosen, token_in
from .page import page
from .upload import publish, read_upload

_FILE = re.compile(r"/simple/(?P<package>[^/]+)/(?P<version>[^/]+)/(?P<file>[^/]+)")
_PAGE = re.compile(r"/simple/(?P<package>[^/]+)(?P<slash>/?)")


@dataclass(frozen=True)
class _Asked:
    """A request to `repo` for `rest`, the path within it."""

    request: Request
    repo: Repo
    rest: str

    @property
    def kind(self) -> str:
        """``upload``, ``simple`` (a project's page), ``file``, ``list`` (of projects) or ``other``."""
        if self.request.method == "POST":
            return "upload" if self.rest == "/" else "other"
        if self.request.method not in ("GET", "HEAD"):
            return "other"
        if self.rest in ("/simple", "/simple/"):
            return "list"
        if _PAGE.fullmatch(self.rest):
            return "simple"
        return "file" if _FILE.fullmatch(self.rest) else "other"


class Index:
    """Serves every repository of `state` below ``/d/DOMAIN-OWNER/pypi/REPOSITORY/``.

    Args:
        state: what the services share.
        html_only: answer with HTML whatever a client accepts, as CodeArtifact did until 2026.
    """

    def __init__(self, state: State, html_only: bool = False) -> None:
        self._state = state
        self._html_only = html_only

    def __call__(self, request: Request, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request of a package manager."""
        found = self._state.world.at(request.path)
        if found is None:
            call = self._state.calls.begin(Call("index", f"index:{request.method}"))
            call.status = 404
            missing = AwsError("NotFound", "Repository not found.", 404)
            return index_error(missing, "codeartifact").send(start_response)

        asked = _Asked(request, *found)
        detail = {"kind": asked.kind, "repository": str(asked.repo), "path": asked.rest}
        call = Call("index", f"index:{request.method}", detail=detail)
        self._state.calls.begin(call, f"index:{asked.kind}:{asked.repo}")
        try:
            self._state.faults.strike(call.operation)
            who = self._admit(asked)
            call.principal = who.arn
            answer = self._answer(asked, who)
        except AwsError as error:
            answer = index_error(error, str(asked.repo))
        if isinstance(answer, Asset):
            call.status = 200
            return _send(answer, start_response)
        call.status = answer.status
        return answer.send(start_response)

    def _admit(self, asked: _Asked) -> Principal:
        header = asked.request.headers.get("authorization", "")
        token = token_in(header)
        who = self._state.tokens.check(token, asked.repo.domain)
        if who is None:
            operation = f"index:{asked.request.method}"
            status = self._state.faults.active("rejected_status", operation) if token else None
            raise AwsError("Unauthenticated", "Unauthenticated request", status or 401)
        return who

    def _answer(self, asked: _Asked, who: Principal) -> Response | Asset:
        if asked.kind == "other":
            raise AwsError("NotFound", "There is nothing at this path of a Python repository.", 404)
        if asked.kind == "upload":
            return self._upload(asked, who)
        self._authorize(who, "ReadFromRepository", asked.repo.arn, asked.repo)
        if asked.kind == "list":
            # AWS's user guide, "Python compatibility": /simple/<project>/ is served, /simple/ is not.
            raise AwsError("NotFound", "CodeArtifact gives no list of projects.", 404)
        return self._page(asked) if asked.kind == "simple" else self._file(asked)

    def _authorize(self, who: Principal, action: str, arn: str, repo: Repo) -> None:
        faults = self._state.faults
        authorize(who, f"codeartifact:{action}", arn, faults, owner=repo.domain.owner, policy=repo.policy)

    def _page(self, asked: _Asked) -> Response:
        match = _PAGE.fullmatch(asked.rest)
        given = match["package"] if match else ""
        project = canonicalize_name(given)
        if match and (given != project or not match["slash"]):
            # Relative, because a client may know the index by another address.
            place = f"../{quote(project)}/" if match["slash"] else f"{quote(project)}/"
            return Response(301, {"Location": place}, b"")
        accept = asked.request.headers.get("accept", "")
        content_type = PLAIN_HTML if self._html_only else chosen(accept)
        if content_type is None:
            raise AwsError("NotAcceptable", f"None of these types can be given: {accept}", 406)
        with self._state.world.lock:
            versions = self._reach(asked.repo).versions(asked.repo, project)
            if not versions:
                raise AwsError("NotFound", f"Package '{project}' is not in this repository.", 404)
            listed = [
                (asset, found.held.record.yanked)
                for found in versions.values()
                if found.held.record.status == "Published"
                for asset in found.held.assets
            ]
            return page(project, listed, content_type)

    def _file(self, asked: _Asked) -> Asset:
        match = _FILE.fullmatch(asked.rest)
        project, given, name = match.groups() if match else ("", "", "")
        with self._state.world.lock:
            reach = self._reach(asked.repo)
            for version, found in reach.versions(asked.repo, canonicalize_name(project)).items():
                names = [asset.name for asset in found.held.assets]
                if str(version) != given or name not in names or found.held.record.status not in SERVED:
                    continue
                held = reach.fetch(asked.repo, found)
                return held.assets[names.index(name)]
        raise AwsError("NotFound", "There is no such file in this repository.", 404)

    def _upload(self, asked: _Asked, who: Principal) -> Response:
        with read_upload(asked.request) as upload:
            arn = asked.repo.package_arn(upload.package)
            self._authorize(who, "PublishPackageVersion", arn, asked.repo)
            with self._state.world.lock:
                publish(upload, asked.repo, self._reach(asked.repo))
        return Response(200, {"Content-Type": "text/plain"}, b"")

    def _reach(self, repo: Repo) -> Reach:
        return self._state.world.reach(repo.domain, self._state.now)


def _send(asset: Asset, start_response: StartResponse) -> Iterable[bytes]:
    file = asset.path.open("rb")
    headers = [("Content-Type", "application/octet-stream"), ("Content-Length", str(asset.size))]
    start_response(f"200 {HTTPStatus.OK.phrase}", headers)
    return FileWrapper(file, 1 << 16)
