"""One page of the index: which files of a package it has (the simple repository API, formerly PEP 503)."""

from __future__ import annotations

import hashlib
import http.client
import re
import time
import urllib.error
from collections.abc import Iterable, Mapping
from html.parser import HTMLParser
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from ...core.address import without_credentials
from ...core.deadline import Deadline
from ...core.errors import ForeignOrigin, InstallFailed, SecurePyPIError, Unreachable
from ...core.index import Index
from ...core.index_requests import PAGE_SECONDS, TooMuch, read, request
from ...core.masking import masked
from ...core.pip.failures import explain
from ...core.pip.misses import absent
from ...core.proxy_and_trust import ProxyAndTrust
from .pylock import File

_PIECE = 65536  # bytes
_FILE_SECONDS, _FILE_BYTES = 3600.0, 16_000_000_000
_LIST_SECONDS, _LIST_BYTES = 3.0, 4_000_000
_SDIST = re.compile(r"\.(tar\.gz|tar\.bz2|tar\.xz|tgz|zip)$")


def files_of(name: str, index: Index, proxy_and_trust: ProxyAndTrust) -> list[File]:
    """Return the files that `index` has of the package `name`, in its own order; yanked ones are left out.

    Args:
        name: in any spelling.
        index: where to ask.
        proxy_and_trust: how to reach it.

    Raises:
        NotFound: it has none.
        ForeignOrigin: its page is elsewhere.
        TokenExpired, AccessDenied, Unreachable, Throttled: it does not say.
    """
    url = urljoin(index.url.rstrip("/") + "/", f"{canonicalize_name(name)}/")
    try:
        final, content = read(url, index, proxy_and_trust)
        if not index.holds(final):
            raise ForeignOrigin(
                f"The index redirects its page of {name} to {masked(final)}.",
                why="what stands there is not the index's, the hashes neither",
                remedy="tell whoever runs the index",
            )
        page = _Page(final)
        page.take(content, PAGE_SECONDS)
    except urllib.error.HTTPError as error:
        raise _status(error.code, name, index) from None
    except (OSError, http.client.HTTPException) as error:
        raise _unread(error, f"The index's page of {name}", index) from None
    files = [file for file in (_file(link, canonicalize_name(name)) for link in page.links) if file]
    if not files:
        raise absent(name, index)
    return files


def projects_of(index: Index, proxy_and_trust: ProxyAndTrust) -> list[str]:
    """Return the names on the list page of `index`; none where it gives no list, and what comes in 3 s and 4 MB."""
    url, content, deadline = index.url.rstrip("/") + "/", b"", time.monotonic() + _LIST_SECONDS
    try:
        with (
            Deadline(_LIST_SECONDS) as limit,
            proxy_and_trust.open(request(url, index), _LIST_SECONDS, limit) as answer,
        ):
            while len(content) < _LIST_BYTES and time.monotonic() < deadline:
                part = answer.read1(_PIECE)
                if not part:
                    break
                content += part
        page = _Page(url)
        page.take(content, _LIST_SECONDS)
    except (OSError, http.client.HTTPException):
        return []
    return [unquote(urlsplit(link).path.rstrip("/").rpartition("/")[2]) for link in page.links]


def fetch(file: File, index: Index, proxy_and_trust: ProxyAndTrust) -> bytes:
    """Return the content of `file`, which lies on `index`; arguments and errors as above.

    Raises:
        InstallFailed: it does not have the file's hash.
        ForeignOrigin: it has no hash, and the index redirects to another place for it.
    """
    try:
        final, content = read(
            file.url, index, proxy_and_trust, accept="*/*", seconds=_FILE_SECONDS, most=_FILE_BYTES
        )
    except urllib.error.HTTPError as error:
        raise _status(error.code, file.url, index) from None
    except (OSError, http.client.HTTPException) as error:
        raise _unread(error, file.url, index) from None
    if file.sha256 and hashlib.sha256(content).hexdigest() != file.sha256:
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
    return content


def newest_first(files: Iterable[File]) -> list[str]:
    """Return the versions of `files`, each once, the newest first; what is no version by today's rules comes last."""
    return sorted({file.version for file in files}, key=_order, reverse=True)


class _Page(HTMLParser):
    """Collects the links, and the base address that the page may name."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._base = url
        self.links: list[str] = []

    def take(self, content: bytes, seconds: float) -> None:
        """Read the page `content`.

        Raises:
            TooMuch: that takes longer than `seconds`, as what is no HTML may.
        """
        text, until = content.decode("utf-8", "replace"), time.monotonic() + seconds
        for start in range(0, len(text), _PIECE):
            if time.monotonic() > until:
                raise TooMuch(f"it cannot be read within {seconds:g} seconds")
            self.feed(text[start : start + _PIECE])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a link, unless it is yanked (formerly PEP 592)."""
        values: Mapping[str, str | None] = dict(attrs)
        if tag == "base" and values.get("href"):
            self._base = urljoin(self._base, values["href"] or "")
        elif tag == "a" and values.get("href") and "data-yanked" not in values:
            self.links.append(urljoin(self._base, values["href"] or ""))


def _file(link: str, name: str) -> File | None:
    url, fragment = urldefrag(link)
    base = unquote(urlsplit(url).path.rpartition("/")[2])
    if base.endswith(".whl"):
        parts = base.split("-")
        version = parts[1] if len(parts) >= 5 else ""
    else:
        # The name may hold dashes, the version does not: all but the last.
        stem, _, version = _SDIST.sub("", base).rpartition("-") if _SDIST.search(base) else ("", "", "")
        version = version if canonicalize_name(stem) == name else ""
    digest = re.search(r"sha256=([0-9A-Fa-f]{64})", fragment)
    sha256 = digest.group(1).lower() if digest else ""
    return File(name, version, without_credentials(url), sha256) if version else None


def _order(version: str) -> tuple[bool, Version, str]:
    try:
        return True, Version(version), version
    except InvalidVersion:
        return False, Version("0"), version


def _status(status: int, name: str, index: Index) -> SecurePyPIError:
    if status == 404:
        return absent(name, index)
    kind = "Server" if status >= 500 else "Client"
    return explain([f"Could not fetch URL {index.url}: {status} {kind} Error"], index, 1)


def _unread(error: Exception, what: str, index: Index) -> SecurePyPIError:
    if isinstance(error, TooMuch):
        return Unreachable(
            f"{what} is more than can be read.", why=str(error), remedy="tell whoever runs the index"
        )
    return _unreachable(str(error), index)


def _unreachable(said: str, index: Index) -> SecurePyPIError:
    error = explain([f"ERROR: Failed to establish a new connection: {said}"], index, 1)
    return (
        error if isinstance(error, Unreachable) else Unreachable(error.message, why=said, remedy=error.remedy)
    )
