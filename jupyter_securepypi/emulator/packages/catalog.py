"""The packages and versions in a storage."""

from __future__ import annotations

from collections.abc import Iterable

from packaging.version import Version

from ..storage import Asset, Storage
from .records import Held, Origin, PackageRecord, VersionRecord


class Catalog:
    """The packages in `storage`: its files, and what is remembered of them.

    Files that are copied into the folder count as uploaded by a publisher. The caller holds the world's lock.

    Args:
        storage: the files.
        origin: where versions come from of which nothing else is known.
    """

    def __init__(self, storage: Storage, origin: Origin) -> None:
        self.storage = storage
        self._origin = origin
        self._packages: dict[str, PackageRecord] = {}

    def packages(self) -> dict[str, PackageRecord]:
        """Return all packages by name."""
        self._files()
        return dict(sorted(self._packages.items()))

    def package(self, name: str) -> PackageRecord | None:
        """Return the package of a normalized name, or None."""
        return self.packages().get(name)

    def versions(self, package: str) -> dict[Version, Held]:
        """Return the versions of a package in any status, oldest first."""
        files = self._files()
        record = self._packages.get(package)
        if record is None:
            return {}
        return {
            version: Held(package, version, found, tuple(files.get((package, version), ())))
            for version, found in sorted(record.versions.items())
        }

    def publish(self, package: str, version: Version, now: float) -> None:
        """Remember that a publisher uploads a version now."""
        self._remember(package, version, VersionRecord(self._origin, now))

    def take(self, held: Held, now: float) -> Held:
        """Copy a version from elsewhere, over what there is of it; return it as it is here."""
        for asset in held.assets:
            self.storage.take(asset)
        known = held.record
        record = VersionRecord(known.origin, now, known.status, known.yanked, known.last_revision)
        self._remember(held.package, held.version, record, replace=True)
        return self.versions(held.package)[held.version]

    def dispose(self, held: Held) -> None:
        """Remove the files of a version for good; its name stays taken."""
        held.record.last_revision = held.revision
        held.record.status = "Disposed"
        self._remove(held.assets)

    def delete_version(self, held: Held) -> None:
        """Forget a version, but not its package."""
        record = self._packages[held.package]
        record.kept = True
        del record.versions[held.version]
        self._remove(held.assets)

    def delete_package(self, name: str) -> None:
        """Forget a package with all that is known of it."""
        for held in self.versions(name).values():
            self._remove(held.assets)
        self._packages.pop(name, None)

    def restrict(self, package: str, restrictions: dict[str, str]) -> None:
        """Set what is allowed for a package, which need not exist yet."""
        record = self._packages.setdefault(package, PackageRecord(restrictions))
        record.restrictions, record.kept = restrictions, True

    def _files(self) -> dict[tuple[str, Version], list[Asset]]:
        """Return the files by version, after the records follow what was copied in and what was removed."""
        files: dict[tuple[str, Version], list[Asset]] = {}
        for asset in self.storage.assets():
            files.setdefault((asset.package, asset.version), []).append(asset)
        for (package, version), assets in files.items():
            first = min(asset.uploaded for asset in assets)
            self._remember(package, version, VersionRecord(self._origin, first))
        for name, record in list(self._packages.items()):
            for version, found in list(record.versions.items()):
                if (name, version) not in files and found.status != "Disposed":
                    del record.versions[version]
            if not record.versions and not record.kept:
                del self._packages[name]
        return files

    def _remember(self, name: str, version: Version, record: VersionRecord, replace: bool = False) -> None:
        package = self._packages.setdefault(name, PackageRecord(record.origin.restrictions))
        if replace or version not in package.versions:
            package.versions[version] = record

    def _remove(self, assets: Iterable[Asset]) -> None:
        for asset in assets:
            self.storage.remove(asset)
