"""What is installed in this environment, as pip's own commands tell it: freeze, show, and check."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from ...core.masking import all_masked
from ..own_tools import own_tool
from .origins import Origin, origin_of

# As pip: what installs is no part of what is installed.
_INSTALLERS = {"pip"} if sys.version_info >= (3, 12) else {"pip", "setuptools", "distribute", "wheel"}
_NAMED = re.compile(r"(?:-e .*#egg=)?(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)")


def frozen(engine: str = "auto", *, everything: bool = False) -> list[str]:
    """Return a requirement a line for each package of this environment, as ``pip freeze`` or ``uv pip freeze`` says it.

    Args:
        engine: ``pip``, ``uv`` or ``auto``.
        everything: the installers themselves, too, such as pip.

    Raises:
        ConfigurationError: there is no such engine here.
        InstallFailed: it failed.
    """
    tool = own_tool(engine, only_pip=True)
    lines = tool.read("freeze", *(["--all"] if tool.engine == "pip" else []))
    kept = [line for line in lines if everything or _project(line) not in _INSTALLERS]
    masked: list[str] = all_masked(kept)
    return masked


def _project(line: str) -> str:
    found = _NAMED.match(line)
    return canonicalize_name(found["name"]) if found else ""


@dataclass(frozen=True)
class Shown:
    """One installed package, for ``show``.

    Attributes:
        origin: its name, its version, and where it came from.
        summary: a sentence of its makers.
        home: its page.
        license: as its metadata says it.
        location: the folder that it lies in.
        requires: the names that it needs, sorted.
        required_by: the installed packages that need it, sorted.
        files: of it, below `location`; empty where it keeps no list.
    """

    origin: Origin
    summary: str
    home: str
    license: str
    location: str
    requires: tuple[str, ...]
    required_by: tuple[str, ...]
    files: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the attributes as JSON's values, those of the origin first."""
        return {
            **self.origin.to_dict(),
            "summary": self.summary,
            "home": self.home,
            "license": self.license,
            "location": self.location,
            "requires": list(self.requires),
            "required_by": list(self.required_by),
            "files": list(self.files),
        }


def shown(names: Sequence[str]) -> list[Shown]:
    """Return what is known of the installed packages `names`.

    Raises:
        NotFound: one of them is not installed here.
    """
    origins = [origin_of(name) for name in names]
    needs = {
        one.metadata["Name"]: _needed(one)
        for one in reversed(list(metadata.distributions()))
        if one.metadata["Name"]
    }
    return [_shown(origin, needs) for origin in origins]


def _shown(origin: Origin, needs: dict[str, set[str]]) -> Shown:
    there = metadata.distribution(origin.name)
    said = there.metadata
    project = canonicalize_name(origin.name)
    pages = dict(one.partition(", ")[::2] for one in said.get_all("Project-URL") or ())
    likely = (url for label, url in pages.items() if label.lower() in ("homepage", "repository", "source"))
    return Shown(
        origin=origin,
        summary=_field(said, "Summary"),
        home=_field(said, "Home-page") or next(likely, ""),
        license=_license(said),
        location=str(Path(str(there.locate_file("")))),
        requires=tuple(sorted(_needed(there))),
        required_by=tuple(sorted((name for name, wanted in needs.items() if project in wanted), key=str.lower)),
        files=tuple(str(path) for path in there.files or ()),
    )


def _field(said: metadata.PackageMetadata, name: str) -> str:
    return str(next(iter(said.get_all(name) or ()), ""))


def _license(said: metadata.PackageMetadata) -> str:
    """Return the licence in a line: some packages put its whole text where its name belongs."""
    text = _field(said, "License-Expression") or _field(said, "License")
    classifiers = said.get_all("Classifier") or ()
    named = [one.rpartition(" :: ")[2] for one in classifiers if one.startswith("License :: ")]
    return ", ".join(named) if named and (not text or "\n" in text) else text.split("\n")[0]


def _needed(distribution: metadata.Distribution) -> set[str]:
    """Return the normalised names that a distribution needs on this Python, without its extras."""
    found: set[str] = set()
    for text in distribution.requires or ():
        try:
            one = Requirement(text)
            if one.marker is None or one.marker.evaluate({"extra": ""}):
                found.add(canonicalize_name(one.name))
        except InvalidRequirement:
            continue  # of an old distribution, which today's rules cannot read
    return found
