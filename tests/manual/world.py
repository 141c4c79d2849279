"""Where the manual's commands run: one cloud and one environment for all pages, a home and a folder for each."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from unittest.mock import patch

from installing import Environment
from notebooks import Notebook

from .pages import CALLER, CELL, FILE, SETUP, SHELL, Step, agrees

_SHIM = '#!/bin/sh\nexec "{python}" -m {module} "$@"\n'
# What a reader has on the path, and what it is in the environment.
_PROGRAMS = {"jupyter": "jupyter", "jupyter-securepypi": "jupyter_securepypi.cli", "pip": "pip"}
_ANSWERS = 170
Callers = Mapping[str, Callable[[], Mapping[str, "str | None"]]]


class Wrong(AssertionError):
    """A page says something that is not so."""


def with_programs(environment: Environment) -> Environment:
    """Put onto the path of an environment what its own installation would have put there."""
    for name, module in _PROGRAMS.items():
        shim = environment.bin(name)
        shim.write_text(_SHIM.format(python=environment.python, module=module))
        shim.chmod(0o755)
    return environment


class World:
    """One page's reader: runs what stands there, in a folder and with a home of her own.

    Args:
        callers: a name for each caller that pages may turn to → what returns the variables with its
            credentials; None takes a variable away.
        environment: where packages are installed.
        folder: where commands run.
    """

    def __init__(self, callers: Callers, environment: Environment, folder: Path) -> None:
        self._callers, self._environment, self._folder = callers, environment, folder
        self._variables: dict[str, str | None] = {}
        self._notebook: Notebook | None = None
        self.ran = 0

    def do(self, step: Step) -> None:
        """Run one step.

        Raises:
            Wrong: it does not end, or answer, as the page says.
        """
        if step.kind == CALLER:
            self._variables.update(self._callers[step.text]())
            return
        status, shown = {SHELL: self._shell, SETUP: self._shell, CELL: self._cell, FILE: self._file}[step.kind](
            step.text
        )
        if bool(status) != step.fails:
            raise Wrong(f"line {step.line}: {step.text}\n{'ended well' if step.fails else 'failed'}:\n{shown}")
        if step.answer is not None and not agrees(shown, step.answer):
            raise Wrong(f"line {step.line}: {step.text}\nthe page says:\n{step.answer}\nit is:\n{shown}")
        self.ran += step.kind != SETUP

    def close(self) -> None:
        """End the kernel, if there is one."""
        if self._notebook:
            self._notebook.close()

    def _shell(self, text: str) -> tuple[int, str]:
        # Variables that a block exports are there in the next one, as in a terminal.
        kept = self._folder.with_name(f"{self._folder.name}.env")
        script = f"{text}\ncode=$?; env -0 > '{kept}'; exit $code\n"
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", script],
            cwd=self._folder,
            env=self._environ(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_ANSWERS,
        )
        if kept.exists():
            said = dict(pair.split("=", 1) for pair in kept.read_text().split("\0") if "=" in pair)
            known = self._environ()
            self._variables.update(
                {name: value for name, value in said.items() if known.get(name) != value and name not in _OWN}
            )
            kept.unlink()
        return done.returncode, done.stdout + done.stderr

    def _cell(self, text: str) -> tuple[int, str]:
        if self._notebook is None:
            with patch.dict(os.environ, self._environ(), clear=True):
                self._notebook = Notebook(str(self._environment.python), self._folder)
        status, shown = self._notebook.execute(text)
        return int(status != "ok"), shown

    def _file(self, text: str) -> tuple[int, str]:
        """Hold a configuration file against the options, as every command does; it does not stay."""
        file = Path(os.environ["JUPYTER_CONFIG_DIR"], "jupyter_securepypi_config.py")
        file.parent.mkdir(parents=True, exist_ok=True)
        before = file.read_bytes() if file.exists() else None
        file.write_text(text)
        try:
            code = "from jupyter_securepypi.config import load_options\nload_options()\n"
            done = subprocess.run(
                [str(self._environment.python), "-c", code],
                env=self._environ(),
                capture_output=True,
                text=True,
                timeout=_ANSWERS,
            )
        finally:
            file.unlink() if before is None else file.write_bytes(before)
        return done.returncode, done.stdout + done.stderr

    def _environ(self) -> dict[str, str]:
        path = os.pathsep.join([str(self._environment.prefix / "bin"), str(Path(sys.executable).parent)])
        all_path = f"{path}{os.pathsep}{os.environ['PATH']}"
        found = {**os.environ, "PATH": all_path, "COLUMNS": "120", **self._variables}
        return {name: value for name, value in found.items() if value is not None}


_OWN = {"PATH", "PWD", "OLDPWD", "SHLVL", "_", "COLUMNS"}
