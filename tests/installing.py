"""An environment to install into, whose command line is called as a process of its own."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
import threading
import urllib.error
import urllib.request
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import forked
import pytest

from jupyter_securepypi.demo import borrowing


class Environment:
    """A virtual environment with pip and, beside its Python, uv; it sees what this one has.

    Attributes:
        python: its interpreter.
        packages: its own folder of packages.
        cwd: where commands run.
    """

    def __init__(self, prefix: Path, cwd: Path) -> None:
        self.prefix, self.cwd = prefix, cwd
        self.python = borrowing.environment(prefix)
        ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
        asked = subprocess.run([self.python, "-c", ask], check=True, capture_output=True, text=True)
        self.packages = Path(asked.stdout.strip())
        self.bin("uv").symlink_to(shutil.which("uv") or Path(sys.executable).with_name("uv"))

    def bin(self, name: str) -> Path:
        return self.prefix / "bin" / name

    def run(self, *words: object, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run ``jupyter securepypi`` with `words`."""
        command = [str(self.python), "-m", "jupyter_securepypi.cli", *map(str, words)]
        env = {**os.environ, **variables}
        return forked.run(command, cwd=self.cwd, env=env, capture_output=True, text=True, timeout=170)

    def ok(self, *words: object, **variables: str) -> str:
        done = self.run(*words, **variables)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def fails(self, *words: object, **variables: str) -> str:
        done = self.run(*words, **variables)
        assert done.returncode == 1, done.stdout + done.stderr
        return done.stderr

    def install(self, *words: object, **variables: str) -> list[dict[str, object]]:
        """Install with ``--json``, and return the packages of the report."""
        return json.loads(self.ok("install", "--json", *words, **variables))["packages"]

    def call(self, code: str, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [str(self.python), "-c", code]
        env = {**os.environ, **variables}
        return subprocess.run(command, cwd=self.cwd, env=env, capture_output=True, text=True, timeout=170)

    def put(self, *wheels: Path) -> None:
        """Unpack pure wheels where an installer would, which is all that one does; nobody has recorded it."""
        for wheel in wheels:
            with zipfile.ZipFile(wheel) as archive:
                archive.extractall(self.packages)

    def versions(self) -> dict[str, str]:
        """What of the emulator's packages is installed here."""
        stems = [path.name[: -len(".dist-info")] for path in self.packages.glob("*.dist-info")]
        return dict(stem.rsplit("-", 1) for stem in stems if stem.startswith(("acme", "other")))

    def empty(self) -> None:
        patterns = ("acme*", "other*", "__pycache__/acme*")
        for path in [path for pattern in patterns for path in self.packages.glob(pattern)]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.fixture(scope="session")
def _environment(tmp_path_factory):
    return Environment(tmp_path_factory.mktemp("engines") / "venv", tmp_path_factory.mktemp("engines-cwd"))


@pytest.fixture
def environment(_environment, tmp_path, aws, home, monkeypatch):
    monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", aws.role_template)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    _environment.cwd = tmp_path / "work"
    _environment.cwd.mkdir()
    _log_in(_environment, home / ".local/share/jupyter/runtime/securepypi", aws)
    yield _environment
    _environment.empty()


def _log_in(environment, store, aws, known={}):  # noqa: B006 kept for the next test
    """Have the token that an earlier test got from this emulator, unless one has revoked it; else ask for one."""
    if not any(_serves(aws, json.loads(content)) for content in known.get(aws.url, {}).values()):
        environment.ok("refresh")
        known[aws.url] = {path.name: path.read_bytes() for path in store.glob("*.json")}
        aws.clear()  # the test counts its own calls
        return
    store.mkdir(parents=True, mode=0o700)
    for name, content in known[aws.url].items():
        (store / name).touch(mode=0o600)
        (store / name).write_bytes(content)


def _serves(aws, stored):
    token = stored.get("token", {}).get("secret", "")
    basic = base64.b64encode(f"aws:{token}".encode()).decode()
    request = urllib.request.Request(f"{aws.index_url}acme-core/", headers={"Authorization": f"Basic {basic}"})
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return False
    finally:
        aws.clear()  # the test counts its own calls


@pytest.fixture
def packages(aws):
    """The folder of the emulated repository."""
    return aws.packages_dir


@pytest.fixture(params=["pip", "uv"])
def engine(request):
    return request.param


@pytest.fixture
def serve():
    """Serve folders on loopback; each is an index of its own."""
    running = []

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *words):
            pass

    def start(folder, tls=None):
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
        if tls:
            server.socket = tls.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        running.append(server)
        return f"http{'s' if tls else ''}://127.0.0.1:{server.server_port}/"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()
