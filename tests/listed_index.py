"""An index on loopback that lists any number of names, and has a page of made-up files for each of them."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

JSON = "application/vnd.pypi.simple.v1+json"
DAY = 86_400.0


class ListedIndex:
    """A context manager: an index with `names`, of which each has version 1.0, a month old, and 1.1, two days old.

    Attributes:
        names: what the root page lists; a test may change it.
        asked: how often each path was asked for, and answered with which status.
        lists: whether there is a root page.
        html: whether it answers with HTML only.
        status: what every request is answered with instead, or 0.
        answers: while a test clears it, nothing is answered, for half a minute at most.
    """

    def __init__(self, names: Sequence[str], *, lists: bool = True, html: bool = False) -> None:
        self.names, self.lists, self.html = list(names), lists, html
        self.asked: Counter[tuple[str, int]] = Counter()
        self.status = 0
        self.answers = threading.Event()
        self.answers.set()
        index = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                index.answers.wait(30)
                status, kind, body, etag = index.answer(self.path, self.headers.get("If-None-Match", ""))
                index.asked[self.path, status] += 1
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                if etag:
                    self.send_header("ETag", etag)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/simple/"

    def __enter__(self) -> ListedIndex:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def answer(self, path: str, known: str) -> tuple[int, str, bytes, str]:
        """Return status, content type, body and entity tag."""
        if self.status:
            return self.status, "text/plain", b"", ""
        if path == "/simple/":
            etag = f'"{len(self.names)}"'
            if not self.lists:
                return 404, "text/plain", b"", ""
            return (304, JSON, b"", etag) if known == etag else (200, *self._list(), etag)
        name = path.removeprefix("/simple/").strip("/")
        if name not in self.names:
            return 404, "text/plain", b"", ""
        return 200, JSON, json.dumps(self._page(name)).encode(), ""

    def _list(self) -> tuple[str, bytes]:
        if self.html:
            return "text/html", "\n".join(f'<a href="{one}/">{one}</a>' for one in self.names).encode()
        listed = {"meta": {"api-version": "1.0"}, "projects": [{"name": one} for one in self.names]}
        return JSON, json.dumps(listed).encode()

    def _page(self, name: str) -> dict[str, object]:
        stem = name.replace("-", "_")
        files = [
            {
                "filename": f"{stem}-{version}-py3-none-any.whl",
                "url": f"{stem}-{version}-py3-none-any.whl",
                "hashes": {"sha256": "ab" * 32},
                "upload-time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - days * DAY)),
            }
            for version, days in (("1.0", 30), ("1.1", 2))
        ]
        return {"meta": {"api-version": "1.1"}, "name": name, "versions": ["1.0", "1.1"], "files": files}
