"""Ask the index for a project's page, and say in the index's own words why there is none."""

from __future__ import annotations

import http.client
import urllib.error
from dataclasses import replace
from typing import List
from urllib.parse import urljoin

from .errors import ForeignOrigin, SecurePyPIError, Unreachable
from .index import Index
from .index_requests import PAGE_SECONDS, TooMuch, read
from .masking import masked
from .pip.failures import explain
from .pip.misses import absent
from .project_name import normalized
from .project_page import ACCEPT, PageFile, read_page
from .proxy_and_trust import ProxyAndTrust
from .secret import without


def page_of(name: str, index: Index, proxy_and_trust: ProxyAndTrust) -> List[PageFile]:
    """Return the files that `index` has of the project `name`, in its own order; the yanked ones too.

    Args:
        name: in any spelling.
        index: where to ask.
        proxy_and_trust: how to reach it.

    Raises:
        NotFound: it has none.
        ForeignOrigin: its page is elsewhere.
        TokenExpired, AccessDenied, Unreachable, Throttled: it does not say.
    """
    url = urljoin(index.url.rstrip("/") + "/", f"{normalized(name)}/")
    try:
        final, content = read(url, index, proxy_and_trust, accept=ACCEPT)
        if not index.holds(final):
            raise ForeignOrigin(
                f"The index redirects its page of {name} to {without(index.password, masked(final))}.",
                why="what stands there is not the index's, the hashes neither",
                remedy="tell whoever runs the index",
            )
        files = [_hushed(file, index) for file in read_page(content, final, name, PAGE_SECONDS)]
    except urllib.error.HTTPError as error:
        raise refusal(error.code, name, index) from None
    except (OSError, http.client.HTTPException) as error:
        raise unread(error, f"The index's page of {name}", index) from None
    if not files:
        raise absent(name, index)
    return files


def _hushed(file: PageFile, index: Index) -> PageFile:
    """Return `file` without the credentials, in case the index has put them into a sentence."""
    said = without(index.password, file.yanked_reason)
    clauses = without(index.password, file.requires_python)
    return replace(file, yanked_reason=said, requires_python=clauses)


def refusal(status: int, what: str, index: Index) -> SecurePyPIError:
    """Return the error for an HTTP `status` with which `index` answers a request for `what`."""
    if status == 404:
        return absent(what, index)
    kind = "Server" if status >= 500 else "Client"
    return explain([f"Could not fetch URL {index.url}: {status} {kind} Error"], index, 1)


def unread(error: Exception, what: str, index: Index) -> SecurePyPIError:
    """Return the error for `what`, to which there was no answer, or no whole one."""
    said = without(index.password, masked(str(error)))
    if isinstance(error, TooMuch):
        return Unreachable(f"{what} is more than can be read.", why=said, remedy="tell whoever runs the index")
    found = explain([f"ERROR: Failed to establish a new connection: {said}"], index, 1)
    return (
        found if isinstance(found, Unreachable) else Unreachable(found.message, why=said, remedy=found.remedy)
    )
