"""What a repository can serve: its own versions, those of its upstreams, and those of the public index.

AWS user guide, "Requesting a package version with upstream repositories". A version that is fetched stays in the
repository that was asked and in the one with the external connection, but not in those between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from packaging.version import Version

from ..domains import Repo
from .catalog import Catalog
from .records import SERVED, Held

MOST_SEARCHED = 25  # repositories, for one request


@dataclass(frozen=True)
class Found:
    """A version that a repository can serve.

    Attributes:
        holder: the repository that has it, or None if only the public index has.
        connected: the repository whose external connection it comes over, if it does.
    """

    held: Held
    holder: Repo | None
    connected: Repo | None = None


@dataclass(frozen=True)
class Reach:
    """Looks through upstreams.

    Args:
        repositories: of one domain, by name.
        public: the versions of a package on the public index.
        now: AWS's clock, epoch seconds.
    """

    repositories: Mapping[str, Repo]
    public: Callable[[str], Mapping[Version, Held]]
    now: float

    def versions(self, repo: Repo, package: str) -> dict[Version, Found]:
        """Return what `repo` can serve of a package, and its own versions in any status; oldest first."""
        return dict(sorted(self._versions(repo, package, []).items()))

    def upstream_versions(self, repo: Repo, package: str) -> dict[Version, Found]:
        """Return what `repo` can fetch of a package, whether it has it or not."""
        return self._upstream(repo, package, [repo.name])

    def fetch(self, repo: Repo, found: Found) -> Held:
        """Retain a version where AWS does, and return it as `repo` has it."""
        held = found.held
        if found.connected is not None and found.holder is None:
            held = found.connected.catalog.take(held, self.now)
        if repo not in (found.holder, found.connected):
            held = repo.catalog.take(held, self.now)
        return held

    def _versions(self, repo: Repo, package: str, seen: list[str]) -> dict[Version, Found]:
        if repo.name in seen or len(seen) >= MOST_SEARCHED:
            return {}
        seen.append(repo.name)
        # What the repository has itself hides the same version further up, whatever its status.
        own = {version: Found(held, repo) for version, held in repo.catalog.versions(package).items()}
        return self._upstream(repo, package, seen) | own

    def _upstream(self, repo: Repo, package: str, seen: list[str]) -> dict[Version, Found]:
        if not repo.upstreams and not repo.connection:
            return {}
        if not restrictions_allow(repo.catalog, package, "upstream"):
            return {}
        groups = repo.domain.groups
        found: dict[Version, Found] = {}
        if groups.allows(repo.name, package, "INTERNAL_UPSTREAM", self.now):
            for name in repo.upstreams:
                for version, one in self._versions(self.repositories[name], package, seen).items():
                    if one.held.record.status in SERVED:
                        found.setdefault(version, one)
        if repo.connection and groups.allows(repo.name, package, "EXTERNAL_UPSTREAM", self.now):
            for version, held in self.public(package).items():
                found.setdefault(version, Found(held, None, repo))
        return found


def restrictions_allow(catalog: Catalog, package: str, what: str) -> bool:
    """Return whether the package's own origin configuration allows ``publish`` or ``upstream``."""
    record = catalog.package(package)
    return record is None or record.restrictions[what] == "ALLOW"
