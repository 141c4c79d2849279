"""Deletion of packages and versions, for good."""

from __future__ import annotations

from ..packages.records import Held
from .asked import Answer, Asked, Routes
from .outcomes import change, find
from .package_lists import origin_configuration


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
    ("POST", "/v1/package/versions/delete"): ("DeletePackageVersions", _delete_versions),
    ("DELETE", "/v1/package"): ("DeletePackage", _delete_package),
}
