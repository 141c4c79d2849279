"""Where what is installed here came from: what the install history knows, beside what is there."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from typing import Any

from packaging.utils import canonicalize_name

from ...core.errors import NotFound
from ...core.masking import masked
from ..distributions import head_of
from ..history import read
from ..written_files import still_there

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
        by_other_means: where no install of ours brought it, what its metadata says: ``conda``, or the address of a
            direct reference (PEP 610), credentials masked; empty where it says nothing.
        replaced: an install of ours brought this version, and nothing proves that its files are still the same.
    """

    name: str
    version: str
    repository: str = ""
    url: str = ""
    sha256: str = ""
    time: float = 0.0
    engine: str = ""
    by_other_means: str = ""
    replaced: bool = False

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as JSON's values."""
        return asdict(self)


def installed(prefix: str = sys.prefix, folders: Sequence[str] | None = None) -> list[Origin]:
    """Return every package of an environment, by name, with the origin that the history knows.

    What has been installed again by other means in the same version has lost its origin.

    Args:
        prefix: the environment's; by default this one.
        folders: its folders of packages, in the order in which Python looks; by default those of this Python.
    """
    known = _known_in(prefix)
    found: dict[str, Origin] = {}
    there = metadata.distributions() if folders is None else metadata.distributions(path=list(folders))
    for distribution in there:
        head = head_of(distribution)
        key = canonicalize_name(head.name)
        if key and key not in found:  # what a broken uninstall leaves has no name
            origin, files = known.get((key, head.version)) or (Origin(head.name, head.version), None)
            if origin.repository and not still_there(distribution, files, origin.time):
                origin = Origin(head.name, head.version, replaced=True)
            found[key] = origin if origin.repository else replace(origin, by_other_means=_means(distribution))
    return [found[key] for key in sorted(found)]


def _known_in(prefix: str) -> dict[tuple[str, str], tuple[Origin, dict[str, Any] | None]]:
    """Return what the history says was installed into an environment.

    It is, by normalized name and version, the origin and the files; an older record does not know the latter.
    """
    known: dict[tuple[str, str], tuple[Origin, dict[str, Any] | None]] = {}
    real = os.path.realpath(prefix)
    for entry in read(_RECORDS):  # the newest first: the first one counts
        there = entry["prefix"]
        if not entry["ok"] or (there != prefix and os.path.realpath(there) != real):
            continue
        for gone in entry["removed"]:  # what is there again has come by other means
            key = canonicalize_name(gone["name"]), gone["version"]
            known.setdefault(key, (Origin(gone["name"], gone["version"]), None))
        for package in entry["packages"]:
            key = canonicalize_name(package["name"]), package["version"]
            known.setdefault(key, (origin_in(entry, package), entry["files"].get(package["name"])))
    return known


def _means(distribution: metadata.Distribution) -> str:
    """Return from where else a distribution says it came: ``conda``, or an address (PEP 610); empty for neither."""
    try:
        direct = json.loads(distribution.read_text("direct_url.json") or "null")
        if direct:
            return masked(str(direct["url"]))
        installer = (distribution.read_text("INSTALLER") or "").strip()
    except (ValueError, KeyError, TypeError, OSError):
        return ""
    return installer if installer == "conda" else ""


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
