"""This environment's own pip or uv, for what asks no index: to remove packages, and to list them."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

from ..core.child import as_main, python_command
from ..core.errors import ConfigurationError, InstallFailed
from ..core.pip.install import pip_environment, run_tool
from .engines import uv_binary
from .engines.choices import ENGINES
from .engines.uv_environment import SETTINGS, environment
from .engines.uv_request import Translated

_PIP = python_command(sys.executable, as_main("pip"))
_SECONDS = 120.0  # of a command that only reads


@dataclass(frozen=True)
class OwnTool:
    """A package manager that acts in this Python's environment, and neither sees an index nor a file of settings.

    Attributes:
        engine: ``pip`` or ``uv``.
        path: of uv; empty for pip.
        environ: the variables in force.
    """

    engine: str
    path: str
    environ: Mapping[str, str] = field(repr=False)

    def read(self, *words: str) -> list[str]:
        """Run a command that changes nothing, and return what it prints, line by line.

        Raises:
            InstallFailed: it failed, or took longer than two minutes.
        """
        with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
            command, variables = self._command(words, Path(folder))
            try:
                done = subprocess.run(
                    command,
                    env=variables,
                    stdin=subprocess.DEVNULL,
                    capture_output=True,
                    encoding="utf-8",
                    errors="replace",
                    timeout=_SECONDS,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise self._failed(words, [f"it took longer than {_SECONDS:.0f} seconds"]) from None
        if done.returncode:
            raise self._failed(words, done.stderr.splitlines())
        return done.stdout.splitlines()

    def run(self, *words: str, on_line: Callable[[str], None] | None = None) -> None:
        """Run a command that changes the environment; an interrupt lets it roll back first.

        Raises:
            InstallFailed: it failed.
        """
        with tempfile.TemporaryDirectory(prefix="securepypi-") as folder:
            status, lines = run_tool(*self._command(words, Path(folder)), "", on_line)
        if status:
            raise self._failed(words, lines)

    def _command(self, words: tuple[str, ...], folder: Path) -> tuple[list[str], dict[str, str]]:
        if self.engine == "pip":
            variables = pip_environment(self.environ, sys.prefix, "")
            return [*_PIP, words[0], "--disable-pip-version-check", *words[1:]], variables
        Path(folder, SETTINGS).touch()
        variables = environment(self.environ, Translated(), "", folder)
        # Without its cache, it needs no home that can be written.
        command = [self.path, "pip", words[0], "--python", sys.executable, "--offline", "--no-cache"]
        return [*command, *words[1:]], variables

    def _failed(self, words: tuple[str, ...], lines: list[str]) -> InstallFailed:
        said = [line.partition(": ")[2] for line in lines if line.lower().startswith("error: ")]
        why = next(iter(said), next((line for line in reversed(lines) if line.strip()), ""))
        return InstallFailed(
            f"{self.engine} could not {words[0]}.",
            why=why.strip(),
            remedy="`jupyter securepypi doctor` looks at this environment",
        )


def own_tool(engine: str, *, only_pip: bool = False) -> OwnTool:
    """Return what acts in this environment.

    Args:
        engine: ``pip``, ``uv``, or ``auto``: uv where it is installed, else pip.
        only_pip: what is meant may lie where uv does not look, in the user's own folder or the system's; then ``auto``
            takes uv only where there is no pip.

    Raises:
        ConfigurationError: there is no such engine here.
    """
    if engine not in ENGINES:
        raise ConfigurationError(
            f"There is no engine {engine!r}.", remedy=f"the engines are {', '.join(ENGINES)}"
        )
    environ = dict(os.environ)
    has_pip = False
    with suppress(metadata.PackageNotFoundError):
        has_pip = bool(metadata.distribution("pip"))
    pip_comes_first = engine == "pip" or (engine == "auto" and only_pip and has_pip)
    path = "" if pip_comes_first else uv_binary.find(environ)
    if path and uv_binary.version(path) >= uv_binary.FIRST:
        return OwnTool("uv", path, environ)
    if engine != "uv" and has_pip:
        return OwnTool("pip", "", environ)
    raise ConfigurationError(
        f"There is no {'pip or uv' if engine == 'auto' else engine} for {sys.prefix}.",
        why="it is neither a package of this Python nor a program beside it or on PATH",
        remedy="choose the other one with --engine, or install one of them into this environment",
    )
