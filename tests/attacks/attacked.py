"""An environment under attack, whose command line is called as a process, and an index that may do anything."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import forked

from jupyter_securepypi.demo import borrowing

Answer = Callable[[BaseHTTPRequestHandler], None]
SECRET = "correct-horse-1234"
"""The user's password for the index."""
WHEEL = "acme_tool-1.0-py3-none-any.whl"


class Attacked:
    """A virtual environment with pip and uv, and a folder beside it that its commands run in.

    Attributes:
        python: its interpreter.
        packages: its own folder of packages.
        work: the folder that commands run in.
    """

    def __init__(self, folder: Path) -> None:
        self.python = borrowing.environment(folder / "venv")
        [self.packages] = (folder / "venv").glob("lib/python*/site-packages")
        self.work = folder / "work"
        self.work.mkdir()
        self.python.with_name("uv").symlink_to(shutil.which("uv") or Path(sys.executable).with_name("uv"))

    def call(self, *words: object, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the Python with `words`; -I keeps this process itself, which is the user's, undisturbed."""
        return forked.run(
            [str(self.python), "-I", *map(str, words)],
            cwd=self.work,
            env={**os.environ, "UV_CACHE_DIR": str(self.work.parent / "uv-cache"), **variables},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=170,
        )

    def run(self, *words: object, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run ``jupyter securepypi`` with `words`."""
        return self.call("-m", "jupyter_securepypi.cli", *words, **variables)

    def has(self, module: str) -> bool:
        """Whether `module` is installed here, in the environment's own folder."""
        return any(self.packages.glob(f"{module}*"))


@dataclass
class Web:
    """A server on loopback with an answer for each path, 404 for others.

    Attributes:
        url: its address, with a slash at the end.
        answers: path → content, or a function that answers.
        asked: path and headers of each request.
    """

    url: str
    answers: dict[str, bytes | Answer]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    close: Callable[[], None] = lambda: None

    def page(self, name: str, *links: str) -> None:
        """Have a page of the simple index at ``team/simple/`` with these links."""
        text = "".join(f'<a href="{link}">{link}</a>\n' for link in links)
        self.answers[f"/team/simple/{name}/"] = text.encode()

    @staticmethod
    def start() -> Web:
        """Start it."""

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                web.asked.append((self.path, dict(self.headers)))
                answer = web.answers.get(self.path.partition("?")[0])
                if callable(answer):
                    answer(self)
                    return
                self.send_response(404 if answer is None else 200)
                if self.path.endswith("/"):
                    self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(answer or b"")))
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(answer or b"")

            do_HEAD = do_GET  # noqa: N815 the name that http.server looks for

            def log_message(self, *_: object) -> None:
                """Nothing to the terminal."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        web = Web(f"http://127.0.0.1:{server.server_port}/", {})
        threading.Thread(target=server.serve_forever, daemon=True).start()

        def close() -> None:
            server.shutdown()
            server.server_close()

        web.close = close
        return web


def redirect(to: str) -> Answer:
    """Answer with a redirect."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", to)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def hashed(link: str, content: bytes) -> str:
    """Return a link to a file with the hash of its content."""
    return f"{link}#sha256={hashlib.sha256(content).hexdigest()}"


def credentials(web: Web) -> int:
    """Return how often the user's password came to a server."""
    said = [headers.get("Authorization", "").partition(" ")[2] for _, headers in web.asked]
    return sum(SECRET.encode() in base64.b64decode(one) for one in said)
