"""A scratch home with a kernel environment of its own, so that a demo touches nothing of the user's."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ..core.errors import SecurePyPIError, Unreachable
from .borrowing import environment

KERNEL = "acme"
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "LD_LIBRARY_PATH")
_STARTUP = "etc/ipython/startup"


class Sandbox:
    """Folders, a kernel environment and a Jupyter server in them; a context manager that ends and removes all.

    Args:
        root: the folder to build in.
        environ: variables for the server, over a bare environment.
        options: values for `SecurePyPI`, written to its configuration file.
        lab: run JupyterLab instead of the bare server.
        python: the interpreter whose server is run; the kernel environment comes from the running one.
    """

    def __init__(
        self,
        root: Path,
        environ: Mapping[str, str],
        options: Mapping[str, Any],
        *,
        lab: bool = False,
        python: str = sys.executable,
    ) -> None:
        self.root = root
        self.python = python
        self.home = root / "home"
        self.work = self.home / "work"
        self.prefix = root / "kernel"
        self.log = root / "server.log"
        self.lab = lab
        self.base_url = "/"
        self.token = secrets.token_hex(16)
        self.port = _free_port()
        self.process: subprocess.Popen[bytes] | None = None
        self.environ = {name: os.environ[name] for name in _KEPT if name in os.environ} | {
            "HOME": str(self.home),
            "JUPYTER_CONFIG_DIR": str(self.home / ".jupyter"),
            "JUPYTER_DATA_DIR": str(self.home / ".local/share/jupyter"),
            "JUPYTER_RUNTIME_DIR": str(self.home / ".local/share/jupyter/runtime"),
            "IPYTHONDIR": str(self.home / ".ipython"),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "XDG_CONFIG_DIRS": str(self.home / "etc/xdg"),
            "XDG_CACHE_HOME": str(self.home / ".cache"),
            "JUPYTER_PLATFORM_DIRS": "0",
            "JUPYTER_TOKEN": self.token,
            **environ,
        }
        self._build(options)

    @property
    def url(self) -> str:
        """The server's address, without a token."""
        return f"http://127.0.0.1:{self.port}{self.base_url}"

    @property
    def runtime(self) -> Path:
        """Jupyter's runtime directory inside."""
        return Path(self.environ["JUPYTER_RUNTIME_DIR"])

    def __enter__(self) -> Sandbox:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, *arguments: str, timeout: float = 60.0) -> None:
        """Start the server and wait until it answers.

        Raises:
            SecurePyPIError: if it does not within `timeout` seconds; its log's end is quoted.
        """
        command = [
            self.python,
            "-m",
            "jupyterlab" if self.lab else "jupyter_server",
            "--no-browser",
            "--allow-root",
        ]
        command += [f"--ServerApp.port={self.port}", "--ServerApp.port_retries=50", "--ServerApp.ip=127.0.0.1"]
        command.append(f"--ServerApp.base_url={self.base_url}")
        if self.lab:
            command.append("--LabApp.news_url=None")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *arguments],
                cwd=self.work,
                env=self.environ,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline and self.process.poll() is None:
            self.port = served_port(self.runtime, self.process.pid) or self.port
            try:
                self.get("api/status")
                return
            except SecurePyPIError:
                time.sleep(0.1)
        raise SecurePyPIError(
            "The Jupyter server did not start.", why=self.log.read_text(errors="replace")[-2000:]
        )

    def stop(self) -> None:
        """Ask the server to end, and wait for it."""
        process, self.process = self.process, None
        if process and process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def wait(self) -> int:
        """Wait until the server ends by itself, and return its exit status."""
        return self.process.wait() if self.process else 0

    def get(self, path: str) -> Any:
        """Return what the server answers to GET `path`, as JSON values."""
        return self._request("GET", path, None)

    def post(self, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return what the server answers to POST `path`, as JSON values."""
        return self._request("POST", path, json.dumps(body or {}).encode())

    def put(self, path: str, body: Mapping[str, Any]) -> None:
        """Have the server keep `body` under `path`."""
        self._request("PUT", path, json.dumps(body).encode())

    def _request(self, method: str, path: str, body: bytes | None) -> Any:
        request = urllib.request.Request(  # noqa: S310 our own http URL
            self.url + path,
            data=body,
            method=method,
            headers={"Authorization": f"token {self.token}", "Content-Type": "application/json"},
        )
        try:
            with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(
                request, timeout=90
            ) as answer:
                return json.loads(answer.read() or b"null")
        except (OSError, urllib.error.HTTPError) as error:
            raise Unreachable(f"{method} {path}: {error}") from None

    def _build(self, options: Mapping[str, Any]) -> None:
        for folder in (self.work, self.runtime, self.home / ".jupyter", self.prefix):
            folder.mkdir(parents=True, exist_ok=True)
        python = environment(self.prefix)
        uv = shutil.which("uv", path=str(Path(sys.executable).parent))
        if uv:  # programs are not borrowed
            python.with_name(Path(uv).name).symlink_to(uv)
        startup = self.prefix / _STARTUP
        startup.mkdir(parents=True)
        # Where an installed wheel has put it, or in the source tree: the magic loads here as it does there.
        places = (Path(sys.prefix, _STARTUP), Path(__file__).parents[1] / _STARTUP)
        found = next((path for place in places for path in place.glob("*jupyter_securepypi.py")), None)
        if found:
            shutil.copy(found, startup)
        self._write(
            Path(self.environ["JUPYTER_DATA_DIR"], "kernels", KERNEL, "kernel.json"),
            {
                "argv": [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"],
                "display_name": "Python 3 (acme)",
                "language": "python",
            },
        )
        self._write(
            self.home / ".jupyter/jupyter_server_config.json",
            {
                "KernelSpecManager": {"ensure_native_kernel": False, "allowed_kernelspecs": [KERNEL]},
                "MultiKernelManager": {"default_kernel_name": KERNEL},
                "ServerApp": {"jpserver_extensions": {"jupyter_securepypi": True}},
            },
        )
        self._write(
            self.home
            / ".jupyter/lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings",
            {"fetchNews": "false", "checkForUpdates": False},
        )
        self._write(self.home / ".jupyter/jupyter_securepypi_config.json", {"SecurePyPI": dict(options)})

    @staticmethod
    def _write(path: Path, data: Mapping[str, Any]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data, indent=2), encoding="utf-8")


def served_port(runtime: Path, process: int) -> int | None:
    """Return the port that the Jupyter server `process` says it serves, None before it does.

    Another program may take a free port before the server has it; the server then takes another one.
    """
    try:
        return int(json.loads((runtime / f"jpserver-{process}.json").read_text())["port"])
    except (OSError, ValueError):
        return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
