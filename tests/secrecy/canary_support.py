"""A machine whose secrets are marked, and all that came out of it."""

from __future__ import annotations

import io
import json
import os
import secrets
import subprocess
import sys
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Thread

import forked
from websocket import WebSocket, WebSocketException, create_connection

from jupyter_securepypi.demo.leaks import ProcessWatch, files_with, texts_with
from jupyter_securepypi.demo.sandbox import Sandbox
from jupyter_securepypi.emulator import Emulator

CLIENTS = ["pip", "uv", "netrc", "poetry", "twine", "keyring"]
_KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
# A build that fails and tells all that it can see of itself and of whoever started it.
BACKEND = """
import os, pathlib, sys
def show(*_, **__):
    print(sys.argv, dict(os.environ))
    for number in (os.getpid(), os.getppid()):
        for name in ("cmdline", "environ"):
            print(pathlib.Path(f"/proc/{number}/{name}").read_bytes())
    raise RuntimeError("this build fails")
get_requires_for_build_wheel = prepare_metadata_for_build_wheel = build_wheel = show
"""


class Canary:
    """Emulated AWS with marks in tokens and secret keys, a Jupyter server, and a record of every output.

    Attributes:
        token: what stands in each CodeArtifact token.
        key: what stands in each AWS secret access key.
        hub: what stands in the token of a JupyterHub's administrator, and in those that the hub makes of it.
        aws: the emulated AWS.
        box: home, kernel environment and server.
        outputs: where → what was put out there.
    """

    def __init__(
        self, root: Path, aws: Emulator, box: Sandbox, token: str, key: str, hub: str, watch: ProcessWatch
    ) -> None:
        self.root, self.aws, self.box = root, aws, box
        self.token, self.key, self.hub = token, key, hub
        self.watch = watch
        self.outputs: dict[str, str] = {}
        self._events: list[tuple[WebSocket, Thread]] = []

    @property
    def python(self) -> str:
        """The kernel's interpreter."""
        return str(self.box.prefix / "bin/python")

    def keep(self, where: str, text: str) -> None:
        """Remember what was put out."""
        self.outputs[where] = self.outputs.get(where, "") + text

    def run(self, *words: str, **variables: str | None) -> str:
        """Run a program as in a terminal of the user; return what it printed, whatever its exit status.

        A variable that is None is not there.
        """
        environ = {**self.box.environ, **variables}
        done = forked.run(
            [*words],
            env={name: value for name, value in environ.items() if value is not None},
            cwd=self.box.work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.keep(f"output of {' '.join(words[:6])}", done.stdout + done.stderr)
        return done.stdout + done.stderr

    def cli(self, *words: str, **variables: str | None) -> str:
        """Run one of our commands with the kernel's interpreter."""
        return self.run(self.python, "-m", "jupyter_securepypi.cli", *words, **variables)

    def ask(self, method: str, path: str, body: object = None) -> None:
        """Keep what the server answers, headers and all."""
        request = urllib.request.Request(
            f"{self.box.url}securepypi{path}",
            method=method,
            data=None if method == "GET" else json.dumps(body or {}).encode(),
            headers={"Authorization": f"token {self.box.token}", "Content-Type": "application/json"},
        )
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=90) as answer:
                text = f"{answer.headers}\n{answer.read().decode()}"
        except urllib.error.HTTPError as error:
            text = f"{error.headers}\n{error.read().decode()}"
        self.keep(f"answer to {method} {path}", text)

    def listen(self) -> None:
        """Keep every event that the server announces from here on, until it ends."""
        address = f"{self.box.url}api/events/subscribe?token={self.box.token}".replace("http", "ws", 1)
        socket = create_connection(address, timeout=60)
        socket.settimeout(None)

        def take() -> None:
            with suppress(WebSocketException, OSError):
                while text := socket.recv():
                    self.keep("events of the server", str(text))

        thread = Thread(target=take)
        thread.start()
        self._events.append((socket, thread))

    def stop(self) -> None:
        """Stop the server, and what listens to it."""
        self.box.stop()
        for socket, thread in self._events:
            thread.join(60)
            socket.close()

    def until(self, state: str, seconds: float = 60.0) -> None:
        """Wait until the token is in this state."""
        deadline = time.monotonic() + seconds
        while self.box.get("securepypi/status")["state"] != state:
            assert time.monotonic() < deadline, self.box.get("securepypi/status")
            time.sleep(0.1)

    @property
    def token_files(self) -> list[Path]:
        """The only two places for the token: its store, and the netrc."""
        stores = [
            path for path in (self.box.runtime / "securepypi").glob("*.json") if "failure" not in path.name
        ]
        return [*stores, self.box.home / ".netrc"]

    @property
    def hub_token(self) -> Path:
        """The only place for the token of a hub."""
        return self.box.home / "hub-token"

    def leaks(self) -> list[str]:
        """Return each place where a mark stands that may not."""
        credentials = self.box.home / ".aws/credentials"
        logs = {"the server's log": self.box.log.read_text(errors="replace")}
        found = []
        places = (
            (self.token, self.token_files),
            (self.key, [credentials]),
            (self.hub, [self.hub_token]),
        )
        for secret, allowed in places:
            found += texts_with(secret, {**self.outputs, **logs})
            found += [f"file {path}" for path in files_with(secret, self.root, allowed=allowed)]
        return sorted({*found, *self.watch.hits})


@contextmanager
def canary(root: Path, *, lab: bool = False) -> Iterator[Canary]:
    """Start it all below `root`; nothing has been asked for yet. The AWS keys are in the credentials file only."""
    token, key, hub = ("mark" + secrets.token_hex(12) for _ in range(3))
    with ProcessWatch(token, key, hub) as watch, Emulator(token_marker=token, secret_marker=key) as aws:
        environ = aws.environment()
        keys = {name: environ.pop(name) for name in _KEYS}
        (root / "tmp").mkdir(parents=True)
        environ |= {
            "TMPDIR": str(root / "tmp"),
            "PYTHONFAULTHANDLER": "1",
            "AWS_MAX_ATTEMPTS": "1",
            "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]),
        }
        options = {"role_arn": aws.role_template, "poll_interval": 1.0, "clients": CLIENTS}
        with Sandbox(root / "box", environ, options, lab=lab) as box:
            file = box.home / ".aws/credentials"
            file.parent.mkdir()
            file.write_text(
                "[default]\n" + "".join(f"{name.lower()} = {value}\n" for name, value in keys.items())
            )
            file.chmod(0o600)
            add_broken_build(aws.packages_dir)
            yield Canary(root, aws, box, token, key, hub, watch)


def add_broken_build(folder: Path) -> None:
    """Put the source distribution acme-broken into an index; its build backend needs nothing from anywhere."""
    files = {
        "pyproject.toml": '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n',
        "backend.py": BACKEND,
        "PKG-INFO": "Metadata-Version: 2.1\nName: acme-broken\nVersion: 1.0\n",
    }
    with tarfile.open(folder / "acme_broken-1.0.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            entry = tarfile.TarInfo(f"acme_broken-1.0/{name}")
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
