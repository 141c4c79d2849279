"""Uploads, as Twine and uv send them: a form with the file in ``content``.

AWS user guide, "Overwriting package assets" and "Publishing and upstream repositories".
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO, cast

from packaging.version import Version
from werkzeug.formparser import parse_form_data

from ..distributions import parsed_name
from ..domains import Repo
from ..errors import AwsError
from ..http import Request
from ..packages.reach import Reach, restrictions_allow
from ..packages.records import SERVED


@dataclass(frozen=True)
class Upload:
    """A file that a client sends; ``package`` is the normalized name."""

    filename: str
    package: str
    version: Version
    stream: BinaryIO


@contextmanager
def read_upload(request: Request) -> Iterator[Upload]:
    """Give the upload in `request`, and close its file in the end.

    Raises:
        AwsError: it is none, or its file's name names no distribution.
    """
    # Large files go to a temporary file meanwhile.
    _, form, files = parse_form_data(request.environ)
    try:
        if form.get(":action") != "file_upload":
            raise AwsError("MethodNotAllowed", "Only the action file_upload is supported.", 405)
        content = files.get("content")
        filename = (content.filename if content else None) or ""
        parsed = None if "/" in filename or filename.startswith(".") else parsed_name(filename)
        if content is None or parsed is None:
            raise AwsError("BadRequest", f"Bad filename: {filename}", 400)
        yield Upload(filename, *parsed, cast("BinaryIO", content.stream))
    finally:
        for file in files.values():
            file.close()


def publish(upload: Upload, repo: Repo, reach: Reach) -> None:
    """Store an upload in `repo`: a new version, or one more file of a version that a publisher brought.

    The same file again changes nothing.

    Raises:
        AwsError: there is another file of that name, the version is reachable upstream or is not served any more,
            or the origin controls of the package or of its group block it.
    """
    package, version = upload.package, upload.version
    held = repo.catalog.versions(package).get(version)
    there = [asset for asset in held.assets if asset.name == upload.filename] if held else []
    if there:
        digest = hashlib.sha256(upload.stream.read()).hexdigest()
        upload.stream.seek(0)
        if digest == there[0].contents.sha256:
            return
        raise _conflict(f"The asset {upload.filename} exists already, with another content.")
    if held is not None and held.record.status not in SERVED:
        raise _conflict(f"The version {version} of {package} exists already, and is {held.record.status}.")
    if not restrictions_allow(repo.catalog, package, "publish"):
        raise _blocked(f"The origin configuration of the package {package} blocks publishing.")
    if not repo.domain.groups.allows(repo.name, package, "PUBLISH", reach.now):
        raise _blocked(f"The package group of the package {package} blocks publishing to {repo.name}.")
    if version in reach.upstream_versions(repo, package):
        raise _conflict(f"The version {version} of {package} is reachable upstream.")
    if not repo.storage.add(upload.filename, upload.stream):
        raise _conflict(f"The asset {upload.filename} exists already.")
    repo.catalog.publish(package, version, reach.now)


def _conflict(message: str) -> AwsError:
    return AwsError("Conflict", message, 409)


def _blocked(message: str) -> AwsError:
    return AwsError("Forbidden", message, 403)
