"""uv's configuration of indexes: files and variables in uv's own order of precedence.

uv ignores pip's files. Its own files are documented under "Configuration files", its variables under "Environment
variables". The order among them comes from ``uv pip install --show-settings``, and the tests compare it again.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from . import locations

_DEFAULT_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL")
DEFAULTS = (*_DEFAULT_VARIABLES, "default-index", "index-url")
"""The variables and file options that set uv's default index, strongest first."""
_OTHER_VARIABLES = ("UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS")
_OPTIONS = ("index-url", "extra-index-url", "find-links", "no-index")


@dataclass(frozen=True)
class UvSource:
    """One setting that uv reads about indexes; `value` may hold a password.

    Attributes:
        option: the variable, or the option of a file.
        value: addresses, separated by blanks.
        kind: ``global``, ``user``, ``project``, ``env`` (the file of UV_CONFIG_FILE) or ``variable``.
        source: the file or the variable.
        section: the table of the file, like ``pip`` or ``index``; empty for the top level.
        in_force: True if uv uses it without options on its command line.
    """

    option: str
    value: str = field(repr=False)
    kind: str
    source: str
    section: str = ""
    in_force: bool = True


class UvFiles:
    """uv's configuration files, each read once; a file that uv cannot read counts as empty."""

    def __init__(self) -> None:
        self._tables: dict[Path, dict[str, Any] | None] = {}

    def table(self, path: Path) -> dict[str, Any] | None:
        """Return uv's table in a file (``[tool.uv]`` in a ``pyproject.toml``); None if it is missing."""
        if path not in self._tables:
            self._tables[path] = _read(path)
        return self._tables[path]


def uv_sources(environ: Mapping[str, str], folder: Path | None, files: UvFiles) -> list[UvSource]:
    """Return all settings that uv reads about indexes in an environment, weakest first.

    Args:
        environ: the variables that uv sees.
        folder: the folder that uv starts in, to find the project's files; None leaves these out.
        files: the files that this pass has read so far.
    """
    names = (*_DEFAULT_VARIABLES, *_OTHER_VARIABLES)
    said = [UvSource(name, environ[name], "variable", name) for name in names if environ.get(name)]
    for kind, path in _places(environ, folder, files):
        said += _said(kind, path, files.table(path) or {})
    # The order here is strongest first. Only one default index counts; all other indexes add up.
    defaults = sorted((one for one in said if _is_default(one)), key=_rank)
    beaten = {id(one) for one in defaults[1:]}
    no_index = any(one.option == "no-index" for one in said)
    return [
        replace(one, in_force=one.in_force and id(one) not in beaten and (not no_index or _without_index(one)))
        for one in reversed(said)
    ]


def _places(environ: Mapping[str, str], folder: Path | None, files: UvFiles) -> Iterator[tuple[str, Path]]:
    """Yield uv's configuration files, strongest first."""
    if environ.get("UV_CONFIG_FILE"):
        yield "env", Path(environ["UV_CONFIG_FILE"])
        return
    if environ.get("UV_NO_CONFIG", "").lower() in ("1", "true", "yes", "on", "t", "y"):
        return
    if project := _project(folder, files):
        yield "project", project
    yield "user", locations.UV.path(environ)
    *shared, last = locations.uv_shared(environ)
    # Only the first that exists.
    yield "global", next((path for path in shared if files.table(path) is not None), last)


def _project(folder: Path | None, files: UvFiles) -> Path | None:
    """Return the nearest project file from `folder` upwards; ``uv.toml`` beats ``pyproject.toml`` beside it."""
    for place in (folder, *folder.parents) if folder else ():
        for name in ("uv.toml", "pyproject.toml"):
            if files.table(place / name) is not None:
                return place / name
    return None


def _said(kind: str, path: Path, table: Mapping[str, Any]) -> Iterator[UvSource]:
    for entry in _list(table.get("index")):
        if isinstance(entry, dict) and isinstance(entry.get("url"), str):
            option = "default-index" if entry.get("default") is True else "index"
            # An explicit index only serves packages that a project assigns to it.
            yield UvSource(option, entry["url"], kind, str(path), "index", entry.get("explicit") is not True)
    for section in ("pip", ""):
        options = table.get(section, {}) if section else table
        for option in _OPTIONS if isinstance(options, dict) else ():
            value = options.get(option)
            words = ["true"] if value is True else [word for word in _list(value) if isinstance(word, str)]
            if words:
                yield UvSource(option, " ".join(words), kind, str(path), section)


def _is_default(one: UvSource) -> bool:
    return one.option in DEFAULTS


def _rank(one: UvSource) -> tuple[int, bool]:
    """Return a sort key for defaults: variables, then ``[[index]]``, then ``index-url`` (in ``[pip]`` first)."""
    return DEFAULTS.index(one.option), one.option == "index-url" and one.section != "pip"


def _without_index(one: UvSource) -> bool:
    return one.option in ("no-index", "find-links", "UV_FIND_LINKS")


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _read(path: Path) -> dict[str, Any] | None:
    try:
        table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    if path.name == "pyproject.toml":
        tool = table.get("tool")
        uv = tool.get("uv") if isinstance(tool, dict) else None
        return uv if isinstance(uv, dict) else None
    return table
