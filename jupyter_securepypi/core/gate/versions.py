"""Versions and names by the packaging standards, also in containers, where only pip's own copy of the library is."""

from __future__ import annotations

import platform
from functools import lru_cache
from importlib import import_module
from typing import Any, FrozenSet, Optional, Tuple

try:
    from packaging import specifiers, tags, version
except ImportError:  # pip brings its own copy along since version 20
    specifiers, tags, version = (
        import_module(f"pip._vendor.packaging.{name}") for name in ("specifiers", "tags", "version")
    )


def parsed(text: str) -> Optional[Any]:
    """Return the version `text`, to compare; None where it is none."""
    try:
        return version.Version(text)
    except version.InvalidVersion:
        return None


def clauses(text: str) -> Optional[Any]:
    """Return the version clauses `text`, like ``>=1.2,<2``; None where they are none."""
    try:
        return specifiers.SpecifierSet(text)
    except specifiers.InvalidSpecifier:
        return None


def within(found: Any, wanted: Any) -> bool:
    """Return whether a version is one of those that `wanted`, clauses, describe; below 3.1 is what came before it."""
    return all(
        one.contains(found, prereleases=True)
        or (one.operator == "<" and found < (parsed(one.version) or found))
        for one in wanted
    )


def fits_here(filename: str, requires_python: str) -> bool:
    """Return whether a wheel is for this Python and platform; a source archive is for all that its Python clause names.

    Args:
        filename: of the wheel or source archive.
        requires_python: what the index says of it; empty where it says nothing.
    """
    wanted = clauses(requires_python) if requires_python else None
    if wanted is not None and not wanted.contains(platform.python_version(), prereleases=True):
        return False
    if not filename.endswith(".whl"):
        return True
    parts = filename[: -len(".whl")].rsplit("-", 3)
    if len(parts) != 4:
        return False
    _, python, abi, where = parts
    offered = {
        (one, two, three) for one in python.split(".") for two in abi.split(".") for three in where.split(".")
    }
    return bool(offered & _supported())


@lru_cache(maxsize=1)
def _supported() -> FrozenSet[Tuple[str, str, str]]:
    return frozenset((one.interpreter, one.abi, one.platform) for one in tags.sys_tags())
