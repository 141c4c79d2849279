"""Where uv is, and whether it can do what the engine needs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from ...core.child import program_on_path

# The first that writes and installs lock files (PEP 751), which is how the engine says what it installs.
FIRST = (0, 6, 15)


def find(environ: Mapping[str, str]) -> str:
    """Return the path of uv; empty if there is none.

    It is where pip puts the programs of a package: of this environment, the one below it, or the user; or on PATH.
    The package `uv` knows too (``find_uv_bin``), but a file `uv.py` beside the notebook can take its place.
    """
    name = "uv" + (sysconfig.get_config_var("EXE") or "")
    below = {"base": sys.base_prefix, "platbase": sys.base_exec_prefix}
    folders = (
        sysconfig.get_path("scripts"),
        sysconfig.get_path("scripts", vars=below),
        sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user")),
    )
    found = (Path(folder, name) for folder in folders)
    beside = next((path for path in found if path.is_file() and os.access(path, os.X_OK)), None)
    return str(beside) if beside else program_on_path(name, environ)


@lru_cache(maxsize=8)
def version(path: str) -> tuple[int, ...]:
    """Return the version of the uv at `path`; empty if it does not run."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.match(r"uv (\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()
