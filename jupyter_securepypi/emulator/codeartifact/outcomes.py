"""Changes of several versions at once: all are made, or none; each has its outcome.

AWS user guide, "Errors with individual package versions" and "Versions that do not exist in the source repository".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from packaging.version import Version

from ..packages.records import Held
from ..pages import invalid
from .asked import Answer, Asked, one_of, texts
from .package_lists import STATUSES, as_version

MOST_VERSIONS = 100  # in one request: the service model
Failures = dict[str, dict[str, str]]


def failure(code: str, message: str) -> dict[str, str]:
    """Return the model's ``PackageVersionError``."""
    return {"errorCode": code, "errorMessage": message}


def wanted_versions(asked: Asked) -> dict[str, str]:
    """Return the versions in the body, each with the revision that it must have, or an empty string."""
    revisions: Any = asked.body.get("versionRevisions") or {}
    if not isinstance(revisions, dict):
        raise invalid("Value at 'versionRevisions' must be a map of versions and revisions")
    names = texts("versions", asked.body.get("versions") or list(revisions))
    if not 1 <= len(names) <= MOST_VERSIONS:
        raise invalid(f"Value at 'versions' must have between 1 and {MOST_VERSIONS} members")
    return {name: str(revisions.get(name, "")) for name in names}


def find(asked: Asked, versions: dict[Version, Held]) -> tuple[dict[str, Held], Failures]:
    """Return the wanted versions by the names in the request, and why others cannot be changed."""
    expected = str(asked.body.get("expectedStatus") or "")
    if expected:
        one_of("expectedStatus", expected, STATUSES)
    found: dict[str, Held] = {}
    failed: Failures = {}
    for name, revision in wanted_versions(asked).items():
        parsed = as_version(name)
        held = versions.get(parsed) if parsed else None
        if held is None:
            failed[name] = failure("NOT_FOUND", f"Could not find version {name}")
        elif revision not in ("", held.revision):
            text = f"current revision: {held.revision}, expected revision: {revision}"
            failed[name] = failure("MISMATCHED_REVISION", text)
        elif expected not in ("", held.record.status):
            text = f"current status: {held.record.status}, expected status: {expected}"
            failed[name] = failure("MISMATCHED_STATUS", text)
        else:
            found[name] = held
    return found, failed


def change(found: dict[str, Held], failed: Failures, make: Callable[[Held], str]) -> Answer:
    """Make a change to every version found, if none failed, and return the answer.

    Args:
        found: the versions by the names in the request.
        failed: why others cannot be changed.
        make: makes the change, and returns the version's new status.
    """
    if failed:
        skipped = {name: failure("SKIPPED", f"Version {name} was skipped") for name in found}
        return {"successfulVersions": {}, "failedVersions": {**failed, **skipped}}
    done = {}
    for name, held in found.items():
        revision = held.revision
        done[name] = {"revision": revision, "status": make(held)}
    return {"successfulVersions": done, "failedVersions": {}}
