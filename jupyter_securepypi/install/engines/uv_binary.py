"""Where uv is, and whether it can do what the engine needs."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

# The first that writes and installs lock files (PEP 751), which is how the engine says what it installs.
FIRST = (0, 6, 15)


def find(environ: Mapping[str, str]) -> str:
    """Return the path of uv: beside this interpreter, from its Python package, or on PATH; empty if there is none."""
    name = "uv" + (sysconfig.get_config_var("EXE") or "")
    beside = Path(sysconfig.get_path("scripts"), name)
    if beside.is_file() and os.access(beside, os.X_OK):
        return str(beside)
    try:
        from uv import find_uv_bin  # type: ignore[import-not-found, unused-ignore]

        return os.fspath(find_uv_bin())
    except (ImportError, OSError):
        return shutil.which(name, path=environ.get("PATH", os.defpath)) or ""


@lru_cache(maxsize=8)
def version(path: str) -> tuple[int, ...]:
    """Return the version of the uv at `path`; empty if it does not run."""
    try:
        answer = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ()
    found = re.match(r"uv (\d+)\.(\d+)\.(\d+)", answer.stdout)
    return tuple(int(part) for part in found.groups()) if found else ()
