"""uv's settings that can lead elsewhere or take away a check: files and variables in uv's own order of precedence.

uv ignores pip's files. The order among its own comes from ``uv pip install --show-settings``, and the tests compare it
again. Which settings count follows from `uv_variables`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from ..core.effect import Effect, with_effect
from .uv_files import UvFiles, places
from .uv_variables import FOLDER_VARIABLES, KEYS, variables_with

_DEFAULT_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL")
DEFAULTS = (*_DEFAULT_VARIABLES, "default-index", "index-url")
"""The variables and file options that set uv's default index, strongest first."""
INDEX_OPTIONS = frozenset(
    (*DEFAULTS, "UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "index", "extra-index-url", "find-links")
)
"""The variables and file options whose value is addresses."""
# They choose files, which are read instead.
_CHOOSING = {*FOLDER_VARIABLES, "UV_CONFIG_FILE", "UV_NO_CONFIG", "UV_NO_SYSTEM_CONFIG"}
_VARIABLES = (
    *_DEFAULT_VARIABLES,
    "UV_INDEX",
    "UV_EXTRA_INDEX_URL",
    "UV_FIND_LINKS",
    *sorted(variables_with(Effect.REDIRECTING, Effect.WEAKENING) - INDEX_OPTIONS - _CHOOSING),
)
_ADDRESSES = ("index-url", "extra-index-url", "find-links", "no-index")
_OTHERS = sorted(with_effect(KEYS, Effect.REDIRECTING, Effect.WEAKENING) - {*_ADDRESSES, "index"})


@dataclass(frozen=True)
class UvSource:
    """One setting that uv reads about indexes; `value` may hold a password.

    Attributes:
        option: the variable, or the option of a file.
        value: addresses, separated by blanks; of any other option, its texts, separated by commas.
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


def uv_sources(environ: Mapping[str, str], folder: Path | None, files: UvFiles) -> list[UvSource]:
    """Return all settings that uv reads about where packages come from in an environment, weakest first.

    Args:
        environ: the variables that uv sees.
        folder: the folder that uv starts in, to find the project's files; None leaves these out.
        files: the files that this pass has read so far.
    """
    said = [UvSource(name, environ[name], "variable", name) for name in _VARIABLES if environ.get(name)]
    for kind, path in places(environ, folder, files):
        said += _said(kind, path, files.table(path) or {})
    # The order here is strongest first. Only one default index counts; all other indexes add up.
    defaults = sorted((one for one in said if _is_default(one)), key=_rank)
    beaten = {id(one) for one in defaults[1:]}
    no_index = any(one.option == "no-index" for one in said)
    return [
        replace(one, in_force=one.in_force and id(one) not in beaten and (not no_index or _without_index(one)))
        for one in reversed(said)
    ]


def _said(kind: str, path: Path, table: Mapping[str, Any]) -> Iterator[UvSource]:
    assigned = {entry.get("index") for entry in _entries(table.get("sources"))}
    for entry in _list(table.get("index")):
        if isinstance(entry, dict) and isinstance(entry.get("url"), str):
            option = "default-index" if entry.get("default") is True else "index"
            # An explicit index only serves packages that a project assigns to it.
            used = entry.get("explicit") is not True or entry.get("name") in assigned
            yield UvSource(option, entry["url"], kind, str(path), "index", used)
    for section in ("pip", ""):
        options = table.get(section, {}) if section else table
        for option in _ADDRESSES if isinstance(options, dict) else ():
            value = options.get(option)
            words = ["true"] if value is True else [word for word in _list(value) if isinstance(word, str)]
            if words:
                yield UvSource(option, " ".join(words), kind, str(path), section)
        for option in _OTHERS if isinstance(options, dict) else ():
            if texts := _texts(options.get(option)):
                yield UvSource(option, ", ".join(texts), kind, str(path), section)


def _is_default(one: UvSource) -> bool:
    return one.option in DEFAULTS


def _rank(one: UvSource) -> tuple[int, bool]:
    """Return a sort key for defaults: variables, then ``[[index]]``, then ``index-url`` (in ``[pip]`` first)."""
    return DEFAULTS.index(one.option), one.option == "index-url" and one.section != "pip"


def _without_index(one: UvSource) -> bool:
    return one.option in ("no-index", "find-links", "UV_FIND_LINKS") or one.option not in INDEX_OPTIONS


def _entries(sources: Any) -> Iterator[Mapping[str, Any]]:
    """Yield the tables in ``[tool.uv.sources]``; a package has one, or a list of them."""
    for value in sources.values() if isinstance(sources, dict) else ():
        yield from (entry for entry in _list(value) if isinstance(entry, dict))


def _texts(value: Any) -> list[str]:
    """Return a value as texts, with ``key=`` before what stands in a table: enough to judge and to show it."""
    if isinstance(value, dict):
        return [f"{key}={text}" for key, inner in value.items() for text in _texts(inner)]
    if isinstance(value, bool):
        return [str(value).lower()]
    return [text for one in value for text in _texts(one)] if isinstance(value, list) else _scalar(value)


def _scalar(value: Any) -> list[str]:
    return [] if value is None else [str(value)]


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
