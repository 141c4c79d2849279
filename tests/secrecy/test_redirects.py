"""An index that sends us elsewhere: the token does not go along."""

from __future__ import annotations

import hashlib
import http.server
import threading
from contextlib import contextmanager

from jupyter_securepypi.core.index import Index
from jupyter_securepypi.core.proxy_and_trust import ProxyAndTrust
from jupyter_securepypi.install.engines.fetching import fetch
from jupyter_securepypi.install.engines.pylock import File


@contextmanager
def web(status: int, location: str = ""):
    """Serve one answer on loopback; yield the address and the headers of each request."""
    seen: list[dict[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            seen.append(dict(self.headers))
            self.send_response(status)
            if location:
                self.send_header("Location", location)
            self.end_headers()

        def log_message(self, *_):
            """Nothing to the terminal."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/simple/", seen
    finally:
        server.shutdown()
        server.server_close()


def test_the_token_stays_with_the_index_that_asked_for_it(monkeypatch, tmp_path):
    monkeypatch.setenv("no_proxy", "*")
    with web(200) as (elsewhere, there), web(302, elsewhere) as (index, here):
        file = File("acme-core", "1.0", index, hashlib.sha256(b"").hexdigest())
        fetch(file, tmp_path / "got", Index(url=index, origin=index, password="the-token"), ProxyAndTrust())
    assert [("Authorization" in headers) for headers in here] == [True]
    assert [("Authorization" in headers) for headers in there] == [False]
