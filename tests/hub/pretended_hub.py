"""A hub and its users' servers that answer what a test says: for answers that a real hub gives on a bad day only."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

STATUS = {"state": "fresh", "repository": {"label": "acme/pypi"}, "policy": {"text": "3 days old at least"}}


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # their end is waited for
    request_queue_size = 64


class PretendedHub:
    """A context manager.

    Args:
        users: who has a server.
        tokens: returns status and body of the answer to who asks for a token for this user; by default it is made.
        status: returns what this user's server says.
        page: returns what the proxy's routes at this offset are; by default all users' in one page.
        mark: text that is in every token that is made.

    Attributes:
        url: of its API.
        held: the users whose token was made and not taken back.
        asked: the offsets that were asked for.
    """

    def __init__(
        self,
        users: list[str],
        tokens: Callable[[str], tuple[int, Any] | None] = lambda user: None,
        status: Callable[[str], Any] = lambda user: STATUS,
        page: Callable[[int], Any] | None = None,
        mark: str = "",
    ) -> None:
        self.held, self.asked = set[str](), list[int]()
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                path, _, query = self.path.partition("?")
                if path == "/hub/api/proxy":
                    offset = int(query.partition("=")[2])
                    hub.asked.append(offset)
                    self._answer(200, page(offset) if page else hub.routes(users))
                elif path.startswith("/user/"):
                    self._answer(200, status(path.split("/")[2]))
                else:
                    self._answer(200, {})

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                user = self.path.split("/")[4]
                refused = tokens(user)
                if refused is None:
                    hub.held.add(user)
                self._answer(*(refused or (201, {"token": f"token-of-{user}{mark}", "id": "1"})))

            def do_DELETE(self) -> None:
                hub.held.discard(self.path.split("/")[4])
                self._answer(204, None)

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

            def _answer(self, code: int, value: Any) -> None:
                body = b"" if value is None else json.dumps(value).encode()
                self.send_response(code)
                if code != 204:
                    self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._origin = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self._origin}/hub/api"

    def routes(self, users: list[str], following: int | None = None) -> Any:
        """Return a page of the proxy's routes."""
        return {
            "items": {
                f"/user/{user}/": {"data": {"user": user, "server_name": ""}, "target": self._origin}
                for user in users
            },
            "_pagination": {"next": None if following is None else {"offset": following}},
        }

    def __enter__(self) -> PretendedHub:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
