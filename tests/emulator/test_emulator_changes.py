"""Changes of several versions at once: copies to another repository, and statuses."""

from __future__ import annotations

from typing import Any

import pytest
from emulator_support import HOME

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel


class Copies:
    """Copies of one package between two repositories of the emulator."""

    def __init__(self, emulator: Emulator, admin: Any, package: str) -> None:
        self.admin, self.package = admin, package
        team = f"arn:aws:codeartifact:us-west-2:{HOME}:repository/acme/team-pypi"
        self.source, self.destination = emulator.packages_dir, emulator.packages_dir_of(team)

    def copy(self, **more: Any) -> tuple[list[str], dict[str, str]]:
        """The versions copied, and the error codes of those that were not."""
        answer = self.admin.copy_package_versions(
            domain="acme",
            sourceRepository="shared-pypi",
            destinationRepository="team-pypi",
            format="pypi",
            package=self.package,
            **more,
        )
        failed = {version: one["errorCode"] for version, one in answer["failedVersions"].items()}
        return sorted(answer["successfulVersions"]), failed


def test_a_copy_is_made_once_and_all_or_nothing(emulator: Emulator, admin: Any) -> None:
    copies = Copies(emulator, admin, "copied")
    for version in ("1.0", "2.0"):
        build_wheel(copies.source, "copied", version, uploaded=1_600_000_000)
    assert copies.copy(versions=["1.0", "9.9"]) == ([], {"1.0": "SKIPPED", "9.9": "NOT_FOUND"})
    assert copies.copy(versions=["1.0"]) == (["1.0"], {})
    assert copies.copy(versions=["1.0", "2.0"]) == (["2.0"], {})
    assert copies.copy(versions=["1.0", "2.0"]) == ([], {})
    # The upload time travels with the file.
    assert {file.stat().st_mtime for file in copies.destination.glob("copied-*")} == {1_600_000_000}


def test_another_content_is_copied_only_on_demand(emulator: Emulator, admin: Any) -> None:
    copies = Copies(emulator, admin, "differing")
    build_wheel(copies.source, "differing", "1.0", modules={"differing": "side = 'source'"})
    wheel = build_wheel(copies.destination, "differing", "1.0", modules={"differing": "side = 'destination'"})
    assert copies.copy(versions=["1.0"]) == ([], {"1.0": "ALREADY_EXISTS"})
    assert copies.copy(versions=["1.0"], allowOverwrite=True) == (["1.0"], {})
    assert wheel.read_bytes() == (copies.source / wheel.name).read_bytes()


def test_a_copy_can_name_the_revision_that_it_means(emulator: Emulator, admin: Any) -> None:
    copies = Copies(emulator, admin, "revised")
    build_wheel(copies.source, "revised", "1.0")
    assert copies.copy(versionRevisions={"1.0": "another"}) == ([], {"1.0": "MISMATCHED_REVISION"})
    where = {"domain": "acme", "repository": "shared-pypi", "format": "pypi", "package": "revised"}
    [version] = admin.list_package_versions(**where)["versions"]
    assert copies.copy(versionRevisions={"1.0": version["revision"]}) == (["1.0"], {})
    with pytest.raises(admin.exceptions.ValidationException):
        copies.copy(versions=["1.0"], versionRevisions={"1.0": version["revision"]})


def test_a_status_changes_only_from_the_expected_one(emulator: Emulator, admin: Any) -> None:
    build_wheel(emulator.packages_dir, "expected", "1.0")
    where = {"domain": "acme", "repository": "shared-pypi", "format": "pypi", "package": "expected"}
    answer = admin.update_package_versions_status(
        **where, versions=["1.0"], expectedStatus="Unlisted", targetStatus="Archived"
    )
    assert answer["failedVersions"]["1.0"] == {
        "errorCode": "MISMATCHED_STATUS",
        "errorMessage": "current status: Published, expected status: Unlisted",
    }
    statuses = {one["version"]: one["status"] for one in admin.list_package_versions(**where)["versions"]}
    assert statuses == {"1.0": "Published"}
