"""Poetry: the repository that it publishes to. It installs from a project's own sources, and reads netrc for both.

Poetry has no option for another default index, so a project has to name the secure one:

    [[tool.poetry.source]]
    name = "securepypi"
    url = "the index URL that `jupyter securepypi status` shows"
    priority = "primary"       # or "supplemental", beside a primary one
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..core.finding import Finding
from ..core.grant import Grant
from . import locations
from .base import CONFIGURE, REPOSITORY, Client, Machine, Place
from .change import Changes
from .credentials import are_for_index, in_file, name_in_variables
from .editing import rewrite
from .reading import entry, read_toml
from .toml_edit import toml_change

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

_VARIABLE = f"POETRY_REPOSITORIES_{REPOSITORY.upper()}_URL"
_URL_VARIABLE = re.compile(r"POETRY_REPOSITORIES_(.+)_URL")
_CREDENTIAL = re.compile(
    r"POETRY_(?:HTTP_BASIC_(?P<name>.+)_(?:USERNAME|PASSWORD)|PYPI_TOKEN_(?P<token_name>.+))"
)


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
        """Name the secure repository; the user's own credentials for it stay and are reported."""
        path, _ = self.files(machine)
        changes = rewrite(path, toml_change(path, lambda document: _point(document, grant)), self.name)
        return changes + Changes(findings=tuple(self.own_credentials(grant, machine)))

    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return the repository that it publishes to ("Using environment variables" in its manual)."""
        if machine.environ.get(_VARIABLE):
            return Place.of_uploads(machine.environ[_VARIABLE], _VARIABLE, grant, f"unset {_VARIABLE}")
        path, _ = self.files(machine)
        url = entry(read_toml(path), "repositories", REPOSITORY, "url")
        if isinstance(url, str):
            return Place.of_uploads(url, f"{path} [repositories.{REPOSITORY}]", grant, CONFIGURE)
        return Place("unset", None, "", "Poetry knows no repository of ours to publish to", CONFIGURE)

    def credential_variables(
        self, environ: Mapping[str, str], grant: Grant | None = None, folder: Path | None = None
    ) -> list[str]:
        """Return its variables with credentials for the repository, under any name that a file gives it.

        Names may hold digits (``poetry.config.config.Config.get``).
        """
        matches = [match for name in environ if (match := _CREDENTIAL.fullmatch(name))]
        urls = _urls(environ, folder) if matches else {}
        return sorted(
            match[0]
            for match in matches
            for name in [match["name"] or match["token_name"]]
            for login in [environ.get(f"POETRY_HTTP_BASIC_{name}_USERNAME", "")]
            if name == REPOSITORY.upper() or are_for_index(urls.get(name), login, grant)
        )

    def credentials_in_files(self, grant: Grant, machine: Machine) -> list[Finding]:
        """Return the credentials for the repository in its two files and in the project's (``poetry config``)."""
        places = [*self.files(machine), *([machine.folder / "poetry.toml"] if machine.folder else [])]
        urls: dict[str, str] = {}
        found = []
        for path in places:
            table = read_toml(path)
            for kind in ("http-basic", "pypi-token"):
                named = entry(table, kind)
                for name in named if isinstance(named, dict) else ():
                    urls = urls or _urls(machine.environ, machine.folder)
                    if name == REPOSITORY or are_for_index(urls.get(name_in_variables(name)), "", grant):
                        without = toml_change(path, partial(_without, kind=kind, name=name))
                        found.append(in_file(path, f"{kind}.{name}", name, "Poetry", without))
        return found

    def variables(self, grant: Grant) -> Mapping[str, str]:
        """Return the repository to publish to."""
        return {_VARIABLE: grant.endpoint_url}


def _urls(environ: Mapping[str, str], folder: Path | None) -> dict[str, str]:
    """Return the address of each repository and of each source of a project, under the name in variables."""
    found = {match[1]: value for name, value in environ.items() if (match := _URL_VARIABLE.fullmatch(name))}
    repositories = entry(read_toml(locations.POETRY.path(environ)), "repositories")
    rows = list(repositories.items()) if isinstance(repositories, dict) else []
    sources = entry(read_toml(folder / "pyproject.toml"), "tool", "poetry", "source") if folder else None
    rows += [(one.get("name"), one) for one in sources if isinstance(one, dict)] if sources else []
    for name, row in rows:
        if isinstance(url := entry(row, "url"), str):
            found.setdefault(name_in_variables(str(name)), url)
    return found


def _without(document: TOMLDocument, kind: str, name: str) -> None:
    table: Any = document[kind]
    del table[name]
    if not table:
        del document[kind]


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
