"""An index that says the credentials that it was given: in its answers they are shown to nobody."""

from __future__ import annotations

import pytest
from attacked import SECRET, Web, redirect

from jupyter_securepypi.demo.leaks import files_with, texts_with

_WHEEL = "acme_tool-{}-py3-none-any.whl"
COMMANDS = (
    "why acme-tool --json",
    "search-versions acme-tool",
    "install --engine pip -v acme-tool",
    "install --engine uv -v acme-tool",
    "install --engine pip --verify before acme-tool",
)


@pytest.fixture
def index():
    running = Web.start()
    yield running
    running.close()


def echo(handler):
    """The header as it came, the password, and an address that opens the index."""
    host = handler.headers.get("Host")
    return f"{handler.headers.get('Authorization')}; {SECRET}; http://reader:{SECRET}@{host}/"


def page(handler):
    """Echo it in the reason for a withdrawal, in the Python that is wanted, and in a version."""
    basic = str(handler.headers.get("Authorization")).partition(" ")[2].rstrip("=")
    said = echo(handler)
    links = [
        f'<a href="/f/{_WHEEL.format("1.0")}" data-yanked="{said}">1</a>',
        f'<a href="/f/{_WHEEL.format("2.0")}" data-requires-python="&lt;3; {said}">2</a>',
        f'<a href="/f/{_WHEEL.format("3.0+" + basic)}">3</a>',
    ]
    text = "\n".join(links).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "text/html")
    handler.send_header("Content-Length", str(len(text)))
    handler.end_headers()
    handler.wfile.write(text)


def no_status(handler):
    handler.wfile.write(f"{echo(handler)}\r\n\r\n".encode())
    handler.close_connection = True


def reason(handler):
    handler.send_response(500, echo(handler))
    handler.send_header("Content-Length", "0")
    handler.end_headers()


def elsewhere(handler):
    redirect(f"http://reader:{SECRET}@localhost:9/{SECRET}?{echo(handler).replace(' ', '%20')}")(handler)


def no_json(handler):
    text = ("{" + echo(handler)).encode()
    handler.send_response(200)
    handler.send_header("Content-Type", "application/vnd.pypi.simple.v1+json")
    handler.send_header("Content-Length", str(len(text)))
    handler.end_headers()
    handler.wfile.write(text)


@pytest.mark.parametrize("answer", [page, no_status, reason, elsewhere, no_json])
def test_an_echo_is_shown_to_nobody(attacked, index, answer, home, monkeypatch):
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    index.answers["/team/simple/acme-tool/"] = answer
    index.answers["/team/simple/"] = answer
    shown = {}
    for command in COMMANDS:
        done = attacked.run(*command.split())
        shown[command] = done.stdout + done.stderr
    assert any("Authorization" in headers for _, headers in index.asked)
    assert texts_with(SECRET, shown) == [], shown
    assert files_with(SECRET, home, allowed=[home / ".netrc"]) == []
