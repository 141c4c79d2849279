"""An index of the files in a folder that takes its time to hand them out, as one across a slow line does."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

_PIECE = 1 << 16


@contextmanager
def slow_index(folder: Path, bytes_a_second: float) -> Iterator[str]:
    """Serve the files in `folder`; yield the address of the index."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *words: object) -> None:
            pass

        def do_GET(self) -> None:
            parts = [part for part in self.path.split("/") if part]
            if parts[:1] == ["files"]:
                self._file(folder / parts[1])
                return
            name = parts[1] if len(parts) > 1 else ""
            files = [path for path in sorted(folder.iterdir()) if _project(path) == name]
            links = (f'<a href="/files/{path.name}#sha256={_digest(path)}">{path.name}</a>' for path in files)
            self._answer(200 if files or not name else 404, "\n".join(links).encode())

        def do_HEAD(self) -> None:
            self.do_GET()

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def _file(self, path: Path) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/octet-stream")
            self.send_header("Content-Length", str(path.stat().st_size))
            self.end_headers()
            content = path.read_bytes() if self.command == "GET" else b""
            try:
                for start in range(0, len(content), _PIECE):
                    self.wfile.write(content[start : start + _PIECE])
                    time.sleep(_PIECE / bytes_a_second)  # that is how slow it is
            except OSError:
                pass  # whoever asked has gone

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/"
    finally:
        server.shutdown()
        server.server_close()


def _project(path: Path) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"-\d", path.name)[0]).lower()


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
