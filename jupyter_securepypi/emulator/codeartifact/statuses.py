"""The status of versions, and the deletion of versions and packages, for good.

AWS user guide, "Update package version status": Disposed is reached by its own operation, and left by none.
"""

from __future__ import annotations

from ..packages.records import Held
from .asked import Answer, Asked, Routes, one_of
from .outcomes import change, failure, find
from .package_lists import origin_configuration

_TARGETS = ("Archived", "Published", "Unlisted")


def _update(asked: Asked) -> Answer:
    package = asked.package("UpdatePackageVersionsStatus")
    target = one_of("targetStatus", asked.body.get("targetStatus"), _TARGETS)
    package.existing()
    found, failed = find(asked, package.repo.catalog.versions(package.name))
    for name, held in found.items():
        if held.record.status == "Disposed":
            failed[name] = failure("NOT_ALLOWED", f"Version {name} is Disposed, which cannot be changed")

    def set_status(held: Held) -> str:
        held.record.status = target
        return target

    return change({name: held for name, held in found.items() if name not in failed}, failed, set_status)


def _dispose(asked: Asked) -> Answer:
    package = asked.package("DisposePackageVersions")
    package.existing()

    def dispose(held: Held) -> str:
        package.repo.catalog.dispose(held)
        return "Disposed"

    return change(*find(asked, package.repo.catalog.versions(package.name)), dispose)


def _delete_versions(asked: Asked) -> Answer:
    package = asked.package("DeletePackageVersions")
    package.existing()

    def delete(held: Held) -> str:
        package.repo.catalog.delete_version(held)
        return "Deleted"

    return change(*find(asked, package.repo.catalog.versions(package.name)), delete)


def _delete_package(asked: Asked) -> Answer:
    package = asked.package("DeletePackage")
    configuration = origin_configuration(package.existing())
    package.repo.catalog.delete_package(package.name)
    summary = {"format": package.format, "package": package.name, "originConfiguration": configuration}
    return {"deletedPackage": summary}


ROUTES: Routes = {
    ("POST", "/v1/package/versions/update_status"): ("UpdatePackageVersionsStatus", _update),
    ("POST", "/v1/package/versions/dispose"): ("DisposePackageVersions", _dispose),
    ("POST", "/v1/package/versions/delete"): ("DeletePackageVersions", _delete_versions),
    ("DELETE", "/v1/package"): ("DeletePackage", _delete_package),
}
