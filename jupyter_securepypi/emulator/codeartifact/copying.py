"""CopyPackageVersions: from one repository to another of the same domain.

AWS user guide, "Copy packages between repositories". Origin controls do not hold up a copy.
"""

from __future__ import annotations

from ..packages.reach import Found
from ..packages.records import SERVED, Held
from ..pages import invalid
from .asked import Answer, Asked, Routes, not_found
from .outcomes import change, failure, find


def _copy(asked: Asked) -> Answer:
    if bool(asked.body.get("versions")) == bool(asked.body.get("versionRevisions")):
        raise invalid("You must specify versions or versionRevisions, and not both")
    source = asked.repository("ReadFromRepository", "source-repository")
    destination = asked.repository("CopyPackageVersions", "destination-repository")
    package = asked.package("CopyPackageVersions", "destination-repository")
    if source is destination:
        raise invalid("The source and destination repositories must not be the same")
    reach = asked.reach(source)
    available = reach.versions(source, package.name) if package.format == "pypi" else {}
    if not asked.body.get("includeFromUpstream"):
        available = {version: found for version, found in available.items() if found.holder is source}
    if not available:
        what = f"Package '{package.name}' in repository '{source.name}'"
        raise not_found("package", what, f"{source.domain.owner}/{source}/{package.format}//{package.name}")

    found, failed = find(asked, {version: one.held for version, one in available.items()})
    there = destination.catalog.versions(package.name)
    for name, held in list(found.items()):
        existing = there.get(held.version)
        if held.record.status not in SERVED:
            failed[name] = failure("NOT_ALLOWED", f"Version {name} is {held.record.status}")
        elif existing is None:
            continue
        elif existing.same_as(held):
            # Neither done again nor told: the operation is idempotent.
            del found[name]
        elif not asked.body.get("allowOverwrite"):
            failed[name] = failure("ALREADY_EXISTS", f"Version {name} already exists")

    def copy(held: Held) -> str:
        one: Found = available[held.version]
        if one.connected is not None and one.holder is None:
            # It comes into the domain over the connection, and stays there, too.
            held = reach.fetch(one.connected, one)
        if held.version in there:
            destination.catalog.delete_version(there[held.version])
        return destination.catalog.take(held, asked.state.now).record.status

    return change({name: held for name, held in found.items() if name not in failed}, failed, copy)


ROUTES: Routes = {("POST", "/v1/package/versions/copy"): ("CopyPackageVersions", _copy)}
