"""`jupyter securepypi demo --check`: the main job for real, step by step, with its time; no browser."""

from __future__ import annotations

import json
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from ..core.errors import SecurePyPIError
from ..core.netrc_text import read_entry
from ..emulator.samples import build_wheel
from .clouds import CLOUDS, Cloud
from .decoy import PROJECT, Decoy
from .kernel import Kernel
from .leaks import ProcessWatch, files_with
from .sandbox import Sandbox

T = TypeVar("T")


class CheckFailed(SecurePyPIError):
    """A step of the check did not hold."""


class Steps:
    """Prints each step with its time; `run` returns what the step returned."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._count = 0

    def run(self, name: str, action: Callable[[], T]) -> T:
        """Run `action` and print `name` with the seconds it took.

        Raises:
            SecurePyPIError: what the action raised, after its line was printed.
        """
        self._count += 1
        before = time.monotonic()
        try:
            result = action()
        except BaseException:
            print(f"✗ {self._count:2} {time.monotonic() - before:6.2f} s  {name}", flush=True)
            raise
        print(f"✓ {self._count:2} {time.monotonic() - before:6.2f} s  {name}", flush=True)
        return result

    def done(self) -> None:
        """Print the total."""
        print(f"all {self._count} steps hold, {time.monotonic() - self._started:.1f} s", flush=True)


def check(cloud: str = "aws") -> int:
    """Run the check against a cloud of `CLOUDS`, and return the exit status: 0 only if every step holds."""
    marker = "mark" + secrets.token_hex(12)
    with tempfile.TemporaryDirectory(prefix="securepypi-check-") as folder:
        root, chosen = Path(folder), CLOUDS[cloud](marker)
        with ProcessWatch(marker) as watch, chosen.emulator:
            decoy = Decoy(build_wheel(root, PROJECT, "9.9.9", modules={"acme_decoy": ""}))
            with decoy, _sandbox(root, chosen, decoy) as sandbox:
                try:
                    _steps(sandbox, chosen, decoy, watch, marker)
                except SecurePyPIError as error:
                    print(error, file=sys.stderr)
                    print(_tail(sandbox.log), file=sys.stderr)
                    return 1
    return 0


def _sandbox(root: Path, cloud: Cloud, decoy: Decoy) -> Sandbox:
    """Return a home as hostile as they come: three ways lead to the decoy."""
    environ = {
        **cloud.emulator.environment(),
        "PIP_EXTRA_INDEX_URL": decoy.index_url,
        "UV_INDEX": decoy.index_url,
    }
    sandbox = Sandbox(root, environ, {**cloud.options(), "poll_interval": 1.0})
    pip = sandbox.home / ".config/pip/pip.conf"
    pip.parent.mkdir(parents=True)
    lines = f"extra-index-url = {decoy.index_url}\n"
    pip.write_text(f"# the user's own\n[global]\n{lines}timeout = 20\n[install]\n{lines}", encoding="utf-8")
    (sandbox.work / "requirements.txt").write_text(
        f"--extra-index-url {decoy.index_url}\n{PROJECT}\n", encoding="utf-8"
    )
    return sandbox


def _steps(sandbox: Sandbox, cloud: Cloud, decoy: Decoy, watch: ProcessWatch, marker: str) -> None:
    steps = Steps()
    steps.run("server started, extension loaded", sandbox.start)
    steps.run("token minted through the assumed role", lambda: _until_fresh(sandbox, cloud, 0.0))
    steps.run(
        "pip config rewritten, credentials in one 0600 netrc entry",
        lambda: _config_is_rewritten(sandbox, cloud),
    )
    kernel = steps.run("kernel started", lambda: Kernel(sandbox))
    steps.run(
        "%secure_pip install acme-features, which needs acme-core",
        lambda: _shows(
            kernel, "%secure_pip install acme-features", f"2 installed, all from {cloud.repository}."
        ),
    )
    steps.run(
        "%secure_pip show-origin acme-features: the fast engine, uv, installed it",
        lambda: _shows(kernel, "%secure_pip show-origin acme-features", " with uv"),
    )
    steps.run(
        "import acme_features",
        lambda: _shows(kernel, "import acme_features; print(acme_features.__version__)", "1.2.0"),
    )
    steps.run(
        "%pip install acme-plots through the rewritten config",
        lambda: _shows(kernel, "%pip install acme-plots", "Successfully installed acme-plots-0.3.0"),
    )
    steps.run("the token expires and is refreshed by itself", lambda: _expires_and_returns(sandbox, cloud))
    build_wheel(cloud.emulator.packages_dir, "acme-late", "2.0.0", modules={"acme_late": ""})
    steps.run(
        "%secure_pip install acme-late with the new token",
        lambda: _shows(kernel, "%secure_pip install acme-late", f"1 installed, all from {cloud.repository}."),
    )
    for command in (
        f"%pip install {PROJECT}",
        f"%secure_pip install {PROJECT}",
        "%secure_pip install -r requirements.txt",
    ):
        steps.run(f"{command}: not installed", lambda command=command: _stays_out(kernel, command))  # type: ignore[misc]
    steps.run("the decoy was never asked", lambda: _hold(not decoy.visits, f"it was asked for {decoy.visits}"))
    steps.run("the same history for magic and file", lambda: _history_is_kept(sandbox))
    kernel.close()
    steps.run("server stopped", sandbox.stop)
    steps.run(
        "no token in logs, outputs, files, argv, environments", lambda: _no_leak(sandbox, kernel, watch, marker)
    )
    steps.done()


def _hold(condition: object, otherwise: str) -> None:
    if not condition:
        raise CheckFailed(otherwise)


def _until(condition: Callable[[], Any], otherwise: Callable[[], str], timeout: float = 30.0) -> Any:
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(0.1)
    raise CheckFailed(otherwise())


def _until_fresh(sandbox: Sandbox, cloud: Cloud, minted_after: float) -> dict[str, Any]:
    def fresh() -> dict[str, Any] | None:
        status: dict[str, Any] = sandbox.get("securepypi/status")
        return status if status["state"] == "fresh" and status["minted_at"] > minted_after else None

    found: dict[str, Any] = _until(fresh, lambda: f"no fresh token: {sandbox.get('securepypi/status')}")
    _hold(cloud.identity in str(found["identity"]), f"minted as {found['identity']}")
    return found


def _config_is_rewritten(sandbox: Sandbox, cloud: Cloud) -> None:
    index_url = cloud.emulator.index_url
    config = sandbox.prefix / "pip.conf"
    _until(config.exists, lambda: f"{config} was not written")
    text = config.read_text(encoding="utf-8")
    for line in (f"index-url = {index_url}", f"extra-index-url = {index_url}"):
        _hold(line in text, f"`{line}` is missing in {config}:\n{text}")
    netrc = sandbox.home / ".netrc"
    _hold(netrc.exists() and netrc.stat().st_mode & 0o777 == 0o600, f"{netrc} is missing or not 0600")
    entry = read_entry(netrc.read_bytes(), str(urlsplit(index_url).hostname))
    _hold(entry and entry[0] == cloud.login, f"{netrc} has no entry for the index")


def _shows(kernel: Kernel, code: str, expected: str) -> None:
    shown = kernel.run(code)
    _hold(expected in shown, f"{code!r} did not show {expected!r} but:\n{shown}")


def _expires_and_returns(sandbox: Sandbox, cloud: Cloud) -> None:
    cloud.emulator.faults(token_lifetime=3.0)
    short = sandbox.post("securepypi/refresh")
    _hold(short["seconds_left"] < 4, f"the emulator was told to give 3 s, and gave {short['seconds_left']}")
    cloud.refuse()
    _until(lambda: sandbox.get("securepypi/status")["state"] == "expired", lambda: "the token did not expire")
    entry = f"machine {urlsplit(cloud.emulator.index_url).hostname}"
    _until(
        lambda: entry not in (sandbox.home / ".netrc").read_text(encoding="utf-8"),
        lambda: "the expired token stayed in the netrc",
    )
    cloud.emulator.clear()
    _until_fresh(sandbox, cloud, short["minted_at"])
    _until(
        lambda: entry in (sandbox.home / ".netrc").read_text(encoding="utf-8"),
        lambda: "the new token did not reach the netrc",
    )


def _stays_out(kernel: Kernel, command: str) -> None:
    try:
        kernel.run(command)
    except SecurePyPIError:
        pass
    shown = kernel.run(
        f"import importlib.metadata as m; print([d.name for d in m.distributions(name={PROJECT!r})])"
    )
    _hold("[]" in shown, f"{command} installed it from the decoy: {shown}")


def _history_is_kept(sandbox: Sandbox) -> None:
    path = Path(sandbox.environ["JUPYTER_DATA_DIR"], "securepypi/installs.jsonl")
    records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
    installed = [package["name"] for record in records for package in record["packages"]]
    _hold(sorted(installed) == ["acme-core", "acme-features", "acme-late"], f"the history has {installed}")


def _no_leak(sandbox: Sandbox, kernel: Kernel, watch: ProcessWatch, marker: str) -> None:
    _hold(marker not in json.dumps(kernel.outputs), "the token stands in a notebook output")
    _hold(marker not in sandbox.log.read_text(errors="replace"), "the token stands in the server's log")
    stores = list((sandbox.runtime / "securepypi").glob("*.json"))
    _hold(any(marker in path.read_text() for path in stores), "the scan cannot see the token where it belongs")
    found = files_with(marker, sandbox.root, allowed=[*stores, sandbox.home / ".netrc"])
    _hold(not found, f"the token stands in {', '.join(map(str, found))}")
    if os.path.isdir("/proc/self"):  # noqa: PTH112 elsewhere there is nothing to sample
        _hold(watch.samples > 100, f"only {watch.samples} processes were looked at")
        _hold(not watch.hits, f"the token was seen in the {', '.join(sorted(watch.hits))}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-40:]) if log.exists() else ""
