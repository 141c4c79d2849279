"""The third-party clients, each in a throwaway environment of its own, made by uv and shared by a session."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

# As this process was started: a test's scratch home is no place for uv's cache.
_ENVIRON = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
_UV = str(Path(sys.executable).with_name("uv"))

# What a tool's own requirements leave open and do not work with.
NEWEST = {
    "pdm": ["pdm", "hishel<2", "unearth<0.19"],
    "build": ["build", "virtualenv"],
}


class Tools:
    """Installs tools on demand.

    Args:
        folder: where their environments go.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, Path] = {}

    def python(self, name: str, *requirements: str) -> Path:
        """Return the Python of the environment that holds a tool, by default the newest of its name.

        A tool that cannot be installed skips the test, or fails it where SECUREPYPI_REQUIRE_CONFORMANCE is 1.
        """
        if name not in self._made:
            self._made[name] = self._make(name, requirements or NEWEST.get(name, [name]))
        return self._made[name]

    def script(self, name: str, program: str = "") -> Path:
        """Return a program of the environment that holds the tool `name`."""
        return self.python(name).with_name(program or name)

    def _make(self, name: str, requirements: tuple[str, ...] | list[str]) -> Path:
        python = self._folder / name / "bin/python"
        for command in (
            [_UV, "venv", "--quiet", "--no-config", "--python", sys.executable, str(self._folder / name)],
            [_UV, "pip", "install", "--quiet", "--no-config", "--python", str(python), *requirements],
        ):
            done = subprocess.run(command, env=_ENVIRON, capture_output=True, text=True, timeout=170)
            if done.returncode:
                said = f"cannot install {' '.join(requirements)}: {done.stderr[-500:]}"
                if os.environ.get("SECUREPYPI_REQUIRE_CONFORMANCE") == "1":
                    pytest.fail(said)
                pytest.skip(said)
        return python
