"""Tell Poetry where to publish; it installs from what a project names as its source, and reads netrc for both.

Poetry has no option for another default index, so a project has to name the secure one:

    [[tool.poetry.source]]
    name = "securepypi"
    url = "the index URL that `jupyter securepypi status` shows"
    priority = "primary"       # or "supplemental", beside a primary one
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import FileProblem
from ..core.files import safe_target
from ..core.grant import Grant
from .editing import REPOSITORY, Change, rewrite, toml_change

if TYPE_CHECKING:
    from tomlkit import TOMLDocument


def config_path(environ: Mapping[str, str]) -> Path:
    """Return Poetry's user-level configuration file, see "Config directory" in its manual."""
    if environ.get("POETRY_CONFIG_DIR"):
        return Path(environ["POETRY_CONFIG_DIR"], "config.toml").expanduser()
    home = Path(environ.get("HOME") or Path.home())
    if os.name == "nt":
        return Path(environ.get("APPDATA", ""), "pypoetry", "config.toml")
    if sys.platform == "darwin":
        return home / "Library/Application Support/pypoetry/config.toml"
    return Path(environ.get("XDG_CONFIG_HOME") or home / ".config", "pypoetry", "config.toml")


def point_at(grant: Grant, environ: Mapping[str, str]) -> Change:
    """Make ``poetry publish --repository securepypi`` publish to the secure repository.

    Raises:
        FileProblem: the file cannot be read, understood or written.
    """
    path = config_path(environ)
    changed = rewrite(path, toml_change(path, lambda document: _point(document, grant)), "poetry")
    kept = path.with_name("auth.toml")  # where `poetry config http-basic…` puts a password without a keyring
    findings: tuple[str, ...] = ()
    if _has_password(kept):
        findings = (
            f"{kept} has credentials for {REPOSITORY}, which Poetry prefers to the token; remove them.",
        )
    return Change(path, changed, findings)


def _has_password(path: Path) -> bool:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(safe_target(path).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, TOMLKitError, FileProblem):
        return False  # none that Poetry would read, or that is ours to read
    tables = (document.get(kind) for kind in ("http-basic", "pypi-token"))
    return any(isinstance(table, dict) and REPOSITORY in table for table in tables)


def _point(document: TOMLDocument, grant: Grant) -> None:
    import tomlkit

    repositories = document.get("repositories")
    if not isinstance(repositories, dict):
        document["repositories"] = tomlkit.table(is_super_table=True)
        repositories = document["repositories"]
    ours = repositories.get(REPOSITORY)
    if not isinstance(ours, dict):
        ours = tomlkit.table()
        ours["url"] = grant.endpoint_url
        repositories[REPOSITORY] = ours
    elif ours.get("url") != grant.endpoint_url:
        ours["url"] = grant.endpoint_url
