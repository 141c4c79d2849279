"""The proof for files that the index redirects to another host, such as a storage behind it: the hash that it gave.

pip reports the address before the redirect, and a hash in any case: where the index gives none, that of what it got.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPException
from typing import Container, Sequence
from urllib.parse import urljoin

from .address import without_credentials
from .deadline import Deadline
from .index import Index
from .index_requests import READ_SECONDS, read, request
from .project_name import normalized
from .proxy_and_trust import ProxyAndTrust
from .report import InstalledPackage, foreign

_AT_ONCE = 8
_MOST_REDIRECTS = 5
_UNKNOWN = "where the index does not say"
# As pip asks (PEP 691), so that the answer has what pip's has.
_AS_PIP = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html; q=0.1, text/html; q=0.01"


def prove_redirected(
    packages: Sequence[InstalledPackage],
    index: Index,
    proxy_and_trust: ProxyAndTrust,
    given: Container[str],
    *,
    installed: bool,
) -> None:
    """Check that each of `packages` is what `index` has, although it may have been redirected to another host.

    Nothing is asked about a package whose hash is in `given`, nor about one from a URL or path of the request.

    Args:
        packages: what pip installed, or would; `prove` has found their addresses on the index.
        index: the index.
        proxy_and_trust: how to reach it.
        given: the hashes of which it is known that the index gave them, see `pip.log.given_hashes`.
        installed: True if they are installed already.

    Raises:
        ForeignOrigin: the index gives no hash of some, and has them elsewhere; the error names them.
    """
    doubted = [one for one in packages if not one.direct and one.sha256 not in given]
    if not doubted or not index.origin:
        return
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(lambda one: (one, _elsewhere(one, index, proxy_and_trust)), doubted)
        strangers = [(package, place) for package, place in found if place]
    if strangers:
        raise foreign(strangers, index, installed)


def _elsewhere(package: InstalledPackage, index: Index, proxy_and_trust: ProxyAndTrust) -> str:
    """Return the place outside the index that a package came from; empty if the index vouches for it."""
    try:
        if _gives_hash(package, index, proxy_and_trust):
            return ""
    except (OSError, HTTPException):
        pass  # without its page, it may still have the file itself
    try:
        place = _destination(package.url, index, proxy_and_trust)
    except (OSError, HTTPException):
        return _UNKNOWN
    return "" if index.holds(place) else place


def _gives_hash(package: InstalledPackage, index: Index, proxy_and_trust: ProxyAndTrust) -> bool:
    """Return whether the index's own page of the project has the package's hash, in HTML or JSON."""
    url = urljoin(index.url.rstrip("/") + "/", f"{normalized(package.name)}/")
    final, content = read(url, index, proxy_and_trust, accept=_AS_PIP)
    return index.holds(final) and bool(package.sha256) and package.sha256.encode() in content.lower()


def _destination(url: str, index: Index, proxy_and_trust: ProxyAndTrust) -> str:
    """Return the address, without credentials and query, that redirects lead to.

    The first one outside the index ends the way; nobody there is asked.
    """
    for _ in range(_MOST_REDIRECTS):
        asked = request(url, index)
        try:
            with Deadline(READ_SECONDS) as end, proxy_and_trust.open(asked, READ_SECONDS, end, _Stay()):
                break
        except urllib.error.HTTPError as error:
            location = error.headers.get("Location")
            if error.code not in (301, 302, 303, 307, 308) or not location:
                raise
            url = urljoin(url, location)
        if not index.holds(url):
            break
    return without_credentials(url).partition("?")[0]


class _Stay(urllib.request.HTTPRedirectHandler):
    """Makes an error of each redirect."""

    def redirect_request(self, *_: object) -> None:
        """Return None: it is not followed."""
