"""What stands in for a container: a bare environment, the bundle, and Pythons to run it with."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PYENV = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
# Stands literally in every token of the emulator that the tests use.
MARKER = "LEAKEDTOKEN"
# The oldest and the newest differ most; those between are for the night.
VERSIONS = [
    "3.8",
    *(pytest.param(version, marks=pytest.mark.nightly) for version in ("3.9", "3.10", "3.11", "3.12")),
    "3.13",
]


def python_of(version: str) -> Path | None:
    """Return an interpreter of pyenv's of that version, or None if this machine has none."""
    found = sorted(_PYENV.glob(f"{version}.*/bin/python"))
    return found[-1] if found else None


def bare_environment(emulator: Any, home: Path, **more: str) -> dict[str, str]:
    """Return the variables of a container: where AWS is, who it is, and nothing of this machine's pip.

    `aws` is on its PATH; whether boto3 is there depends on the Python.
    """
    temporary = home / "tmp"
    temporary.mkdir(parents=True, exist_ok=True)
    return {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
        "HOME": str(home),
        "XDG_CONFIG_DIRS": str(home / "etc/xdg"),
        "TMPDIR": str(temporary),
        "LANG": "C.UTF-8",
        **emulator.environment(),
        **more,
    }


def run(*command: str | Path, env: dict[str, str], cwd: Path, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run a command of the container and return what it did."""
    words = [str(word) for word in command]
    return subprocess.run(words, env=env, cwd=cwd, capture_output=True, text=True, timeout=150, **more)


def left_behind(env: dict[str, str]) -> list[str]:
    """Return the files of ours in the container's folder for temporary ones."""
    return [name for name in os.listdir(env["TMPDIR"]) if name.startswith("securepypi")]


def descendants_environment(pid: int) -> str:
    """Return the environments and arguments of a process and its children, as another process may read them."""
    import psutil

    texts = []
    parent = psutil.Process(pid)
    for process in [parent, *parent.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            texts += [*process.cmdline(), *process.environ().values()]
    return "\n".join(texts)
