"""An index that nobody should ask: it offers a package that the secure index lacks, and counts its visitors."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

PROJECT = "acme-decoy"


class Decoy:
    """A simple index on loopback with one wheel of `PROJECT`; a context manager.

    Args:
        wheel: the file to offer.
    """

    def __init__(self, wheel: Path) -> None:
        self.visits: list[str] = []
        page = f'<a href="/files/{wheel.name}">{wheel.name}</a>'.encode()
        content, visits = wheel.read_bytes(), self.visits

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                visits.append(self.path)
                body = content if self.path.startswith("/files/") else page
                kind = "application/octet-stream" if self.path.startswith("/files/") else "text/html"
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 inherited name
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    @property
    def index_url(self) -> str:
        """The address that an attacker would have people add."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/simple/"

    def __enter__(self) -> Decoy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
