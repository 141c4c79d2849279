"""Point uv at the secure index with its user-level ``uv.toml``, which holds no credentials: uv reads netrc.

The keys are those of uv's reference ("Settings"); a project's own file and variables stay stronger, and the
audit names them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.grant import Grant
from .editing import REPOSITORY, Change, rewrite, toml_change
from .uv_audit import UvFiles, uv_sources

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_ELSEWHERE = ("index-url", "extra-index-url", "find-links")


def config_path(environ: Mapping[str, str]) -> Path:
    """Return uv's user-level configuration file, see "Configuration files" in its manual."""
    if os.name == "nt":
        return Path(environ.get("APPDATA", ""), "uv", "uv.toml")
    chosen = environ.get("XDG_CONFIG_HOME", "")
    home = Path(environ.get("HOME") or Path.home())
    return Path(chosen if chosen.startswith("/") else home / ".config", "uv", "uv.toml")


def point_at(grant: Grant, environ: Mapping[str, str]) -> Change:
    """Make the secure index uv's default one and its only one, and the place that it publishes to.

    Indexes marked ``explicit`` stay: they serve only what a project assigns to them.

    Raises:
        FileProblem: the file cannot be read, understood or written.
    """
    path = config_path(environ)
    changed = rewrite(path, toml_change(path, lambda document: _point(document, grant)), "uv")
    sources = uv_sources(environ, None, UvFiles())
    findings = tuple(
        f"{one.source} sets {one.option}, so uv looks there, too; remove it, or ask its owner to."
        for one in sources
        if one.kind == "global" and one.in_force and one.option != "no-index"
    )
    return Change(path, changed, tuple(dict.fromkeys(findings)))


def _point(document: TOMLDocument, grant: Grant) -> None:
    for table in (document, document.get("pip")):
        for key in _ELSEWHERE:
            if isinstance(table, dict) and key in table:
                del table[key]
    ours = _index_tables(document, grant)
    # Where to publish is ours to say only if nobody else has: it may be another repository on purpose.
    if document.get("publish-url") in (None, ours):
        _set(document, "publish-url", grant.endpoint_url)


def _index_tables(document: TOMLDocument, grant: Grant) -> str | None:
    """Leave one index that counts; return where the one before it published to, if that was ours."""
    import tomlkit

    wanted = {
        "name": REPOSITORY,
        "url": grant.index_url,
        "publish-url": grant.endpoint_url,
        "default": True,
    }
    tables: Any = document.get("index")
    if tables is not None and not isinstance(tables, tomlkit.items.AoT):
        # Inline tables in an array: rewritten as the tables that everybody else writes.
        rows = [dict(row) for row in tables.unwrap() if isinstance(row, dict)]
        del document["index"]
        tables = tomlkit.aot()
        for row in rows:
            tables.append(tomlkit.item(row))
        document["index"] = tables
    if tables is None:
        tables = tomlkit.aot()
        document["index"] = tables
    before = None
    found = False
    for number in reversed(range(len(tables))):
        row = tables[number]
        if row.get("name") == REPOSITORY and not found:
            found, before = True, row.get("publish-url")
            for key, value in wanted.items():
                _set(row, key, value)
            for key in [key for key in row if key not in wanted]:
                del row[key]
        elif row.get("explicit") is not True:
            del tables[number]
    if not found:
        row = tomlkit.table()
        row.update(wanted)
        tables.append(row)
    return str(before) if before is not None else None


def _set(table: Any, key: str, value: object) -> None:
    if table.get(key) != value:
        table[key] = value
