"""The versions on a project's page, sorted by what an install here can make of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from packaging.specifiers import SpecifierSet

from ....core.gate.versions import fits_here, parsed
from ....core.project_page import PageFile
from ...engines.simple import newest_first


@dataclass(frozen=True)
class Versions:
    """What a page has of a project.

    Attributes:
        files: on the page.
        wanted: the versions that are asked for.
        may_build: whether source archives can be installed.
    """

    files: Sequence[PageFile]
    wanted: SpecifierSet
    may_build: bool

    @cached_property
    def all(self) -> list[str]:
        """Every version, the newest first."""
        return newest_first(file.version for file in self.files)

    @cached_property
    def fitting(self) -> list[str]:
        """Those that are asked for."""
        return [one for one in self.all if is_wanted(one, self.wanted)]

    @cached_property
    def here(self) -> list[str]:
        """Those with a file for this Python and platform, or a source archive."""
        return self._with(file for file in self.files if suits(file))

    @cached_property
    def installable(self) -> list[str]:
        """Those of `here` of which nothing must be built, or may be."""
        return self._with(file for file in self.files if suits(file) and (self.may_build or file.is_wheel))

    def files_of(self, version: str) -> list[PageFile]:
        """Return the files of a version."""
        return [file for file in self.files if file.version == version]

    def usable_files(self) -> list[PageFile]:
        """Return the files that can be installed here."""
        return [file for file in self.files if suits(file) and (self.may_build or file.is_wheel)]

    def yanked(self, version: str) -> str | None:
        """Return why a version is yanked, which may be empty; None where it is not."""
        files = self.files_of(version)
        if not files or not all(file.yanked for file in files):
            return None
        return next((file.yanked_reason for file in files if file.yanked_reason), "")

    def chosen(self, versions: Sequence[str]) -> str:
        """Return the newest of `versions` that is asked for: a pre-release only where that is asked for or all is."""
        return next(iter(newest_first(self.wanted.filter(filter(parsed, versions)))), "")

    def nearest(self, version: str, among: Sequence[str]) -> str:
        """Return the one of `among` that stands nearest to `version` in the order of all; empty for none."""
        order = newest_first({*self.all, version})
        return min(among, key=lambda one: abs(order.index(one) - order.index(version)), default="")

    def _with(self, files: Iterable[PageFile]) -> list[str]:
        return newest_first(file.version for file in files)


def suits(file: PageFile) -> bool:
    """Return whether a file is for this Python and platform."""
    return fits_here(file.filename, file.requires_python)


def is_wanted(version: str, wanted: SpecifierSet) -> bool:
    """Return whether `version` is asked for; what is no version by today's rules never is: no installer takes it."""
    found = parsed(version)
    return found is not None and wanted.contains(found, prereleases=True)


def pythons_and_platforms(files: Iterable[PageFile]) -> tuple[list[str], list[str]]:
    """Return the Pythons and the platforms that `files` are for, in the words of their names and clauses."""
    pythons: dict[str, None] = {}
    platforms: dict[str, None] = {}
    for file in files:
        parts = file.filename[: -len(".whl")].rsplit("-", 3) if file.is_wheel else []
        tag = parts[1] if len(parts) == 4 else ""
        clause = f"Python {file.requires_python}" if file.requires_python else ""
        pythons[" ".join(filter(None, (tag, clause)))] = None
        if len(parts) == 4:
            platforms[parts[3]] = None
    return [one for one in pythons if one], list(platforms)
