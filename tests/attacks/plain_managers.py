"""Two indexes with the same project, and a kernel's environment whose plain pip and plain uv are asked for it."""

from __future__ import annotations

import re
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from jupyter_securepypi.clients.audit import Audit, Auditor
from jupyter_securepypi.clients.base import Machine
from jupyter_securepypi.clients.pip_write import point_at
from jupyter_securepypi.clients.uv import Uv
from jupyter_securepypi.config import SecurePyPI
from jupyter_securepypi.core.grant import Grant
from jupyter_securepypi.core.token import Token
from jupyter_securepypi.emulator.samples import build_wheel

PROJECT = "acme-tool"
SECURE, ELSEWHERE, REFUSED = "the secure index", "elsewhere", "refused"
VERSIONS = {"1.0": SECURE, "99.0": ELSEWHERE}
# Nothing listens there: what would go out to public PyPI fails at once, and stays on this machine.
NO_WAY_OUT = {"HTTPS_PROXY": "http://127.0.0.1:9", "NO_PROXY": "127.0.0.1"}


@dataclass
class Indexes:
    """A server: below ``/secure/`` the project has version 1.0, below ``/elsewhere/`` version 99.0."""

    url: str
    files: dict[str, bytes]
    visits: list[str] = field(default_factory=list)

    @property
    def elsewhere(self) -> str:
        return f"{self.url}/elsewhere/simple/"

    @property
    def links(self) -> str:
        """A page that lists the foreign file."""
        return f"{self.elsewhere}{PROJECT}/"

    @property
    def wheel(self) -> str:
        """The foreign file itself."""
        return next(f"{self.url}{path}" for path in self.files if path.startswith("/elsewhere/"))


@contextmanager
def indexes(folder: Path, tls: ssl.SSLContext | None = None) -> Iterator[Indexes]:
    """Serve both indexes on loopback."""
    files = {}
    for place, version in (("secure", "1.0"), ("elsewhere", "99.0")):
        wheel = build_wheel(folder / place, PROJECT, version)
        files[f"/{place}/simple/{PROJECT}/{wheel.name}"] = wheel.read_bytes()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.visits.append(self.path)
            below = [path.rpartition("/")[2] for path in files if path.rpartition("/")[0] + "/" == self.path]
            body = files.get(self.path) or "".join(f'<a href="{name}">{name}</a>' for name in below).encode()
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        do_HEAD = do_GET  # noqa: N815 inherited name

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 inherited name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    found = Indexes(f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}", files)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join()


@dataclass
class Kernel:
    """The environment of a kernel, in a home and a folder of notebooks of its own.

    Attributes:
        python: its Python, with the pip to try.
        uv: the uv to try; it is on the kernel's path.
        home: the home folder.
        folder: the folder that the notebook lies in.
        index: the secure index.
        environ: the variables that the kernel sees.
    """

    python: Path
    uv: Path
    home: Path
    folder: Path
    index: Indexes
    environ: dict[str, str]

    @property
    def prefix(self) -> Path:
        return self.python.parent.parent

    @property
    def grant(self) -> Grant:
        now = time.time()
        return Grant(Token("not-a-token", now + 3600, now, ""), f"{self.index.url}/secure/", "aws")

    def configure(self) -> None:
        """Point pip and uv at the secure index, as the server does."""
        point_at(self.prefix, self.grant.index_url, self.environ)
        self.configure_uv()

    def configure_uv(self) -> None:
        """Point uv only."""
        Uv().point(self.grant, Machine(SecurePyPI(repository=self.grant.index_url), self.environ))

    def write(self, name: str, text: str) -> Path:
        """Write a file below the folder of notebooks."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def with_variables(self, **variables: object) -> Kernel:
        return replace(
            self, environ={**self.environ, **{name: str(value) for name, value in variables.items()}}
        )

    def audit(self) -> Audit:
        """Return what we say about it."""
        return Auditor(self.grant.index_url, self.folder).audit(self.prefix, self.environ)

    def pip(self) -> str:
        """Return where a plain ``pip download`` takes the project from; unlike a dry run, every pip knows that."""
        return self._pip("download", "--no-deps", "--dest", "got")

    def pip_install(self) -> str:
        """Return where a plain ``pip install`` would take the project from."""
        return self._pip("install", "--dry-run", "--ignore-installed")

    def uv_pip(self, project: str = PROJECT) -> str:
        """Return where a plain ``uv pip install`` would take the project from."""
        words = ["pip", "install", "--dry-run", "--no-cache", "--python", self.python, project]
        return self._place([self.uv, *words], {"UV_HTTP_RETRIES": "0"})

    def _pip(self, *words: str) -> str:
        command = [self.python, "-m", "pip", *words, "--retries", "0", PROJECT]
        return self._place(command, {"PIP_NO_CACHE_DIR": "1"})

    def _place(self, command: list[object], more: Mapping[str, str]) -> str:
        done = self._run(command, more)
        said = re.search(r"acme[-_]tool(?:-|==)(\d+\.\d+)", done.stdout + done.stderr)
        return VERSIONS[said[1]] if said and done.returncode == 0 else REFUSED

    def _run(self, command: list[object], more: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in command],
            env={**self.environ, **more},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=120,
        )


def kernel(folder: Path, python: Path, uv: Path, index: Indexes) -> Kernel:
    """Return a kernel that nothing has been done for yet."""
    home, notebooks, programs = folder / "home-of-kernel", folder / "notebooks", folder / "programs"
    for place in (home, notebooks, programs):
        place.mkdir()
    (programs / "uv").symlink_to(uv)
    environ = {
        "HOME": str(home),
        "PATH": f"{programs}:/usr/bin:/bin",
        "XDG_CONFIG_DIRS": str(home / "etc"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "UV_PYTHON_DOWNLOADS": "never",
        **NO_WAY_OUT,
    }
    return Kernel(python, uv, home, notebooks, index, environ)
