"""Fetch a file of the index into a folder: piece by piece, because some have gigabytes, and whole or not at all."""

from __future__ import annotations

import hashlib
import http.client
import os
import tempfile
import urllib.error
from pathlib import Path
from typing import IO

from ...core.address import without_credentials
from ...core.errors import ForeignOrigin, InstallFailed
from ...core.files import remove_remains, unwritten
from ...core.index import Index
from ...core.index_requests import copy
from ...core.page_requests import refusal, unread
from ...core.proxy_and_trust import ProxyAndTrust
from .pylock import File

_SECONDS, _BYTES = 3600.0, 16_000_000_000


def fetch(file: File, target: Path, index: Index, proxy_and_trust: ProxyAndTrust, mode: int = 0o644) -> None:
    """Write the content of `file`, which lies on `index`, to `target`, which has its name only when it is whole.

    Args:
        file: what to fetch.
        target: where to; its folder must exist.
        index: where `file` lies.
        proxy_and_trust: how to reach it.
        mode: permission bits of `target`.

    Raises:
        InstallFailed: it does not have the file's hash.
        ForeignOrigin: it has no hash, and the index redirects to another place for it.
        FileProblem: it cannot be written.
        TokenExpired, AccessDenied, NotFound, Unreachable, Throttled: the index does not give it.
    """
    prefix = f".{target.name}.securepypi-"
    temporary = ""
    try:
        remove_remains(target.parent, prefix)
        handle, temporary = tempfile.mkstemp(dir=str(target.parent), prefix=prefix)
        with os.fdopen(handle, "wb") as opened:
            _fetch(file, _Hashing(opened, target), index, proxy_and_trust)
            opened.flush()
            os.fsync(opened.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
    except OSError as error:
        raise unwritten(target, error) from None
    finally:
        if temporary:
            Path(temporary).unlink(missing_ok=True)


class _Hashing:
    """Writes to a file and hashes what is written; a failure to write is told as one, and not as the index's."""

    def __init__(self, file: IO[bytes], target: Path) -> None:
        self._file, self._target = file, target
        self.sha256 = hashlib.sha256()

    def write(self, piece: bytes) -> None:
        self.sha256.update(piece)
        try:
            self._file.write(piece)
        except OSError as error:
            raise unwritten(self._target, error) from None


def _fetch(file: File, into: _Hashing, index: Index, proxy_and_trust: ProxyAndTrust) -> None:
    try:
        final = copy(file.url, into, index, proxy_and_trust, accept="*/*", seconds=_SECONDS, most=_BYTES)
    except urllib.error.HTTPError as error:
        raise refusal(error.code, file.url, index) from None
    except (OSError, http.client.HTTPException) as error:
        raise unread(error, file.url, index) from None
    if file.sha256 and into.sha256.hexdigest() != file.sha256:
        raise InstallFailed(
            f"{file.base_name} does not have the hash that the index gives, so it was not kept.",
            remedy="try again; if it happens again, tell whoever runs the index",
        )
    if not file.sha256 and not index.holds(final):
        raise ForeignOrigin(
            f"{file.base_name} is not from the secure index, so it was not kept.",
            why=f"the index redirects to {without_credentials(final).partition('?')[0]}, and gives no hash of it",
            remedy="tell whoever runs the index",
        )
