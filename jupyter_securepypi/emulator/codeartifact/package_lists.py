"""What packages and versions a repository has, and how they may come into it; upstreams do not count here.

AWS user guide, "API behavior with upstream repositories".
"""

from __future__ import annotations

from email.message import Message
from typing import Any

from packaging.version import InvalidVersion, Version

from ..packages.records import Held, PackageRecord
from .asked import Answer, Asked, PackageOf, Routes, not_found, one_of

STATUSES = ("Published", "Unfinished", "Unlisted", "Archived", "Disposed", "Deleted")


def _list_packages(asked: Asked) -> Answer:
    repo = asked.repository("ListPackages")
    wanted, prefix = asked.format("pypi"), asked.get("package-prefix")
    records = repo.catalog.packages() if wanted == "pypi" else {}
    packages = [
        {"format": "pypi", "package": name, "originConfiguration": origin_configuration(record)}
        for name, record in records.items()
        if name.startswith(prefix)
        and asked.get("publish") in ("", record.restrictions["publish"])
        and asked.get("upstream") in ("", record.restrictions["upstream"])
    ]
    return asked.cut("packages", packages)


def _describe_package(asked: Asked) -> Answer:
    package = asked.package("DescribePackage")
    configuration = origin_configuration(package.existing())
    return {"package": {"format": package.format, "name": package.name, "originConfiguration": configuration}}


def _list_package_versions(asked: Asked) -> Answer:
    package = asked.package("ListPackageVersions")
    package.existing()
    status, kind = asked.get("status"), asked.get("originType")
    if status:
        one_of("status", status, STATUSES)
    newest_first = list(reversed(package.repo.catalog.versions(package.name).values()))
    if asked.get("sortBy") == "PUBLISHED_TIME":
        newest_first.sort(key=lambda held: held.record.published, reverse=True)
    versions = [
        {
            "version": str(held.version),
            "revision": held.revision,
            "status": held.record.status,
            "origin": _origin(held),
        }
        for held in newest_first
        if status in ("", held.record.status) and kind in ("", held.record.origin.kind)
    ]
    answer = {"format": package.format, "package": package.name, **asked.cut("versions", versions)}
    shown = [str(held.version) for held in newest_first if held.record.status == "Published"]
    return {**answer, "defaultDisplayVersion": shown[0]} if shown else answer


def _describe_package_version(asked: Asked) -> Answer:
    package = asked.package("DescribePackageVersion")
    held = version_of(asked, package)
    metadata = held.assets[0].contents.metadata if held.assets else Message()
    described = {
        "format": package.format,
        "packageName": package.name,
        "displayName": metadata.get("Name", package.name),
        "version": str(held.version),
        "summary": metadata.get("Summary"),
        "homePage": metadata.get("Home-page"),
        # When it came into the repository: "Gating packages on version age" warns of taking it for the upload time.
        "publishedTime": round(held.record.published, 3),
        "licenses": [{"name": metadata["License"]}] if metadata.get("License") else [],
        "revision": held.revision,
        "status": held.record.status,
        "origin": _origin(held),
    }
    return {"packageVersion": {name: value for name, value in described.items() if value is not None}}


def version_of(asked: Asked, package: PackageOf) -> Held:
    """Return the version that the request names.

    Raises:
        AwsError: the repository does not have it, or not the package.
    """
    package.existing()
    given = asked.get("version")
    parsed = as_version(given)
    held = package.repo.catalog.versions(package.name).get(parsed) if parsed else None
    if held is None:
        what = f"Version '{given}' of package '{package.name}' in repository '{package.repo.name}'"
        raise not_found("package-version", what, f"{package.resource_id}/{given}")
    return held


def as_version(text: str) -> Version | None:
    """Return the version that `text` is, or None if it is none."""
    try:
        return Version(text)
    except InvalidVersion:
        return None


def origin_configuration(record: PackageRecord) -> dict[str, Any]:
    """Return the model's ``PackageOriginConfiguration``."""
    return {"restrictions": dict(record.restrictions)}


def _origin(held: Held) -> dict[str, Any]:
    origin = held.record.origin
    if origin.connection:
        point = {"externalConnectionName": origin.connection}
    else:
        point = {"repositoryName": origin.repository}
    return {"domainEntryPoint": point, "originType": origin.kind}


def _restrict(asked: Asked) -> Answer:
    package = asked.package("PutPackageOriginConfiguration")
    given: Any = asked.body.get("restrictions") or {}
    wanted = {
        what: one_of(f"restrictions.{what}", given.get(what), ("ALLOW", "BLOCK"))
        for what in ("publish", "upstream")
    }
    one_of("format", package.format, ("pypi",))
    # The package need not exist yet: the API reference, PutPackageOriginConfiguration.
    package.repo.catalog.restrict(package.name, wanted)
    return {"originConfiguration": origin_configuration(package.existing())}


ROUTES: Routes = {
    ("POST", "/v1/packages"): ("ListPackages", _list_packages),
    ("GET", "/v1/package"): ("DescribePackage", _describe_package),
    ("POST", "/v1/package/versions"): ("ListPackageVersions", _list_package_versions),
    ("GET", "/v1/package/version"): ("DescribePackageVersion", _describe_package_version),
    ("POST", "/v1/package"): ("PutPackageOriginConfiguration", _restrict),
}
