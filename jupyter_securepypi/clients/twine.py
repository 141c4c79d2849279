"""Twine: the secure repository in ``~/.pypirc``, which Hatch also reads; both get the password from keyring.

Neither reads netrc. The format is described in "The .pypirc file" of the packaging specifications.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..core.errors import FileProblem
from ..core.finding import Finding
from ..core.grant import Grant
from . import locations
from .base import CONFIGURE, REPOSITORY, Client, Machine, Place
from .change import Changes
from .credentials import are_for_index, in_file, publishing_variables
from .editing import rewrite
from .reading import parse_ini, read_ini

if TYPE_CHECKING:
    from configparser import RawConfigParser

# Twine's servers if the file names none; adding ours must not remove these.
_SERVERS = ("pypi", "testpypi")
_VARIABLE = "TWINE_REPOSITORY_URL"


class Twine(Client):
    """``twine upload --repository securepypi``."""

    name = "twine"
    help = f"the repository {REPOSITORY} to publish to, for Hatch as well; both ask keyring for the token"
    programs = ("twine", "hatch")

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return the file that it reads by default."""
        return (locations.PYPIRC.path(machine.environ),)

    def point(self, grant: Grant, machine: Machine) -> Changes:
        """Name the secure repository; the user's own credentials for it stay and are reported."""
        (path,) = self.files(machine)
        changes = rewrite(path, lambda text: _pointed(text, path, grant), self.name)
        return changes + Changes(findings=tuple(self.own_credentials(grant, machine)))

    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return the repository that it uploads to (``twine.utils.get_repository_from_config``)."""
        if machine.environ.get(_VARIABLE):  # it beats a repository named on the command line
            return Place.of_uploads(machine.environ[_VARIABLE], _VARIABLE, grant, f"unset {_VARIABLE}")
        (path,) = self.files(machine)
        try:
            found = read_ini(path)
        except FileProblem as problem:
            message = f"{path} cannot be read by Twine either"
            return Place("unset", None, str(path), message, problem.remedy or "mend or remove the file")
        named = REPOSITORY in found.get("distutils", "index-servers", fallback="").split()
        url = found.get(REPOSITORY, "repository", fallback="") if named else ""
        if not url:
            message = "Twine uploads to the public index, its default, or to what its command line names"
            return Place("unset", None, "", message, CONFIGURE)
        return Place.of_uploads(url, f"{path} [{REPOSITORY}]", grant, CONFIGURE)

    def credential_variables(
        self, environ: Mapping[str, str], grant: Grant | None = None, folder: Path | None = None
    ) -> list[str]:
        """Return its variables for user name and password, unless they are for another repository."""
        url = environ.get(_VARIABLE)
        if not url and environ.get("TWINE_REPOSITORY", REPOSITORY) != REPOSITORY:
            url = _urls(locations.PYPIRC.path(environ)).get(environ["TWINE_REPOSITORY"], "elsewhere")
        return publishing_variables(environ, "TWINE_USERNAME", ["TWINE_PASSWORD"], url, grant)

    def credentials_in_files(self, grant: Grant, machine: Machine) -> list[Finding]:
        """Return each section of the repository that has a password, as the login command of a provider writes it."""
        if machine.environ.get(_VARIABLE):  # Twine then reads no section
            return []
        (path,) = self.files(machine)
        return [
            in_file(path, section, section, "Twine", partial(_without_password, section=section))
            for section, url in _urls(path).items()
            if are_for_index(url, "", grant) and read_ini(path).has_option(section, "password")
        ]

    def variables(self, grant: Grant) -> Mapping[str, str]:
        """Return the repository to upload to, and the user name."""
        login = {"TWINE_USERNAME": grant.login} if grant.login else {}
        return {_VARIABLE: grant.endpoint_url, **login}


def _urls(path: Path) -> dict[str, str]:
    """Return the address of each repository in a file; none if its readers refuse it."""
    try:
        found = read_ini(path)
    except FileProblem:
        return {}
    return {section: found.get(section, "repository", fallback="") for section in found.sections()}


def _without_password(text: str, section: str) -> str:
    from .ini import IniText

    edited = IniText(text)
    edited.remove(section, "password")
    return str(edited)


def _pointed(text: str, path: Path, grant: Grant) -> str:
    from .ini import IniText

    before = parse_ini(text, path)
    ours = {"repository": grant.endpoint_url, **({"username": grant.login} if grant.login else {})}
    named = before.get("distutils", "index-servers", fallback=None)
    servers = list(_SERVERS) if named is None else named.split()
    edited = IniText(text)
    if REPOSITORY not in servers:
        value = "".join(f"\n    {server}" for server in (*servers, REPOSITORY))
        edited.set("distutils", "index-servers", value)
    for key, value in ours.items():
        if before.get(REPOSITORY, key, fallback=None) != value:
            edited.set(REPOSITORY, key, value)
    new = str(edited)
    _check(path, before, parse_ini(new, path), ours)
    return new


def _check(path: Path, before: RawConfigParser, after: RawConfigParser, ours: Mapping[str, str]) -> None:
    """Check that the new text reads as intended: our section, our name among the servers, the rest unchanged."""
    changed = {("distutils", "index-servers"), *((REPOSITORY, key) for key in ours)}
    kept = all(
        after.get(section, key, fallback=None) == value
        for section in before.sections()
        for key, value in before.items(section)
        if (section, key) not in changed
    )
    ready = all(after.get(REPOSITORY, key, fallback=None) == value for key, value in ours.items())
    if not kept or not ready or REPOSITORY not in after.get("distutils", "index-servers", fallback="").split():
        raise FileProblem(
            f"{path} is written in a way that cannot be edited safely.",
            why="it would be read differently afterwards; the file was left as it was",
            remedy="simplify the file: sections and options at the start of the line, each option once",
        )
