"""Whether the kernel must be restarted: only when a module that is already imported has changed."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from importlib import invalidate_caches, metadata

from ..core.report import InstallReport
from ..install.distributions import modules_of


class ImportedModules:
    """The modules that were imported when this was made."""

    def __init__(self) -> None:
        self._names = {name.partition(".")[0] for name in sys.modules}

    def changed_by(self, report: InstallReport) -> list[str]:
        """Return the imported top-level modules whose distribution `report` replaced, sorted.

        Makes the import system look at the folders again, too, so that what is new can be imported at once.
        """
        if report.dry_run:
            return []
        invalidate_caches()
        replaced = [package.name for package in report.packages if package.previous]
        return sorted({module for name in replaced for module in _modules(name)} & self._names)

    def among(self, modules: Iterable[str]) -> list[str]:
        """Return those of the top-level `modules` that were imported, sorted."""
        return sorted(self._names.intersection(modules))


def _modules(distribution: str) -> set[str]:
    try:
        return modules_of(metadata.distribution(distribution))
    except metadata.PackageNotFoundError:
        return set()
