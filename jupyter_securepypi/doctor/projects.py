"""The indexes that a project's own files name for Poetry, PDM and pipenv, in the working folder."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ..core.address import same_address
from ..core.check import Check

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib


def project_indexes(folder: Path, index_url: str | None, endpoint_url: str | None = None) -> list[Check]:
    """Return a check for each client that the project in `folder` uses.

    Args:
        folder: the folder with ``pyproject.toml`` or ``Pipfile``.
        index_url: the secure index, or None if it is not known.
        endpoint_url: where packages are published to it, or None if that is not known.
    """
    checks = []
    for client, file, urls, public in _projects(folder, endpoint_url):
        foreign = [url for url in urls if not (index_url and same_address(url, index_url))]
        if not index_url:
            checks.append(Check.untried(client, f"{file} is a project's; the secure index is not known yet"))
        elif foreign or public:
            shown = ", ".join([*foreign, *(["the public index, by default"] if public else [])])
            remedy = f"name {index_url} as the only index of {file}"
            if client == "poetry":
                remedy += '; a source to publish with may stay, with priority = "explicit"'
            checks.append(Check.failed(client, f"{file} installs from {shown}", remedy))
        else:
            checks.append(Check.passed(client, f"{file} names the secure index only"))
    return checks


def _projects(folder: Path, endpoint_url: str | None) -> Iterator[tuple[str, Path, list[str], bool]]:
    """Yield client, file, its indexes, and whether the client also asks the public index."""
    pyproject, pipfile = folder / "pyproject.toml", folder / "Pipfile"
    tool = _table(_toml(pyproject).get("tool"))
    if "poetry" in tool:
        sources = _tables(_table(tool["poetry"]).get("source"))
        # Poetry also asks the public index, unless a source has priority `primary` (the default) or `default`.
        own = any(str(one.get("priority", "primary")).lower() in ("primary", "default") for one in sources)
        installing = [one for one in sources if not _only_publishes(one, endpoint_url)]
        yield "poetry", pyproject, _urls(installing), not own
    if "pdm" in tool:
        sources = _tables(_table(tool["pdm"]).get("source"))
        # A source named `pypi` replaces the public index.
        yield "pdm", pyproject, _urls(sources), not any(one.get("name") == "pypi" for one in sources)
    if pipfile.is_file():
        sources = _tables(_toml(pipfile).get("source"))
        yield "pipenv", pipfile, _urls(sources), not sources


def _only_publishes(source: Mapping[str, Any], endpoint_url: str | None) -> bool:
    """Return whether a source of Poetry is there for ``poetry publish --repository``: no install uses it unasked."""
    explicit = str(source.get("priority", "")).lower() == "explicit"
    return explicit and bool(endpoint_url) and same_address(str(source.get("url", "")), str(endpoint_url))


def _toml(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _tables(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _urls(sources: list[Mapping[str, Any]]) -> list[str]:
    return [str(one["url"]) for one in sources if one.get("url")] + [
        "the public index"
        for one in sources
        if not one.get("url") and str(one.get("name", "")).lower() == "pypi"
    ]
