"""Hosts of a cluster: Pythons of their own with an engine and boto3, but neither this package nor Jupyter."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.emulator import Emulator

MARKER = "CLUSTERTOKEN31415"  # stands in every token
OURS = ("app-", "lib-", "broken-", "app_", "lib_", "broken_")  # what tests install


class Host:
    """A Python that stands for a host.

    Attributes:
        prefix: where it is.
        python: its interpreter.
        packages: its own folder of packages.
        environ: the variables of its processes: an AWS identity of its own, nothing of this machine's pip.
    """

    def __init__(self, prefix: Path, lent: Path, emulator: Emulator) -> None:
        self.prefix = prefix
        self.python = borrowing.bare(prefix)
        borrowing.borrow(self.python, [lent], links=False)
        [self.packages] = prefix.glob("lib/python*/site-packages")
        self.home = prefix.with_name(f"{prefix.name}-home")
        (self.home / "tmp").mkdir(parents=True)
        self.environ = {
            "PATH": f"{self.python.parent}{os.pathsep}{os.defpath}",
            "HOME": str(self.home),
            "XDG_CONFIG_DIRS": str(self.home / "etc/xdg"),
            "TMPDIR": str(self.home / "tmp"),
            "LANG": "C.UTF-8",
            **emulator.environment(),
            **emulator.credentials(emulator.role_template.rpartition("/")[2], name=prefix.name),
        }
        for name in ("CA_REPOSITORY_ARN",):  # which repository, the request says
            self.environ.pop(name)

    def start(self, log: Path, *words: object, **variables: str) -> subprocess.Popen[bytes]:
        """Start this host's Python with `words`; what it prints goes to `log`."""
        with log.open("ab") as file:
            command = [str(self.python), *map(str, words)]
            env = {**self.environ, **variables}
            return subprocess.Popen(command, env=env, cwd=self.home, stdout=file, stderr=subprocess.STDOUT)

    def versions(self) -> dict[str, str]:
        """What tests have installed here."""
        stems = [path.name[: -len(".dist-info")] for path in self.packages.glob("*.dist-info")]
        return dict(stem.rsplit("-", 1) for stem in stems if stem.startswith(OURS))

    def empty(self) -> None:
        """Remove what tests have installed, and what is remembered of it."""
        for path in self.packages.iterdir():
            if path.name.startswith((*OURS, ".securepypi")):
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def left_behind(self) -> list[str]:
        """Files of ours that should be gone."""
        temporary = [path.name for path in (self.home / "tmp").glob("securepypi*")]
        return temporary + [path.name for path in self.packages.glob(".securepypi-install*")]


def lend(folder: Path, *distributions: str) -> Path:
    """Make a folder with links to `distributions` and all that they need, as they are in the running environment."""
    folder.mkdir()
    for name in _closure(distributions):
        files = metadata.distribution(name).files or []
        for top in {path.parts[0] for path in files if path.parts[0] not in ("..", "__pycache__")}:
            target = Path(str(metadata.distribution(name).locate_file(top)))
            if target.exists() and not (folder / top).exists():
                (folder / top).symlink_to(target)
    return folder


def _closure(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        for text in metadata.requires(name) or []:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                waiting.append(requirement.name)
    return found


def wait_for(condition: Callable[[], Any], seconds: float = 90) -> Any:
    """Return the first true value of `condition`."""
    deadline = time.monotonic() + seconds
    while not (value := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
    return value


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    import psutil

    try:
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
    except psutil.NoSuchProcess:
        family = []
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        pass
    for one in family:
        if one.is_running():
            one.kill()
    process.wait()


def mints(index: Emulator) -> int:
    """How many tokens were asked for."""
    return int(index.calls()["counts"].get("GetAuthorizationToken", 0))


def callers(index: Emulator) -> list[str]:
    """The session of each caller that asked for a token, oldest first: hosts are named by it."""
    calls = index.calls()["calls"]
    return [one["principal"].rpartition("/")[2] for one in calls if one["operation"] == "GetAuthorizationToken"]
