"""The folders that configuration files are read from, and which of them are the administrator's."""

from __future__ import annotations

import os
import stat
from pathlib import Path

CONFIG_NAME = "jupyter_securepypi_config"
SUFFIXES = ("py", "json")
"""Of the files, in the order in which they are read."""


def user_file() -> Path:
    """Return the file of the user's own configuration."""
    from jupyter_core.paths import jupyter_config_dir

    return Path(jupyter_config_dir(), f"{CONFIG_NAME}.py")


def folders() -> list[Path]:
    """Return the folders of Jupyter's configuration path, the one that counts least first."""
    from jupyter_core.paths import jupyter_config_path

    return [Path(one) for one in reversed(jupyter_config_path())]


def administrators() -> list[Path]:
    """Return the folders that may lock options, the system's and this Python's, where the user cannot write them.

    Variables can neither take one away (JUPYTER_NO_CONFIG) nor add one (JUPYTER_CONFIG_PATH): a folder of somebody else
    is not yet the administrator's.
    """
    from jupyter_core import paths

    system = [Path(one) for one in reversed(paths.SYSTEM_CONFIG_PATH)]
    this_python = [Path(one) for one in reversed(paths.ENV_CONFIG_PATH)]
    return [one for one in [*system, *this_python] if _is_held_by_others(one, one in system)]


def _is_held_by_others(folder: Path, of_the_system: bool) -> bool:
    """Return whether the user can neither write the folder, nor its files, nor put another in its place.

    Root can write everything; to root, the system's folders are the administrator's.
    """
    try:
        if not folder.is_dir():
            return False
    except OSError:
        return False  # nobody who may not look into it reads a lock there
    if os.name != "posix" or os.access("/", os.W_OK):
        return of_the_system
    files = [path for suffix in SUFFIXES if os.path.lexists(path := folder / f"{CONFIG_NAME}.{suffix}")]
    real = folder.resolve()
    return not any(map(_is_mine, [*files, real])) and not any(map(_can_replace, real.parents))


def _is_mine(path: Path) -> bool:
    """Return whether the user can write `path`, or allow it, being its owner."""
    return os.access(path, os.W_OK) or path.stat().st_uid == os.geteuid()


def _can_replace(folder: Path) -> bool:
    """Return whether the user can put others in the place of what lies in `folder`; not in one like /tmp (sticky)."""
    found = folder.stat()
    return _is_mine(folder) and not (found.st_mode & stat.S_ISVTX and found.st_uid != os.geteuid())
