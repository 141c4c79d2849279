"""A real JupyterHub with its proxy on loopback, configured as docs/jupyterhub.md says, and asked through REST."""

from __future__ import annotations

import json
import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import psutil
import requests
from hub_accounts import Account
from hub_page import block, moved

T = TypeVar("T")
# What the test adds to the page's file: ports of its own, an administrator's token, and pages of a few answers each.
_WRAPPER = """
load_subconfig({page!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.Authenticator.allowed_users = {users!r}
c.Authenticator.admin_users = {{"administrator"}}
c.Spawner.environment = {environment!r}
c.Spawner.start_timeout = c.Spawner.http_timeout = 400
c.JupyterHub.concurrent_spawn_limit = 0
c.JupyterHub.init_spawners_timeout = 0
c.JupyterHub.services.append({{"name": "test", "api_token": {token!r}, "admin": True}})
c.JupyterHub.last_activity_interval = 1
c.JupyterHub.api_page_default_limit = 4
"""


class Hub:
    """The hub, its proxy and its users; a context manager that starts and ends it.

    Args:
        scripts: the ``bin`` folder of the shared environment.
        folder: the hub's own, which belongs to root.
        users: who may start a server.
        environment: variables of every user's server.
    """

    def __init__(
        self, scripts: Path, folder: Path, users: Sequence[Account], environment: Mapping[str, str]
    ) -> None:
        self.scripts, self.folder, self._environment = scripts, folder, environment
        self.log = folder / "hub.log"
        self._token = secrets.token_hex(16)
        self._port, hub_port, proxy_port = _free_ports(3)
        self.api_url = f"http://127.0.0.1:{hub_port}/hub/api"
        folder.mkdir(mode=0o700)
        page = folder / "jupyterhub_config.py"
        page.write_text(moved(block("c.JupyterHub.services"), scripts.parent, folder))
        self._token_line, self._start_line = moved(
            block("overview.token)"), scripts.parent, folder
        ).splitlines()
        (folder / "test_config.py").write_text(
            _WRAPPER.format(
                page=str(page),
                port=self._port,
                hub_port=hub_port,
                proxy_port=proxy_port,
                users={one.name for one in users},
                environment=dict(environment),
                token=self._token,
            )
        )
        config = scripts.parent / "etc/jupyter/jupyter_securepypi_config.py"
        config.write_text(block("c.SecurePyPI.repository"))
        self.process: subprocess.Popen[bytes] | None = None
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def url(self) -> str:
        """The hub's public address, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Hub:
        subprocess.run(["bash", "-c", self._token_line], check=True)
        start = self._start_line.replace("jupyterhub_config.py", "test_config.py")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                ["bash", "-c", re.sub(r"&& (PATH=\S+) ", r"&& \1 exec ", start)],
                env={"PATH": os.environ["PATH"], "HOME": str(self.folder), "LANG": "C.UTF-8"},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        try:
            until(self._answers, "the hub does not answer", 90)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process
        running = [psutil.Process(self.process.pid), *psutil.Process(self.process.pid).children(recursive=True)]
        self.process.terminate()  # upon which it ends its servers, services and proxy
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        for process in running:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.wait()

    @property
    def overview_token(self) -> str:
        """The token that the page's command has made."""
        return (self.folder / "overview.token").read_text().strip()

    def jupyter(self, *words: object) -> subprocess.CompletedProcess[str]:
        """Run ``jupyter securepypi`` with `words` as the administrator."""
        command = [str(self.scripts / "jupyter-securepypi"), *map(str, words)]
        environ = {"PATH": os.defpath, "HOME": str(self.folder), "LANG": "C.UTF-8"}
        return subprocess.run(command, env=environ, capture_output=True, text=True, timeout=120)

    def in_terminal(
        self, user: Account, *words: str | Path, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as in a terminal of the user's server."""
        path = f"{self.scripts}{os.pathsep}{os.defpath}"
        return user.run(*words, **{**self._environment, "PATH": path, **variables})

    @contextmanager
    def culler(self, idle: int) -> Iterator[None]:
        """Have the page's culler stop what has been idle for so many seconds."""
        command = [str(self.scripts / "python"), "-m", "jupyterhub_idle_culler"]
        command += [f"--timeout={idle}", "--cull-every=1", f"--url={self.api_url}"]
        environ = {"JUPYTERHUB_API_TOKEN": self._token, "PATH": os.defpath}
        with self.log.open("ab") as log:
            culler = subprocess.Popen(command, env=environ, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        try:
            yield
        finally:
            culler.terminate()
            culler.wait()

    def ask(self, method: str, path: str, *, token: str = "", **more: Any) -> requests.Response:
        """Return the answer of the hub or, below ``/user/``, of a user's server; by default to the administrator."""
        headers = {"Authorization": f"Bearer {token or self._token}"}
        return self._session.request(method, self.url + path, headers=headers, timeout=60, **more)

    def api(self, method: str, path: str, **more: Any) -> Any:
        """Return what the hub's API answers, as JSON values; an answer that is an error fails the test."""
        answer = self.ask(method, f"/hub/api{path}", **more)
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def token_of(self, user: Account) -> str:
        """Return a new token of the user's own, as her token page gives it."""
        self._ensure(user)
        return str(self.api("POST", f"/users/{user.name}/tokens", json={"note": "test"})["token"])

    def start_all(self, users: Sequence[Account]) -> None:
        """Start their servers at once, and wait until each is ready."""
        for user in users:
            self._ensure(user)
        for user in users:
            self.api("POST", f"/users/{user.name}/server")
        for user in users:
            until(partial(self.is_ready, user), f"the server of {user.name} is not ready", 400)

    def is_ready(self, user: Account) -> bool:
        """Whether the hub says that the user's server is ready; fails where it gave up."""
        found = self.api("GET", f"/users/{user.name}")
        servers = found.get("servers") or {}
        assert servers, f"no server: {self.log.read_text()[-3000:]}"
        return bool(servers.get("", {}).get("ready"))

    def stop(self, user: Account) -> float:
        """Stop the user's server; return the seconds until the hub says that it has ended."""
        began = time.monotonic()
        self.api("DELETE", f"/users/{user.name}/server")
        until(lambda: not self.api("GET", f"/users/{user.name}").get("servers"), "it does not stop", 120)
        return time.monotonic() - began

    def server(self, user: Account, path: str, token: str = "") -> requests.Response:
        """Return the answer of the user's server to GET `path`."""
        return self.ask("GET", f"/user/{user.name}/{path}", token=token)

    def status(self, user: Account) -> dict[str, Any]:
        """Return the status of the user's server, as its panel shows it."""
        answer = self.server(user, "securepypi/status")
        assert answer.status_code == 200, answer.text[:500]
        return dict(answer.json())

    def until_fresh(self, users: Sequence[Account], seconds: float) -> dict[str, float]:
        """Wait until each has a token; return the seconds that each took, by name."""
        began, took = time.monotonic(), dict[str, float]()
        while len(took) < len(users):
            for user in users:
                if user.name not in took and self.status(user)["state"] == "fresh":
                    took[user.name] = time.monotonic() - began
            late = [(user.name, self.status(user)["error"]) for user in users if user.name not in took]
            assert time.monotonic() - began < seconds, json.dumps(late, indent=1)
        return took

    def _ensure(self, user: Account) -> None:
        if self.ask("GET", f"/hub/api/users/{user.name}").status_code == 404:
            self.api("POST", f"/users/{user.name}")

    def _answers(self) -> bool:
        assert self.process and self.process.poll() is None, self.log.read_text()[-3000:]
        with suppress(requests.ConnectionError):
            return self.ask("GET", "/hub/api/").ok
        return False


def until(condition: Callable[[], T], what: str, seconds: float = 60) -> T:
    """Wait until `condition` returns something true, and return that; fail with `what` after so many seconds."""
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, what
        time.sleep(0.1)
    return found


def _free_ports(count: int) -> list[int]:
    probes = [socket.socket() for _ in range(count)]
    try:
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
    finally:
        for probe in probes:
            probe.close()
