"""Patterns of own names, and the package groups that cover them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ....errors import ConfigurationError
from ....project_name import normalized
from .api import FORMAT

_FORM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?(?P<rest>[-_.]+\*)?")
_ANY = "name-that-nobody-has"


@dataclass(frozen=True)
class OwnNames:
    """A name, or a pattern of names, that belongs to the owner of a domain.

    Attributes:
        prefix: what the names begin with, or the name; normalized.
        whole: it is one name.
    """

    prefix: str
    whole: bool

    @staticmethod
    def of(text: str) -> OwnNames:
        """Return what `text` says: ``acme-core`` or ``acme-*``.

        Raises:
            ConfigurationError: it is neither, or CodeArtifact has no group for it.
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise ConfigurationError(
                f"{text!r} is no name, and no pattern that a package group can cover.",
                why="a package group covers one name, or all names that begin with a word and a dash",
                remedy="write acme-core, or 'acme-*'",
            )
        whole = found["rest"] is None
        return OwnNames(normalized(text) if whole else normalized(text[: -len(found["rest"])]) + "-", whole)

    @property
    def group(self) -> str:
        """The pattern of the package group (CodeArtifact user guide, "Package group definition syntax")."""
        return f"/{FORMAT}//{self.prefix}{'$' if self.whole else '*'}"

    @property
    def sample(self) -> str:
        """A name that it covers; if there can be one, that nobody has."""
        return self.prefix if self.whole else self.prefix + _ANY

    def covers(self, name: str) -> bool:
        """Return whether the normalized `name` is one of them."""
        return name == self.prefix if self.whole else name.startswith(self.prefix)

    def __str__(self) -> str:
        return self.prefix if self.whole else f"{self.prefix}*"
