"""A failed install ends with the answer to `why` for the package that failed, whichever engine failed."""

from __future__ import annotations

import re

from administered import WEEK, api, curated, world
from by_day import either_engine
from folder_index import source_archive
from osv_records import record

from jupyter_securepypi.emulator.samples import build_wheel

__all__ = ["curated", "world"]


def failing(environment, engine, *words, **variables):
    return environment.fails("install", "--engine", engine, *words, **variables)


@either_engine
def test_held_back_names_the_version_that_is_allowed(environment, engine, table):
    said = failing(environment, engine, "acme-table==1.1", **WEEK)
    assert "packages must be 7 days old here" in said
    assert "try   take acme-table 1.0, which is allowed; wait until then" in said
    assert "`jupyter securepypi why acme-table` lists what is allowed" in said


def test_held_back_malware_names_the_version_that_is_allowed(environment, engine, table, database):
    known = database(record("MAL-2026-1", table, versions=["1.1"]))
    variables = {"SECURE_PYPI_MALWARE": "block", "SECURE_PYPI_OSV_DATABASE": str(known)}
    said = failing(environment, engine, "acme-table==1.1", **variables)
    assert "MAL-2026-1" in said
    assert "take acme-table 1.0, which is allowed" in said


def test_what_is_kept_out_is_not_called_missing_only(environment, engine, world, curated):
    restrictions = {"publish": "ALLOW", "upstream": "BLOCK"}
    where = {"domain": "acme", "repository": "curated", "format": "pypi", "package": "tinydate"}
    api(world).put_package_origin_configuration(**where, restrictions=restrictions)
    said = failing(environment, engine, "tinydate")
    assert "tinydate is not in" in said
    assert (
        "The origin configuration of tinydate in acme/curated keeps out what comes from acme/pypi-store" in said
    )
    assert "codeartifact:PutPackageOriginConfiguration" in said


@either_engine
def test_an_archived_version_is_called_that(environment, engine, world):
    for version in ("1.0", "1.1"):
        build_wheel(world.packages_dir, "acme-table", version)
    where = {"domain": "acme", "repository": "shared-pypi", "format": "pypi", "package": "acme-table"}
    api(world).update_package_versions_status(**where, versions=["1.1"], targetStatus="Archived")
    said = failing(environment, engine, "acme-table==1.1")
    assert "acme-table 1.1 is Archived in acme/shared-pypi: nobody can download it" in said
    assert "ask for another version, for example acme-table==1.0" in said


@either_engine
def test_a_version_without_a_file_for_this_python_names_the_nearest_that_has_one(environment, engine, publish):
    publish("acme-wheels", "1.0", 90)
    publish("acme-wheels", "2.0", 90, tag="cp36-cp36m-manylinux1_x86_64")
    said = failing(environment, engine, "acme-wheels==2.0")
    assert re.search(r"acme-wheels has 2\.0, but no file for Python 3\.\d+ on ", said)
    assert "try   ask for acme-wheels==1.0" in said


@either_engine
def test_who_needs_what_failed_is_still_told(environment, engine, world):
    build_wheel(world.packages_dir, "acme-app", "1.0", ["acme-table>=1.1"])
    for version in ("1.0", "1.1"):
        build_wheel(world.packages_dir, "acme-table", version)
    where = {"domain": "acme", "repository": "shared-pypi", "format": "pypi", "package": "acme-table"}
    api(world).update_package_versions_status(**where, versions=["1.1"], targetStatus="Archived")
    said = failing(environment, engine, "acme-app")
    assert re.search(r"why   acme-app(==1\.0)? needs it; acme-table 1\.1 is Archived in acme/shared-pypi", said)


def test_a_yanked_version_is_called_that(environment, engine, world, curated):
    said = failing(environment, engine, "yankling>=1.1")
    assert "No version of yankling>=1.1 in " in said
    assert "yankling 1.1 is withdrawn (yanked): deletes what it reads." in said
    assert "take yankling 1.0, which is allowed" in said


@either_engine
def test_a_source_archive_only_names_the_nearest_version_with_a_wheel(environment, engine, packages):
    build_wheel(packages, "other", "1.0")
    source_archive(packages, "other")
    said = failing(environment, engine, "other==9.0", "--verify", "before")
    assert "nothing may be built here" in said
    assert "ask for other==1.0" in said


@either_engine
def test_a_misspelt_name_is_still_told_with_names_like_it(environment, engine, table):
    environment.ok("install", "--engine", engine, table)
    said = failing(environment, engine, "acme-tabel")
    assert "acme-tabel is not in" in said
    assert "did you mean acme-table?" in said


def test_a_failure_of_why_hides_no_failure(environment, engine, table, aws):
    """With neither API nor, after the first refusal, an index to ask, the install's own error stands."""
    aws.faults(deny=["codeartifact:Describe*", "codeartifact:List*"])
    said = failing(environment, engine, "acme-table==7")
    assert "No version of acme-table==7" in said
    assert "ask for one of those" in said
