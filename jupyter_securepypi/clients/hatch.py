"""Hatch, which publishes. It reads the file that is written for Twine; its own configuration is left to the user."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ..core.grant import Grant
from . import locations
from .base import Client, Machine, Place
from .change import Changes
from .credentials import publishing_variables
from .reading import entry, read_toml
from .twine import Twine

_VARIABLE = "HATCH_INDEX_REPO"


class Hatch(Client):
    """``hatch publish``."""

    name = "hatch"
    programs = ("hatch",)
    served_by = Twine.name

    def files(self, machine: Machine) -> tuple[Path, ...]:
        """Return its configuration."""
        return (locations.HATCH.path(machine.environ),)

    def point(self, grant: Grant, machine: Machine) -> Changes:
        """Do nothing."""
        return Changes()

    def place(self, grant: Grant | None, machine: Machine) -> Place:
        """Return the repository that it publishes to (``hatch.publish.index``)."""
        (path,) = self.files(machine)
        index = entry(read_toml(path), "publish", "index")
        chosen, source = machine.environ.get(_VARIABLE), _VARIABLE
        if not chosen:
            chosen, source = entry(index, "repo"), f"{path} [publish.index]"
        if not isinstance(chosen, str) or chosen == "main":
            message = "Hatch uploads to the public index, its default"
            return Place("unset", None, "", message, "upload with `jupyter securepypi exec -- hatch publish`")
        known = entry(index, "repos", chosen)
        url = known.get("url") if isinstance(known, dict) else known
        return Place.of_uploads(
            url if isinstance(url, str) else chosen, source, grant, f"take it out of {source}"
        )

    def credential_variables(
        self, environ: Mapping[str, str], grant: Grant | None = None, folder: Path | None = None
    ) -> list[str]:
        """Return its variables for user name and password, unless they are for another repository."""
        url = environ.get(_VARIABLE)
        return publishing_variables(environ, "HATCH_INDEX_USER", ["HATCH_INDEX_AUTH"], url, grant)

    def variables(self, grant: Grant) -> Mapping[str, str]:
        """Return the repository to publish to, and the user name."""
        login = {"HATCH_INDEX_USER": grant.login} if grant.login else {}
        return {_VARIABLE: grant.endpoint_url, **login}
