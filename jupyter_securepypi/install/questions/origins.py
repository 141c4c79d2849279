"""Where what is installed here came from: what the install history knows, beside what is there."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from packaging.utils import canonicalize_name

from ...core.errors import NotFound
from ..history import read

_RECORDS = 100_000


@dataclass(frozen=True)
class Origin:
    """An installed package and where it came from.

    Attributes:
        name: as its metadata spells it.
        version: the one that is installed.
        repository: what names the secure repository, ``public``, or empty where no install of ours brought it.
        url: the file's address; empty where it is not known.
        sha256: the file's digest, hexadecimal; empty where it is not known.
        time: when it was installed, epoch seconds, or 0.
        engine: what installed it; empty where it is not known.
    """

    name: str
    version: str
    repository: str = ""
    url: str = ""
    sha256: str = ""
    time: float = 0.0
    engine: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as JSON's values."""
        return asdict(self)


def installed() -> list[Origin]:
    """Return every package of this environment, by name, with the origin that the history knows.

    A package that has been installed again by other means in the same version still has its old origin.
    """
    known: dict[tuple[str, str], Origin] = {}
    for entry in read(_RECORDS):  # the newest first: the first one counts
        if not entry.get("ok") or entry.get("prefix") != sys.prefix:
            continue
        for package in entry.get("packages", ()):
            key = canonicalize_name(str(package.get("name"))), str(package.get("version"))
            known.setdefault(key, origin_in(entry, package))
    found: dict[str, Origin] = {}
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        if name:  # what a broken uninstall leaves has none
            key = canonicalize_name(name), distribution.version
            here = known.get(key) or Origin(name, distribution.version)
            found.setdefault(key[0], here)
    return sorted(found.values(), key=lambda one: canonicalize_name(one.name))


def origin_of(name: str) -> Origin:
    """Return the origin of the installed package `name`.

    Raises:
        NotFound: it is not installed here.
    """
    for one in installed():
        if canonicalize_name(one.name) == canonicalize_name(name):
            return one
    raise NotFound(
        f"{name} is not installed in {sys.prefix}.", remedy="`jupyter securepypi list` shows what is"
    )


def origin_in(entry: dict[str, Any], package: dict[str, Any]) -> Origin:
    """Return the origin that a record of the history gives for one of its packages."""
    return Origin(
        name=str(package.get("name")),
        version=str(package.get("version")),
        repository=str(package.get("url")) if package.get("direct") else str(entry.get("repository", "")),
        url=str(package.get("url", "")),
        sha256=str(package.get("sha256", "")),
        time=float(entry.get("time", 0.0)),
        engine=str(entry.get("engine", "")),
    )
