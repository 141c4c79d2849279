"""The third-party clients, each in a throwaway environment of its own that a session shares."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from throwaway import NotMade, environment

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
        try:
            return environment(self._folder / name, *requirements)
        except NotMade as error:
            if os.environ.get("SECUREPYPI_REQUIRE_CONFORMANCE") == "1":
                pytest.fail(str(error))
            pytest.skip(str(error))
