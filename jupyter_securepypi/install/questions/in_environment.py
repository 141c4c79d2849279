"""What is installed in an environment, and whether it came from the secure index: for people who look at a list."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...config import SecurePyPI
from ...core.errors import SecurePyPIError
from ...core.masking import masked
from ...core.providers.registry import repository_of
from .origins import Origin, installed

SECURE, ELSEWHERE, UNKNOWN = "secure", "elsewhere", "unknown"
"""Proven to be from the secure index; known to be from somewhere else; neither."""


@dataclass(frozen=True)
class Installed:
    """An installed package.

    Attributes:
        name: as its metadata spells it.
        version: of it.
        origin: one of `SECURE`, `ELSEWHERE` and `UNKNOWN`.
        source: from where it came, for people; empty where that is not known.
        time: when an install of ours brought it, epoch seconds; 0 for none.
    """

    name: str
    version: str
    origin: str
    source: str
    time: float

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "name": self.name,
            "version": self.version,
            "origin": self.origin,
            "source": self.source,
            "time": self.time or None,
        }


def in_environment(
    options: SecurePyPI, prefix: str = sys.prefix, folders: Sequence[str] | None = None
) -> list[Installed]:
    """Return what is installed in an environment, by name; nothing is run, a few hundred packages take 0.1 seconds.

    Where an environment was copied, its files are read, once in a process.

    Args:
        options: the options in force; their repository is the secure index.
        prefix: the environment's; by default this one.
        folders: its folders of packages, in the order in which Python looks; by default those of this Python.
    """
    return [_installed(one, options.repository) for one in installed(prefix, folders)]


def _installed(one: Origin, secure: str) -> Installed:
    if not one.repository:
        origin = ELSEWHERE if one.by_other_means else UNKNOWN
        return Installed(one.name, one.version, origin, one.by_other_means, one.time)
    if one.repository == "public":
        return Installed(one.name, one.version, ELSEWHERE, "the public index", one.time)
    source, same = masked(one.repository), False
    try:
        repository = repository_of(one.repository)
        source, same = str(repository), bool(secure) and repository == repository_of(secure)
    except SecurePyPIError:  # a direct reference, or of a provider that is not here
        pass
    return Installed(one.name, one.version, SECURE if same else ELSEWHERE, source, one.time)
