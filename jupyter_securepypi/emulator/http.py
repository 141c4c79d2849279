"""An HTTP request and its answer, in the form for the emulated services."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

# Far above what any AWS call here sends; package uploads do not pass through `Request.body`.
MOST_BYTES = 1 << 20


@dataclass(frozen=True)
class Response:
    """A complete answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def send(self, start_response: StartResponse) -> Iterable[bytes]:
        """Start the WSGI answer and return its body."""
        phrase = HTTPStatus(self.status).phrase
        headers = [*self.headers.items(), ("Content-Length", str(len(self.body)))]
        start_response(f"{self.status} {phrase}", headers)
        return [self.body]


class Request:
    """A request, read from a WSGI environ."""

    def __init__(self, environ: Environ) -> None:
        self.environ = environ
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ["PATH_INFO"]
        self.query_string: str = environ.get("QUERY_STRING", "")

    @cached_property
    def raw_path(self) -> str:
        """The path as sent, still percent-encoded: the form that is signed."""
        uri: str = self.environ.get("REQUEST_URI", self.path)
        return uri.partition("?")[0]

    @cached_property
    def headers(self) -> dict[str, str]:
        """All headers, names in lower case."""
        found = {
            key[5:].replace("_", "-").lower(): str(value)
            for key, value in self.environ.items()
            if key.startswith("HTTP_")
        }
        for key in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            if self.environ.get(key):
                found[key.replace("_", "-").lower()] = str(self.environ[key])
        return found

    @cached_property
    def body(self) -> bytes:
        """The body, or its first MiB; read once."""
        length = self.environ.get("CONTENT_LENGTH")
        data: bytes = self.environ["wsgi.input"].read(min(int(length), MOST_BYTES) if length else MOST_BYTES)
        return data

    @cached_property
    def query(self) -> dict[str, str]:
        """Query parameters, the first value of each."""
        return _first(self.query_string)

    @cached_property
    def form(self) -> dict[str, str]:
        """Parameters of a form body, the form of the query protocol."""
        return _first(self.body.decode("utf-8", "replace"))


def _first(encoded: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(encoded, keep_blank_values=True).items()}
