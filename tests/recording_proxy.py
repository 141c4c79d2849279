"""A proxy that writes down which hosts are asked for, and lets nothing through but plain HTTP to loopback."""

from __future__ import annotations

import http.client
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

_LOOPBACK = ("127.0.0.1", "localhost")
_HOP_BY_HOP = ("connection", "proxy-connection", "keep-alive", "transfer-encoding")


class RecordingProxy:
    """A context manager.

    Attributes:
        asked: ``host:port`` of each request, in order.
        url: its address.
    """

    def __init__(self) -> None:
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self) -> None:
                asked.append(self.path)
                self.send_error(403)

            def do_GET(self) -> None:
                url = urlsplit(self.path)
                asked.append(url.netloc)
                if url.hostname not in _LOOPBACK:
                    self.send_error(403)
                    return
                connection = http.client.HTTPConnection(url.netloc, timeout=60)
                headers = {
                    name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP
                }
                body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                connection.request(
                    self.command, url._replace(scheme="", netloc="").geturl(), body=body, headers=headers
                )
                answer = connection.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in (*_HOP_BY_HOP, "content-length"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                connection.close()

            do_HEAD = do_POST = do_GET  # noqa: N815 names of the base class

            def log_message(self, *words: object) -> None:
                pass

        self.asked = asked
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def variables(self) -> dict[str, str]:
        """Return the variables that lead everything through it, loopback included."""
        names = ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")
        return {**dict.fromkeys(names, self.url), "no_proxy": "", "NO_PROXY": ""}

    def __enter__(self) -> RecordingProxy:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
