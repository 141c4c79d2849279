"""The list of projects of an index: its root page (the simple repository API), asked for again only if it changed."""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
from dataclasses import dataclass

from ...core.deadline import Deadline
from ...core.index import Index
from ...core.index_requests import PAGE_BYTES, request
from ...core.page_requests import refusal, unread
from ...core.project_page import ACCEPT, HtmlPage, base_name
from ...core.proxy_and_trust import ProxyAndTrust
from ...core.secret import without

_PIECE = 1 << 18  # bytes
_SECONDS = 20.0
# What an index answers that gives no list, although its token is good.
_NO_LIST = (403, 404, 405, 406, 501)


@dataclass(frozen=True)
class NamePage:
    """What the index lists.

    Attributes:
        names: as it spells them, in its order.
        whole: whether that is the whole list; otherwise it gives none, or it did not end in time.
        etag, modified: what the index calls this version of the list (RFC 9110, section 8.8); empty where it says
            nothing.
    """

    names: tuple[str, ...] = ()
    whole: bool = False
    etag: str = ""
    modified: str = ""


def name_page(
    index: Index,
    proxy_and_trust: ProxyAndTrust,
    known: NamePage | None = None,
    *,
    seconds: float = _SECONDS,
    most: int = PAGE_BYTES,
) -> NamePage:
    """Return the list of projects of `index`; an empty one where it gives none.

    Args:
        index: where to ask.
        proxy_and_trust: how to reach it.
        known: an earlier answer: the index is asked for a newer one, and this is returned where there is none.
        seconds: the time limit for all of it.
        most: the limit of its size, in bytes; what comes in both limits is returned.

    Raises:
        TokenExpired, Unreachable, Throttled: it does not say.
    """
    asked = request(index.url.rstrip("/") + "/", index, ACCEPT)
    if known and known.etag:
        asked.add_header("If-None-Match", known.etag)
    elif known and known.modified:
        asked.add_header("If-Modified-Since", known.modified)
    content, ended, until = bytearray(), False, time.monotonic() + seconds
    try:
        with Deadline(seconds) as limit, proxy_and_trust.open(asked, seconds, limit) as answer:
            headers = answer.headers
            if not index.holds(answer.geturl()):
                return NamePage()  # what stands there is another's list
            while len(content) < most and time.monotonic() < until and not ended:
                piece = answer.read1(_PIECE)
                content += piece
                ended = not piece
    except urllib.error.HTTPError as error:
        if error.code == 304 and known:
            return known
        if error.code in _NO_LIST:
            return NamePage()
        raise refusal(error.code, "its list of projects", index) from None
    except (OSError, http.client.HTTPException) as error:
        if not content:
            raise unread(error, "The index's list of projects", index) from None
    names, readable = _names(bytes(content), asked.full_url, seconds)
    # They are kept in a file, and shown: the credentials must not be among them, whatever the index says.
    names = tuple(name for name in names if without(index.password, name) == name)
    etag, modified = (
        without(index.password, headers.get(name, "")) if ended else "" for name in ("ETag", "Last-Modified")
    )
    return NamePage(names, ended and readable, etag, modified)


def _names(content: bytes, url: str, seconds: float) -> tuple[tuple[str, ...], bool]:
    """Return the names on a page, and whether all of it can be read."""
    if content.lstrip()[:1] == b"{":
        try:
            projects = json.loads(content)["projects"]
            found = (one.get("name") for one in projects)
            return tuple(name for name in found if isinstance(name, str)), True
        except (ValueError, RecursionError, KeyError, TypeError, AttributeError):
            return (), False
    page = HtmlPage(url)
    try:
        page.take(content, seconds)
    except OSError:  # it takes longer
        return tuple(base_name(link.url.rstrip("/")) for link in page.links), False
    return tuple(base_name(link.url.rstrip("/")) for link in page.links), True
