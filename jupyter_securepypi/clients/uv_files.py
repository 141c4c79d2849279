"""uv's configuration files: which ones it reads, strongest first, and what stands in them.

uv's reference documents them under "Configuration files"; the tests compare the order with uv's own.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from . import locations
from .reading import toml_of

_TRUE = ("1", "true", "yes", "on", "t", "y")


class UvFiles:
    """The configuration files, each read once; a file that uv cannot read counts as empty."""

    def __init__(self) -> None:
        self._tables: dict[Path, dict[str, Any] | None] = {}
        self._broken: set[Path] = set()

    def table(self, path: Path) -> dict[str, Any] | None:
        """Return uv's table in a file (``[tool.uv]`` in a ``pyproject.toml``); None if it is missing."""
        if path not in self._tables:
            self._tables[path] = self._read(path)
        return self._tables[path]

    def is_broken(self, path: Path) -> bool:
        """Return whether uv does not run because of a file. It passes over a broken ``pyproject.toml``."""
        self.table(path)
        return path in self._broken

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            table = toml_of(path)
        except OSError:
            return None
        except ValueError:
            if path.name != "pyproject.toml":
                self._broken.add(path)
            return None
        if path.name == "pyproject.toml":
            tool = table.get("tool")
            uv = tool.get("uv") if isinstance(tool, dict) else None
            return uv if isinstance(uv, dict) else None
        return table


def is_true(value: str) -> bool:
    """Return whether uv takes the value of a variable for yes."""
    return value.strip().lower() in _TRUE


def places(environ: Mapping[str, str], folder: Path | None, files: UvFiles) -> Iterator[tuple[str, Path]]:
    """Yield the kind and path of each file that uv reads, strongest first; a file may be missing.

    Args:
        environ: the variables that uv sees.
        folder: the folder that uv starts in; None leaves project files out.
        files: the files that this pass has read so far.
    """
    if environ.get("UV_CONFIG_FILE"):
        yield "env", (folder or Path("/")) / environ["UV_CONFIG_FILE"]
        return
    if is_true(environ.get("UV_NO_CONFIG", "")):
        return
    for start in _starts(environ, folder):
        if project := _project(start, files):
            yield "project", project
    yield "user", locations.UV.path(environ)
    if not is_true(environ.get("UV_NO_SYSTEM_CONFIG", "")):
        *shared, last = locations.uv_shared(environ)
        # Only the first that exists.
        yield "global", next((path for path in shared if files.table(path) is not None), last)


def _starts(environ: Mapping[str, str], folder: Path | None) -> list[Path]:
    """Return the folders that uv may search for a project file from.

    Older versions do not know the variable for the working folder, so the real one counts, too.
    """
    bases = [folder] if folder else []
    chosen = (environ.get(name) for name in ("UV_WORKING_DIR", "UV_WORKING_DIRECTORY"))
    bases += [(folder or Path("/")) / one for one in chosen if one]
    if environ.get("UV_PROJECT"):
        bases = [base / environ["UV_PROJECT"] for base in bases or [Path("/")]]
    return list(dict.fromkeys(bases))


def _project(folder: Path, files: UvFiles) -> Path | None:
    """Return the nearest project file from `folder` upwards; ``uv.toml`` beats ``pyproject.toml`` beside it."""
    for place in (folder, *folder.parents):
        for name in ("uv.toml", "pyproject.toml"):
            if files.table(place / name) is not None or files.is_broken(place / name):
                return place / name
    return None
