"""The files of a version, and what they tell."""

from __future__ import annotations

import re
import uuid

from ..distributions import hashes
from ..http import Response
from ..packages.records import SERVED, Held
from ..pages import invalid
from .asked import Answer, Asked, PackageOf, Routes, conflict, not_found
from .package_lists import version_of

_REQUIREMENT = re.compile(r"\s*(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)\s*(?P<rest>.*)", re.DOTALL)


def _list_assets(asked: Asked) -> Answer:
    package = asked.package("ListPackageVersionAssets")
    held = version_of(asked, package)
    assets = [{"name": asset.name, "size": asset.size, "hashes": hashes(asset.path)} for asset in held.assets]
    return {**_about(package, held), **asked.cut("assets", assets)}


def _get_asset(asked: Asked) -> Response:
    package = asked.package("GetPackageVersionAsset")
    held, name = version_of(asked, package), asked.get("asset")
    where = f"{package.resource_id}/{held.version}"
    if held.record.status not in SERVED:
        raise conflict(
            "package-version",
            f"Version '{held.version}' is {held.record.status}: it has no assets to get",
            where,
        )
    if asked.get("revision") not in ("", held.revision):
        raise conflict("package-version", f"The current revision is {held.revision}", where)
    for asset in held.assets:
        if asset.name == name:
            headers = {
                "Content-Type": "application/octet-stream",
                "X-AssetName": asset.name,
                "X-PackageVersion": str(held.version),
                "X-PackageVersionRevision": held.revision,
                "x-amzn-requestid": str(uuid.uuid4()),
            }
            return Response(200, headers, asset.path.read_bytes())
    what = f"Asset '{name}' of version '{held.version}' of package '{package.name}'"
    raise not_found("asset", what, f"{where}/{name}")


def _list_dependencies(asked: Asked) -> Answer:
    package = asked.package("ListPackageVersionDependencies")
    held = version_of(asked, package)
    given = held.assets[0].contents.metadata.get_all("Requires-Dist", []) if held.assets else []
    dependencies = [
        {
            "package": match["name"],
            "dependencyType": "Requires-Dist",
            "versionRequirement": match["rest"].strip(),
        }
        for text in given
        if (match := _REQUIREMENT.match(text))
    ]
    return {**_about(package, held), **asked.cut("dependencies", dependencies)}


def _get_readme(asked: Asked) -> Answer:
    package = asked.package("GetPackageVersionReadme")
    held = version_of(asked, package)
    metadata = held.assets[0].contents.metadata if held.assets else None
    readme = str(metadata.get("Description") or metadata.get_payload() or "") if metadata else ""
    if not readme:
        what = f"Readme of version '{held.version}' of package '{package.name}'"
        raise not_found("asset", what, f"{package.resource_id}/{held.version}")
    return {**_about(package, held), "readme": readme}


def _publish(asked: Asked) -> Answer:
    package = asked.package("PublishPackageVersion")
    raise invalid(f"PublishPackageVersion supports the format generic only, not {package.format}")


def _about(package: PackageOf, held: Held) -> Answer:
    return {
        "format": package.format,
        "package": package.name,
        "version": str(held.version),
        "versionRevision": held.revision,
    }


ROUTES: Routes = {
    ("POST", "/v1/package/version/assets"): ("ListPackageVersionAssets", _list_assets),
    ("GET", "/v1/package/version/asset"): ("GetPackageVersionAsset", _get_asset),
    ("POST", "/v1/package/version/dependencies"): ("ListPackageVersionDependencies", _list_dependencies),
    ("GET", "/v1/package/version/readme"): ("GetPackageVersionReadme", _get_readme),
    ("POST", "/v1/package/version/publish"): ("PublishPackageVersion", _publish),
}
