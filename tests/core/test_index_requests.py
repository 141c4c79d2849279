"""What the index sends is whole, or it is no answer; and what is asked of it costs no more than it must."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from jupyter_securepypi.core.errors import Unreachable
from jupyter_securepypi.core.index import Index
from jupyter_securepypi.core.page_requests import page_of
from jupyter_securepypi.core.proxy_and_trust import ProxyAndTrust
from jupyter_securepypi.install.engines.fetching import fetch
from jupyter_securepypi.install.engines.pylock import File

PAGE = b'<!DOCTYPE html><html><body><a href="good-1.0-py3-none-any.whl">good-1.0-py3-none-any.whl</a>\n'


class CutShort(BaseHTTPRequestHandler):
    """Says that more comes than does, then closes the connection."""

    def do_GET(self):
        page = self.path.endswith("/")
        self.send_response(200)
        self.send_header("Content-Type", "text/html" if page else "application/octet-stream")
        self.send_header("Content-Length", "1000")
        self.end_headers()
        self.wfile.write(PAGE if page else b"beginning")

    def log_message(self, *_):
        pass


@pytest.fixture
def index():
    server = HTTPServer(("127.0.0.1", 0), CutShort)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/simple/"
    yield Index(url, url)
    server.shutdown()
    server.server_close()


def test_a_file_that_is_cut_short_is_not_kept_where_no_hash_tells(index, tmp_path):
    file = File("good", "1.0", f"{index.url}good/good-1.0-py3-none-any.whl", "")
    with pytest.raises(Unreachable, match="9 of 1000 bytes"):
        fetch(file, tmp_path / "good-1.0-py3-none-any.whl", index, ProxyAndTrust())
    assert not list(tmp_path.rglob("good*"))


def test_a_page_that_is_cut_short_does_not_hide_the_files_that_it_lacks(index):
    with pytest.raises(Unreachable, match="of 1000 bytes"):
        page_of("good", index, ProxyAndTrust())


def test_authorities_are_read_once_for_all_requests_and_not_for_http(index, monkeypatch):
    made = []
    create = ssl.create_default_context
    monkeypatch.setattr(ssl, "create_default_context", lambda **more: made.append(more) or create(**more))
    way = ProxyAndTrust()
    with pytest.raises(Unreachable, match="of 1000 bytes"):
        page_of("good", index, way)
    assert made == []
    tls = index.url.replace("http:", "https:")
    for _ in range(2):
        with pytest.raises(Unreachable, match="(?i)ssl"):
            page_of("good", Index(tls, tls), way)
    assert len(made) == 1
