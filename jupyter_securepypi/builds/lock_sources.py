"""Lock files of projects: an image that is built from one installs from the indexes that the lock names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from ..core.address import same_address
from ..core.errors import RequestRefused
from ..core.index import Index
from ..core.masking import masked

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_SHOWN = 3
# uv's own words for what is in the project's folder, and is not fetched.
_HERE = ("virtual", "editable", "directory")


def check_lock(path: Path, index: Index) -> None:
    """Refuse a ``uv.lock`` or ``poetry.lock`` with packages from elsewhere than the index.

    Args:
        path: the file.
        index: the only index that may be named, and that every file must lie on.

    Raises:
        RequestRefused: it names another, or cannot be read.
    """
    try:
        packages = tomllib.loads(path.read_text("utf-8")).get("package", [])
        named = [(str(one["name"]), _source(one, path.name)) for one in packages]
        files = [(str(one["name"]), url) for one in packages for url in _urls(one)]
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RequestRefused(
            f"{path} cannot be read as a lock file.", why=str(error), remedy="make it anew"
        ) from None
    index_url = index.url
    foreign = [(name, source) for name, source in named if source and not same_address(source, index_url)]
    foreign += [(name, url) for name, url in files if not index.holds(url)]
    if foreign:
        listed = "; ".join(f"{name}: {masked(source)}" for name, source in foreign[:_SHOWN])
        more = f"; and {len(foreign) - _SHOWN} more" if len(foreign) > _SHOWN else ""
        raise RequestRefused(
            f"{path} names packages that are not from {index_url}.",
            why=listed + more,
            remedy="make the lock with that index as the only one: uv lock --default-index, or the primary source "
            "of Poetry",
        )


def _urls(package: dict[str, Any]) -> list[str]:
    """Return the addresses of a package's files, as uv notes them."""
    files = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
    return [str(one["url"]) for one in files if "url" in one]


def _source(package: dict[str, Any], lock: str) -> str:
    """Return where a package comes from; empty if it lies in the project."""
    source = package.get("source", {})
    if lock == "uv.lock":
        if any(kind in source for kind in _HERE):
            return ""
        return str(source.get("registry") or next(iter(source.values()), "no source"))
    # Poetry leaves the source out for public PyPI, and says "legacy" for any other index.
    if source.get("type") == "directory":
        return ""
    return (
        str(source.get("url", "")) if source.get("type") == "legacy" else str(source.get("url", "public PyPI"))
    )
