"""The checks of files that PIP_CONFIG_FILE and UV_CONFIG_FILE name relatively: a project's, so ask before writing."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import partial
from pathlib import Path

from ..clients.change import Changes
from ..clients.editing import rewrite
from ..clients.pip_write import edit_of_file, point_file
from ..clients.rehearsal import rehearse
from ..clients.uv import point_change
from ..core.check import Check
from ..core.environment import PythonEnvironment
from ..core.errors import FileProblem
from ..core.finding import Fix
from ..core.grant import Grant


def named_files(environments: Iterable[PythonEnvironment], folder: Path, grant: Grant) -> list[Check]:
    """Return a check for each such file that names another index, or one that the secure index beats.

    Args:
        environments: the kernels, whose variables count as well as this process's.
        folder: the working folder.
        grant: names the secure index.
    """
    checks: list[Check] = []
    variables = [os.environ, *(kernel.environ for kernel in environments)]
    for variable in ("PIP_CONFIG_FILE", "UV_CONFIG_FILE"):
        named = dict.fromkeys(value for environ in variables if (value := environ.get(variable)))
        checks += [
            _check(variable, path, grant)
            for path in (folder / name for name in named if not Path(name).is_absolute())
            if path.is_file() and _leads_elsewhere(variable, path, grant)
        ]
    return checks


def _leads_elsewhere(variable: str, path: Path, grant: Grant) -> bool:
    try:
        if variable == "PIP_CONFIG_FILE":
            return edit_of_file(path, grant.index_url) is not None
        text = path.read_text(encoding="utf-8")
        return point_change(path, grant)(text) != text
    except (FileProblem, OSError, UnicodeDecodeError):
        return False  # pip's and uv's own checks tell what is wrong with a file


def _check(variable: str, path: Path, grant: Grant) -> Check:
    def point() -> Changes:
        if variable == "PIP_CONFIG_FILE":
            return point_file(path, grant.index_url)
        return rewrite(path, point_change(path, grant), "")

    def apply() -> list[str]:
        return [f"wrote {file}" for file in point().written]

    message = f"{variable} names {path}, which does not lead to the secure index only; it was left alone as a project's"
    remedy = f"unset {variable}, or name the secure index in the file"
    does = f"name the secure index in {path}; `restore` undoes it"
    fix = Fix(does, apply, ours=False, changes=partial(rehearse, apply))
    return Check.failed(variable, message, remedy, fix)
