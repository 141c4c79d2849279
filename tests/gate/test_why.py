"""`why`: one true answer for each thing that can stand in the way of an install, with a way on."""

from __future__ import annotations

import json
import os
import re
import time

import pytest
from administered import DAY, WEEK, api, curated, world
from folder_index import source_archive
from osv_records import record

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

__all__ = ["curated", "world"]
UNTIL = r"is 2 days old, allowed from \d{1,2} [A-Z][a-z]+( \d{4})? \d\d:\d\d"


@pytest.fixture
def why(environment):
    """Ask, and return the answer as a dict, with the text that people see as ``text``."""

    def ask(requirement, **variables):
        found = json.loads(environment.ok("why", "--json", requirement, **variables))
        return {**found, "text": environment.ok("why", requirement, **variables)}

    return ask


@pytest.fixture
def seeing_all(monkeypatch):
    """Ask as an administrator, who may see package groups; readers may not by themselves."""

    def switch(emulator):
        for name, value in emulator.credentials("AdministratorRole").items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", "")

    return switch


def fact(answer, label):
    return next((one["value"] for one in answer["facts"] if one["label"] == label), None)


def test_available_names_what_would_be_taken(why, table):
    found = why(table)
    assert (found["kind"], found["version"]) == ("available", "1.1")
    assert "acme-table 1.1 of acme/shared-pypi would be installed." in found["text"]
    assert fact(found, "Versions") == "1.1, 1.0"
    assert re.fullmatch(r"Python 3\.\d+ on .+", fact(found, "Python"))


def test_available_names_newer_ones_that_are_held_back_and_until_when(why, table):
    found = why(table, **WEEK)
    assert (found["kind"], found["version"]) == ("available", "1.0")
    assert re.search(rf"Held back: acme-table 1\.1 {UNTIL}\.", found["text"])
    kinds = [(one["version"], one["kind"]) for one in found["verdicts"]]
    assert kinds == [("1.1", "too_young"), ("1.0", "allowed")]
    assert found["verdicts"][0]["until"] > time.time()


def test_available_names_newer_ones_that_are_not_for_this_python(why, publish):
    publish("acme-newer", "1.0", 90)
    publish("acme-newer", "2.0", 90, requires_python=">=3.99")
    found = why("acme-newer")
    assert found["version"] == "1.0"
    assert "acme-newer 2.0 has no file for Python 3." in found["text"]


def test_available_within_versions_says_what_is_the_newest_of_all(why, table):
    found = why("acme-table<1.1")
    assert found["version"] == "1.0"
    assert fact(found, "Newest allowed") == "1.1"
    assert "The newest that is allowed is 1.1." in found["text"]


def test_a_prerelease_is_taken_only_where_it_is_asked_for(why, publish):
    publish("acme-early", "1.0", 90)
    publish("acme-early", "2.0rc1", 90)
    assert why("acme-early")["version"] == "1.0"
    assert why("acme-early>=2.0rc1")["version"] == "2.0rc1"


def test_absent_offers_names_like_it(why, table, environment):
    environment.ok("install", table)
    found = why("acme-tabel")
    assert found["kind"] == "absent"
    assert "acme-tabel is not in acme/shared-pypi." in found["text"]
    assert "did you mean acme-table?" in found["text"]


def test_no_version_that_fits_names_those_there_are(why, publish):
    publish("acme-few", "1.0", 90)
    publish("acme-few", "1.2", 90)
    found = why("acme-few>=2")
    assert found["kind"] == "no_version"
    assert "No version of acme-few in acme/shared-pypi fits >=2." in found["text"]
    assert "acme/shared-pypi has acme-few 1.2, 1.0." in found["text"]


def test_no_file_for_this_python_names_those_there_are_and_the_nearest_version(why, publish):
    publish("acme-wheels", "1.0", 90)
    publish("acme-wheels", "2.0", 90, tag="cp36-cp36m-manylinux1_x86_64")
    publish("acme-wheels", "2.0", 90, tag="cp36-cp36m-win32")
    found = why("acme-wheels==2.0")
    assert found["kind"] == "no_file"
    assert re.search(r"acme-wheels has 2\.0, but no file for Python 3\.\d+ on ", found["text"])
    assert fact(found, "Pythons") == "cp36"
    assert set(fact(found, "Platforms").split(", ")) == {"manylinux1_x86_64", "win32"}
    assert "The nearest version with a file for this Python is 1.0." in found["text"]
    assert "ask for acme-wheels==1.0" in found["text"]


def test_no_file_names_the_python_that_a_version_needs(why, publish):
    publish("acme-future", "1.0", 90, requires_python=">=3.99")
    found = why("acme-future")
    assert found["kind"] == "no_file"
    assert "Python >=3.99" in fact(found, "Pythons")


@pytest.mark.parametrize("strict", ["gate", "verify", ""])
def test_a_source_archive_only_is_said_where_nothing_may_be_built(why, home, packages, strict):
    archive = source_archive(packages, "other")
    os.utime(archive, (time.time() - 90 * DAY,) * 2)
    if strict == "verify":
        config = home / ".jupyter/jupyter_securepypi_config.json"
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(json.dumps({"SecurePyPI": {"verify": "before"}}))
    found = why("other", **(WEEK if strict == "gate" else {}))
    if strict:
        assert found["kind"] == "source_only"
        assert "nothing may be built here" in found["text"]
    else:
        assert (found["kind"], found["version"]) == ("available", "9.0")
        assert "it would be built" in found["text"]


def test_too_young_says_until_when_and_what_to_take(why, table):
    found = why("acme-table==1.1", **WEEK)
    assert (found["kind"], found["version"]) == ("too_young", "")
    assert re.search(rf"acme-table 1\.1 {UNTIL}\.", found["text"])
    assert "Packages must be 7 days old here." in found["text"]
    assert "try   take acme-table 1.0, which is allowed" in found["text"]


def test_an_unknown_age_is_said(why, environment, monkeypatch):
    with Emulator(html_index_only=True) as emulator:
        for name, value in emulator.environment().items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", emulator.role_template)
        build_wheel(emulator.packages_dir, "acme-table", "1.0", uploaded=time.time() - 90 * DAY)
        found = why("acme-table", **WEEK)
    assert found["kind"] == "age_unknown"
    assert "the index does not say when it was uploaded" in found["text"]


def test_malicious_gives_the_record(why, table, database):
    known = database(record("MAL-2026-1", table, versions=["1.1", "1.0"]))
    found = why(table, SECURE_PYPI_MALWARE="block", SECURE_PYPI_OSV_DATABASE=str(known))
    assert found["kind"] == "malicious"
    assert found["verdicts"][0]["advisories"] == ["MAL-2026-1"]
    assert "MAL-2026-1, About acme-table" in found["text"]


def test_vulnerable_gives_the_record_and_the_version_without(why, table, database):
    known = database(record("GHSA-1", table, versions=["1.1"], severity="HIGH"))
    variables = {"SECURE_PYPI_VULNERABILITIES": "high", "SECURE_PYPI_OSV_DATABASE": str(known)}
    found = why("acme-table==1.1", **variables)
    assert found["kind"] == "vulnerable"
    assert "GHSA-1 (high)" in found["text"]
    assert "take acme-table 1.0, which is allowed" in found["text"]


def test_what_only_warns_is_available_with_the_warning(why, table, database):
    known = database(record("MAL-2026-1", table, versions=["1.1"]))
    found = why(table, SECURE_PYPI_MALWARE="warn", SECURE_PYPI_OSV_DATABASE=str(known))
    assert (found["kind"], found["version"]) == ("available", "1.1")
    assert "Warning: acme-table 1.1 is malicious: MAL-2026-1" in found["text"]


def test_blocked_gives_the_reason(why, table):
    found = why(table, SECURE_PYPI_BLOCKED=json.dumps({"acme-table": "use acme-core"}))
    assert found["kind"] == "blocked"
    assert "acme-table 1.1 is blocked: use acme-core." in found["text"]


def test_yanked_gives_the_reason_and_another_version(why, curated):
    found = why("yankling>=1.1")
    assert (found["kind"], found["version"]) == ("yanked", "")
    assert "yankling 1.1 is withdrawn (yanked): deletes what it reads." in found["text"]
    assert "take yankling 1.0, which is allowed" in found["text"]


def test_a_yanked_version_that_is_pinned_would_be_taken_and_is_told(why, curated):
    found = why("yankling==1.1")
    assert (found["kind"], found["version"]) == ("yanked", "1.1")
    assert "exactly this version" in found["text"]


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("Unlisted", "no install finds it by itself"),
        ("Archived", "nobody can download it"),
        ("Disposed", "its files are gone for good"),
    ],
)
def test_the_status_of_a_version_is_told(why, world, status, means):
    for version in ("1.0", "1.1"):
        build_wheel(world.packages_dir, "acme-table", version)
    where = {"domain": "acme", "repository": "shared-pypi", "format": "pypi", "package": "acme-table"}
    if status == "Disposed":
        api(world).dispose_package_versions(**where, versions=["1.1"])
    else:
        api(world).update_package_versions_status(**where, versions=["1.1"], targetStatus=status)
    found = why("acme-table==1.1")
    assert found["kind"] == status.lower()
    assert f"acme-table 1.1 is {status} in acme/shared-pypi: {means}." in found["text"]
    assert "acme/shared-pypi has acme-table 1.0." in found["text"]
    assert why("acme-table")["version"] == "1.0"


def test_a_package_all_of_whose_versions_are_archived_is_not_called_absent(why, world):
    build_wheel(world.packages_dir, "acme-table", "1.0")
    where = {"domain": "acme", "repository": "shared-pypi", "format": "pypi", "package": "acme-table"}
    api(world).update_package_versions_status(**where, versions=["1.0"], targetStatus="Archived")
    found = why("acme-table")
    assert found["kind"] == "archived"
    assert "can set it to Published (codeartifact:UpdatePackageVersionsStatus)" in found["text"]


class TestKeptOut:
    def test_by_the_origin_configuration_of_the_package(self, why, world, curated):
        restrictions = {"publish": "ALLOW", "upstream": "BLOCK"}
        where = {"domain": "acme", "repository": "curated", "format": "pypi", "package": "tinydate"}
        assert why("tinydate")["kind"] == "available"
        api(world).put_package_origin_configuration(**where, restrictions=restrictions)
        found = why("tinydate")
        assert found["kind"] == "kept_out"
        assert (
            "The origin configuration of tinydate in acme/curated keeps out what comes from acme/pypi-store"
            in (found["text"])
        )
        assert fact(found, "Kept out") == "acme/pypi-store, public:pypi"
        assert "codeartifact:PutPackageOriginConfiguration" in found["text"]

    def test_an_own_upload_of_a_public_name_keeps_the_public_versions_out(self, why, world, curated):
        build_wheel(world.packages_dir_of(curated), "tinydate", "1.0")
        assert why("tinydate")["version"] == "1.0"
        found = why("tinydate==2.9.0")
        assert found["kind"] == "kept_out"
        assert "acme/curated has tinydate 1.0." in found["text"]

    def test_by_a_package_group(self, why, world, curated, seeing_all):
        seeing_all(world)
        group = {"domain": "acme", "packageGroup": "/pypi//acme-*"}
        api(world).create_package_group(**group)
        api(world).update_package_group_origin_configuration(
            **group, restrictions={"EXTERNAL_UPSTREAM": "BLOCK"}
        )
        time.sleep(0.3)  # groups are eventually consistent
        found = why("acme-secrets")
        assert found["kind"] == "kept_out"
        assert (
            "The package group /pypi//acme-* (EXTERNAL_UPSTREAM: BLOCK) keeps out what comes from public:pypi"
            in (found["text"])
        )

    def test_by_a_group_that_lets_it_into_other_repositories_only(self, why, world, curated, seeing_all):
        seeing_all(world)
        group = {"domain": "acme", "packageGroup": "/pypi//acme-*"}
        api(world).create_package_group(**group)
        api(world).update_package_group_origin_configuration(
            **group,
            restrictions={"INTERNAL_UPSTREAM": "ALLOW_SPECIFIC_REPOSITORIES"},
            addAllowedRepositories=[
                {"repositoryName": "team-pypi", "originRestrictionType": "INTERNAL_UPSTREAM"}
            ],
        )
        time.sleep(0.3)  # groups are eventually consistent
        found = why("acme-secrets")
        assert found["kind"] == "kept_out"
        assert "INTERNAL_UPSTREAM: ALLOW_SPECIFIC_REPOSITORIES" in found["text"]

    def test_what_no_upstream_could_have_is_absent(self, why, world, seeing_all):
        seeing_all(world)
        where = {"domain": "acme", "repository": "shared-pypi", "format": "pypi", "package": "acme-nothing"}
        restrictions = {"publish": "ALLOW", "upstream": "BLOCK"}
        api(world).put_package_origin_configuration(**where, restrictions=restrictions)
        found = why("acme-nothing")
        assert (found["kind"], found["not_known"]) == ("absent", [])


def test_no_permission_to_read_the_index(why, table, aws):
    aws.faults(deny=["codeartifact:ReadFromRepository"])
    found = why(table)
    assert found["kind"] == "no_permission"
    assert "codeartifact:ReadFromRepository" in found["text"]


def test_no_permission_to_get_a_token(why, table, aws, environment):
    environment.ok("logout")
    aws.faults(deny=["codeartifact:GetAuthorizationToken"])
    found = why(table)
    assert found["kind"] == "no_permission"
    assert "codeartifact:GetAuthorizationToken" in found["text"]


@pytest.mark.parametrize(
    ("action", "what"),
    [
        ("DescribePackage", "Whether its origin configuration keeps versions out could not be seen"),
        ("ListPackageVersions", "Which status its versions have could not be seen"),
        ("DescribeRepository", "Which upstreams there are could not be seen"),
        ("GetAssociatedPackageGroup", "Whether a package group keeps it out could not be seen"),
    ],
)
def test_a_missing_permission_is_named_and_hides_no_other_fact(why, world, action, what):
    build_wheel(world.packages_dir, "acme-table", "1.0")
    world.faults(deny=[f"codeartifact:{action}"])
    found = why("acme-table==2")
    assert found["kind"] == "no_version"
    assert "acme/shared-pypi has acme-table 1.0." in found["text"]
    assert any(one.startswith(what) and f"codeartifact:{action}" in one for one in found["not_known"])
    assert f"not known   {what}" in found["text"]


def test_unknown_says_what_could_not_be_found_out(why, table, aws):
    assert why(table)["kind"] == "available"
    aws.faults(error=503, operations=["index:*"])
    found = why(table)
    assert found["kind"] == "unknown"
    assert "could not be found out" in found["text"]
    assert found["not_known"]


def test_unknown_where_what_is_known_against_it_cannot_be_looked_up(why, table, tmp_path):
    lost = {"SECURE_PYPI_MALWARE": "block", "SECURE_PYPI_OSV_DATABASE": str(tmp_path / "lost.zip")}
    found = why(table, **lost)
    assert found["kind"] == "unknown"
    assert "lost.zip" in " ".join(found["not_known"])


@pytest.mark.parametrize(
    "text", ["https://evil.example.com/a.whl", "a b", "pandas; python_version < '3'", "pandas==", ""]
)
def test_what_is_no_name_with_versions_is_refused(environment, text):
    assert environment.fails("why", text).strip()


def test_the_public_index_is_not_asked(environment, table):
    assert "asks the secure index only" in environment.fails("why", table, USE_SECURE_PYPI="false")
