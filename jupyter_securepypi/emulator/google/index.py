"""The Python index of Artifact Registry: pages, files and uploads below ``/PROJECT/REPOSITORY/``.

It gives HTML only, no list of projects (404), and files beside ``simple/``: ``/PROJECT/REPOSITORY/PACKAGE/FILE``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from urllib.parse import quote
from wsgiref.util import FileWrapper

from packaging.utils import canonicalize_name

from ...core.providers.artifact_registry.repository import LOGIN
from ..calls import Call
from ..errors import AwsError
from ..http import Request, Response, StartResponse
from ..index.headers import PLAIN_HTML, token_in
from ..index.page import page
from ..index.upload import read_upload
from ..storage import Asset
from .failures import GoogleError
from .tokens import TokenBook
from .world import DOWNLOAD, LOCATION, PROJECT, STANDARD, UPLOAD, Repo, World

_PATH = re.compile(r"/(?P<project>[^/]+)/(?P<name>[^/]+)(?P<rest>/.*)?")
_PAGE = re.compile(r"/simple/(?P<package>[^/]+)(?P<slash>/?)")
_FILE = re.compile(r"/(?P<package>[^/]+)/(?P<file>[^/]+)")


class Index:
    """Serves the repositories of `world` to whoever has a token of `book`."""

    def __init__(self, world: World, book: TokenBook) -> None:
        self._world, self._book = world, book

    def kind(self, request: Request) -> str:
        """Return what is asked for: ``upload``, ``simple`` (a project's page), ``list``, ``file`` or ``other``."""
        rest = self._parts(request)[2]
        if request.method == "POST":
            return "upload" if rest == "/" else "other"
        if rest in ("/simple", "/simple/"):
            return "list"
        return "simple" if _PAGE.fullmatch(rest) else "file" if _FILE.fullmatch(rest) else "other"

    def answer(
        self, request: Request, location: str, call: Call, start_response: StartResponse
    ) -> Iterable[bytes]:
        """Answer a request of a package manager.

        Raises:
            GoogleError: it is refused.
        """
        kind = self.kind(request)
        project, name, _ = self._parts(request)
        call.detail.update({"kind": kind, "repository": name})
        token = token_in(request.headers.get("authorization", ""), LOGIN)
        who = "" if self._world.trouble.rejected else self._book.principal(token)
        if not who:
            raise GoogleError(401, "Request had invalid authentication credentials.")
        call.principal = who
        here = (project, location) == (PROJECT, LOCATION) and name in self._world.names()
        repo = self._world.repo(name) if here else None
        resource = f"projects/{project}/locations/{location}/repositories/{name}"
        self._world.allow(who, UPLOAD if kind == "upload" else DOWNLOAD, repo, resource)
        assert repo is not None  # noqa: S101 nobody is allowed anything elsewhere # nosec B101
        if kind == "upload":
            answer = self._upload(request, repo)
        elif kind == "simple":
            answer = self._page(request, repo)
        elif kind == "file":
            return self._file(request, repo, start_response)
        else:
            raise GoogleError(404, "Requested entity was not found.")
        call.status = answer.status
        return answer.send(start_response)

    def _parts(self, request: Request) -> tuple[str, str, str]:
        found = _PATH.fullmatch(request.path)
        return (found["project"], found["name"], found["rest"] or "/") if found else ("", "", "")

    def _page(self, request: Request, repo: Repo) -> Response:
        found = _PAGE.fullmatch(self._parts(request)[2])
        given, slash = (found["package"], found["slash"]) if found else ("", "")
        project = canonicalize_name(given)
        if given != project or not slash:
            return Response(301, {"Location": f"../{quote(project)}/" if slash else f"{quote(project)}/"}, b"")
        assets = self._world.assets(repo, project)
        if not assets:
            raise GoogleError(404, f'Package "{project}" not found')
        return page(project, [(asset, None) for asset in assets], PLAIN_HTML, _address)

    def _file(self, request: Request, repo: Repo, start_response: StartResponse) -> Iterable[bytes]:
        found = _FILE.fullmatch(self._parts(request)[2])
        package, name = (found["package"], found["file"]) if found else ("", "")
        for asset in self._world.assets(repo, canonicalize_name(package)):
            if asset.name == name:
                headers = [("Content-Type", "application/octet-stream"), ("Content-Length", str(asset.size))]
                start_response(f"200 {HTTPStatus.OK.phrase}", headers)
                return FileWrapper(asset.path.open("rb"), 1 << 16)
        raise GoogleError(404, "Requested entity was not found.")

    def _upload(self, request: Request, repo: Repo) -> Response:
        if repo.mode != STANDARD:
            raise GoogleError(400, "Uploads go to standard repositories only.")
        try:
            with read_upload(request) as upload, self._world.lock:
                if not repo.storage.add(upload.filename, upload.stream):
                    raise GoogleError(400, "requested entity already exists")
        except AwsError as error:  # what is no upload at all
            raise GoogleError(error.status, error.message) from error
        return Response(200, {"Content-Type": "text/plain"}, b"")


def _address(asset: Asset) -> str:
    return f"../../{quote(asset.package)}/{quote(asset.name)}"
