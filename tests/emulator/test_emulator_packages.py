"""Packages of the emulated CodeArtifact: upstreams, ingestion, origin controls and statuses, seen from the index."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from emulator_support import Aws, Packages, download

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.public_index import MALICIOUS
from jupyter_securepypi.emulator.samples import build_wheel

STORE, CURATED, HOME_REPOSITORY = "pypi-store", "curated", "shared-pypi"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def packages(emulator: Emulator, aws: Aws, http: requests.Session) -> Packages:
    return Packages(emulator, aws, http)


def test_a_repository_shows_what_its_upstreams_reach_and_has_only_what_was_fetched(packages: Packages) -> None:
    assert packages.versions(CURATED, "tablefit") == ["3.0.3", "3.0.4", "3.1.0"]
    assert packages.held(CURATED, "tablefit") == packages.held(STORE, "tablefit") == {}
    assert packages.get(CURATED, "tablefit", "3.0.4") == 200
    for repository in (CURATED, STORE):
        [held] = packages.held(repository, "tablefit").values()
        assert held["version"] == "3.0.4"
        assert held["origin"] == {
            "originType": "EXTERNAL",
            "domainEntryPoint": {"externalConnectionName": "public:pypi"},
        }


def test_what_pip_installs_is_kept_with_what_it_needs(packages: Packages, tmp_path: Path) -> None:
    index = packages.url(CURATED).replace("://", f"://aws:{packages.token}@")
    done = download(sys.executable, index, tmp_path, "tablefit<3.1")
    assert done.returncode == 0, done.stderr
    for repository in (CURATED, STORE):
        assert list(packages.held(repository, "tablefit")) == ["3.0.4"]
        assert list(packages.held(repository, "tinydate")) == ["2.9.0"]


def test_no_repository_between_keeps_what_is_fetched_through_it(packages: Packages) -> None:
    packages.admin.create_repository(
        domain="acme", repository="far", upstreams=[{"repositoryName": CURATED}], description="far away"
    )
    assert packages.get("far", "numfast", "2.0.0") == 200
    assert list(packages.held("far", "numfast")) == list(packages.held(STORE, "numfast")) == ["2.0.0"]
    assert packages.held(CURATED, "numfast") == {}


def test_a_repository_without_upstreams_reaches_nothing_else(packages: Packages) -> None:
    assert packages.page(HOME_REPOSITORY, "tablefit") == {}
    assert packages.get(HOME_REPOSITORY, "tablefit", "3.0.4") == 404


def test_the_upload_time_stays_that_of_the_public_index(packages: Packages) -> None:
    before = {file["filename"]: file["upload-time"] for file in packages.page(CURATED, "tablefit")["files"]}
    packages.get(CURATED, "tablefit", "3.0.4")
    after = {file["filename"]: file["upload-time"] for file in packages.page(CURATED, "tablefit")["files"]}
    assert after == before
    described = packages.admin.describe_package_version(
        **packages.where(CURATED, "tablefit"), packageVersion="3.0.4"
    )["packageVersion"]
    # Filled at ingestion: no measure of a version's age.
    uploaded = before["tablefit-3.0.4-py3-none-any.whl"][:10]
    assert described["publishedTime"].strftime("%Y-%m-%d") > uploaded


def test_the_public_index_has_what_a_gate_must_tell_apart(packages: Packages) -> None:
    for name, version in MALICIOUS:
        assert version in packages.versions(STORE, name)
    [source] = packages.page(STORE, "sourceonly")["files"]
    assert source["filename"].endswith(".tar.gz")
    [other] = packages.page(STORE, "otherpython")["files"]
    assert "cp36" in other["filename"]
    [future] = packages.page(STORE, "futurepython")["files"]
    assert future["requires-python"] == ">=3.99"
    yanked = {file["filename"]: file["yanked"] for file in packages.page(STORE, "yankling")["files"]}
    assert list(yanked.values()) == [False, "deletes what it reads"]
    assert packages.versions(STORE, "acme-core") == ["99.0"]
    assert packages.versions(HOME_REPOSITORY, "acme-core") == ["1.4.0"]


def test_a_file_dropped_into_the_public_index_is_reached(emulator: Emulator, packages: Packages) -> None:
    build_wheel(emulator.public_packages_dir, "of-a-test", "1.0", uploaded=1_600_000_000)
    [file] = packages.page(CURATED, "of-a-test")["files"]
    assert file["upload-time"] == "2020-09-13T12:26:40.000000Z"


def test_a_yanked_version_stays_yanked_when_it_is_fetched(packages: Packages) -> None:
    packages.get(CURATED, "yankling", "1.1")
    packages.admin.disassociate_external_connection(
        domain="acme", repository=STORE, externalConnection="public:pypi"
    )
    [file] = packages.page(CURATED, "yankling")["files"]
    assert file["yanked"] == "deletes what it reads"


def test_a_published_name_keeps_the_public_one_out(packages: Packages, tmp_path: Path) -> None:
    assert packages.publish(STORE, build_wheel(tmp_path, "acme-core", "1.4.0")) == 200
    assert packages.versions(STORE, "acme-core") == ["1.4.0"]
    described = packages.admin.describe_package(**packages.where(STORE, "acme-core"))["package"]
    assert described["originConfiguration"]["restrictions"] == {"publish": "ALLOW", "upstream": "BLOCK"}


def test_an_ingested_name_cannot_be_published(packages: Packages, tmp_path: Path) -> None:
    packages.get(STORE, "numfast", "2.0.0")
    described = packages.admin.describe_package(**packages.where(STORE, "numfast"))["package"]
    assert described["originConfiguration"]["restrictions"] == {"publish": "BLOCK", "upstream": "ALLOW"}
    assert packages.publish(STORE, build_wheel(tmp_path, "numfast", "2.0.9")) == 403


def test_a_version_that_is_reachable_upstream_cannot_be_published(packages: Packages, tmp_path: Path) -> None:
    assert packages.publish(STORE, build_wheel(tmp_path, "numfast", "2.0.0")) == 409
    assert packages.publish(STORE, build_wheel(tmp_path, "numfast", "2.0.9")) == 200


def test_a_name_can_be_blocked_before_it_exists(packages: Packages, tmp_path: Path) -> None:
    restrictions = {"publish": "BLOCK", "upstream": "BLOCK"}
    answer = packages.admin.put_package_origin_configuration(
        **packages.where(STORE, "acme-secrets"), restrictions=restrictions
    )
    assert answer["originConfiguration"]["restrictions"] == restrictions
    assert packages.page(CURATED, "acme-secrets") == {}
    assert packages.publish(STORE, build_wheel(tmp_path, "acme-secrets", "2.0")) == 403
    packages.admin.delete_package(**packages.where(STORE, "acme-secrets"))
    assert packages.versions(CURATED, "acme-secrets") == ["1.0"]


@pytest.mark.parametrize(
    ("status", "listed", "served"),
    [("Published", True, 200), ("Unlisted", False, 200), ("Archived", False, 404), ("Disposed", False, 404)],
)
def test_the_status_decides_what_the_index_answers(
    packages: Packages, tmp_path: Path, status: str, listed: bool, served: int
) -> None:
    for version in ("1.0", "2.0"):
        build_wheel(packages.emulator.packages_dir, "with-status", version)
    where = packages.where(HOME_REPOSITORY, "with-status")
    if status == "Disposed":
        answer = packages.admin.dispose_package_versions(**where, versions=["1.0"])
    else:
        answer = packages.admin.update_package_versions_status(**where, versions=["1.0"], targetStatus=status)
    assert answer["successfulVersions"]["1.0"]["status"] == status
    assert ("1.0" in packages.versions(HOME_REPOSITORY, "with-status")) is listed
    assert packages.get(HOME_REPOSITORY, "with-status", "1.0") == served
    assert packages.held(HOME_REPOSITORY, "with-status")["1.0"]["status"] == status
    if served == 404:
        wheel = build_wheel(tmp_path, "with-status", "1.0", modules={"again": ""})
        assert packages.publish(HOME_REPOSITORY, wheel) == 409


def test_a_disposed_version_comes_back_only_by_deletion(packages: Packages, tmp_path: Path) -> None:
    build_wheel(packages.emulator.packages_dir, "gone", "1.0")
    where = packages.where(HOME_REPOSITORY, "gone")
    packages.admin.dispose_package_versions(**where, versions=["1.0"])
    assert not list(packages.emulator.packages_dir.glob("gone-*"))
    answer = packages.admin.update_package_versions_status(**where, versions=["1.0"], targetStatus="Published")
    assert answer["failedVersions"]["1.0"]["errorCode"] == "NOT_ALLOWED"
    assert packages.admin.delete_package_versions(**where, versions=["1.0"])["successfulVersions"]["1.0"]
    assert packages.publish(HOME_REPOSITORY, build_wheel(tmp_path, "gone", "1.0")) == 200


def test_an_archived_version_is_hidden_from_the_repositories_below(packages: Packages) -> None:
    packages.get(STORE, "numfast", "2.0.1")
    packages.admin.update_package_versions_status(
        **packages.where(STORE, "numfast"), versions=["2.0.1"], targetStatus="Archived"
    )
    assert packages.versions(CURATED, "numfast") == ["1.9.0", "2.0.0"]
    assert packages.get(CURATED, "numfast", "2.0.1") == 404
