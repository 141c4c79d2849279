"""Requests to the index with its credentials: bounded in size and time; whoever it redirects to gets no credentials."""

from __future__ import annotations

import http.client
import io
import urllib.error
import urllib.request
from typing import Protocol, Tuple

from .deadline import Deadline
from .index import Index
from .proxy_and_trust import ProxyAndTrust
from .secret import basic

PAGE_SECONDS = 60.0
PAGE_BYTES = 32_000_000
"""Pages of projects with ten thousand files have a third of it."""
READ_SECONDS = 30.0
"""The time limit for each read."""
_PIECE = 1 << 18  # bytes


class Writable(Protocol):
    """Something that bytes are written to, like a file."""

    def write(self, piece: bytes, /) -> object:
        """Write all of `piece`."""


class TooMuch(OSError):
    """An answer is larger, or takes longer, than it may; the text says which limit it exceeds."""


def read(
    url: str,
    index: Index,
    proxy_and_trust: ProxyAndTrust,
    *,
    accept: str = "text/html",
    seconds: float = PAGE_SECONDS,
    most: int = PAGE_BYTES,
) -> Tuple[str, bytes]:
    """Return where `url` led to, and what is there.

    Args:
        url: an address on the index.
        index: whose credentials open it.
        proxy_and_trust: how to reach it.
        accept: the types of content that are wanted.
        seconds: the time limit for all of it.
        most: the limit of its size, in bytes.

    Raises:
        HTTPError: the answer is no success.
        TooMuch: it exceeds a limit.
        OSError, HTTPException: there is no answer, or no whole one.
    """
    content = io.BytesIO()
    final = copy(url, content, index, proxy_and_trust, accept=accept, seconds=seconds, most=most)
    return final, content.getvalue()


def copy(
    url: str,
    into: Writable,
    index: Index,
    proxy_and_trust: ProxyAndTrust,
    *,
    accept: str,
    seconds: float,
    most: int,
) -> str:
    """Write what is at `url` to `into`, piece by piece, and return where `url` led to; the rest is as for `read`."""
    late = TooMuch(f"it did not end within {seconds:g} seconds")
    size = 0
    with Deadline(seconds) as deadline:
        try:
            with proxy_and_trust.open(request(url, index, accept), READ_SECONDS, deadline) as answer:
                final: str = answer.geturl()
                told = answer.headers.get("Content-Length", "")
                while size <= most:
                    piece = answer.read(_PIECE)
                    if not piece:
                        break
                    size += len(piece)
                    into.write(piece)
        except urllib.error.HTTPError:
            raise
        except (OSError, http.client.HTTPException):
            if deadline.passed:
                raise late from None
            raise
    if deadline.passed:  # what ended because of it may look whole
        raise late
    if size > most:
        raise TooMuch(f"it has more than {most // 1_000_000} MB")
    if told.isdigit() and size < int(
        told
    ):  # http.client takes the end of the connection for that of the answer
        raise OSError(f"it ended after {size} of {told} bytes")
    return final


def request(url: str, index: Index, accept: str = "text/html") -> urllib.request.Request:
    """Return the request for `url`, which is to be on `index`."""
    made = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310
    if index.password:
        # Not to whom the index might redirect to.
        made.add_unredirected_header("Authorization", basic(index.login, index.password))
    return made
