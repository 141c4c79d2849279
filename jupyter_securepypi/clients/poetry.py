"""Poetry: the repository that it publishes to. It installs from a project's own sources, and reads netrc for both.

Poetry has no option for another default index, so a project has to name the secure one:

    [[tool.poetry.source]]
    name = "securepypi"
    url = "the index URL that `jupyter securepypi status` shows"
    priority = "primary"       # or "supplemental", beside a primary one
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.finding import Finding
from ..core.grant import Grant
from . import locations
from .base import CONFIGURE, REPOSITORY, Client, Machine, Place
from .change import Changes
from .editing import rewrite
from .reading import entry, read_toml
from .toml_edit import toml_change

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_VARIABLE = f"POETRY_REPOSITORIES_{REPOSITORY.upper()}_URL"


class Poetry(Client):
    """``poetry publish --repository securepypi``."""

    name = "poetry"
    help = f"the repository {REPOSITORY} to publish to"
    programs = ("poetry",)

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return its user-level configuration, and its file for passwords without a keyring."""
        path = locations.POETRY.path(machine.environ)
        return path, path.with_name("auth.toml")

    def point(self, grant: Grant, machine: Machine) -> Changes:
        """Name the secure repository; the user's own password for it stays and is reported."""
        path, passwords = self.files(machine)
        changes = rewrite(path, toml_change(path, lambda document: _point(document, grant)), self.name)
        if not _has_password(passwords):
            return changes
        what = f"{passwords} has credentials for {REPOSITORY}, which Poetry prefers to the token."
        return changes + Changes(findings=(Finding(str(passwords), what, remedy="remove them"),))

    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return the repository that it publishes to ("Using environment variables" in its manual)."""
        if machine.environ.get(_VARIABLE):
            return Place.of_uploads(machine.environ[_VARIABLE], _VARIABLE, grant, f"unset {_VARIABLE}")
        path, _ = self.files(machine)
        url = entry(read_toml(path), "repositories", REPOSITORY, "url")
        if isinstance(url, str):
            return Place.of_uploads(url, f"{path} [repositories.{REPOSITORY}]", grant, CONFIGURE)
        return Place("unset", None, "", "Poetry knows no repository of ours to publish to", CONFIGURE)

    def variables(self, grant: Grant) -> Mapping[str, str]:
        """Return the repository to publish to."""
        return {_VARIABLE: grant.endpoint_url}


def _has_password(path: Path) -> bool:
    table = read_toml(path)
    return any(entry(table, kind, REPOSITORY) is not None for kind in ("http-basic", "pypi-token"))


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
