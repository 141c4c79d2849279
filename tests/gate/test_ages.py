"""Too young a version is held back, an older one taken, and everybody is told until when; alike with pip and uv."""

from __future__ import annotations

import json
import re
import time

import pytest
from by_day import either_engine
from folder_index import source_archive

from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

WEEK = {"SECURE_PYPI_MINIMUM_AGE": "7 days"}
UNTIL = r"is 2 days old, allowed from \d{1,2} [A-Z][a-z]+( \d{4})? \d\d:\d\d"


def installing(environment, engine, *words, **variables):
    return environment.ok("install", "--engine", engine, *words, **{**WEEK, **variables})


@either_engine
def test_the_newest_old_enough_is_taken_and_the_held_back_one_named(environment, engine, table):
    said = installing(environment, engine, table)
    assert environment.versions()["acme_table"] == "1.0"
    assert re.search(rf"Held back: acme-table 1\.1 {UNTIL}; 1\.0 was taken\.", said)


@pytest.mark.parametrize("age", ["P7D", "604800", "1 week", "6 days 24 hours"])
def test_an_age_may_be_written_in_any_of_these_forms(environment, engine, table, age):
    installing(environment, engine, table, SECURE_PYPI_MINIMUM_AGE=age)
    assert environment.versions()["acme_table"] == "1.0"


@pytest.mark.parametrize("age", ["0", "1 day"])
def test_what_is_old_enough_is_not_held_back(environment, engine, table, age):
    said = installing(environment, engine, table, SECURE_PYPI_MINIMUM_AGE=age)
    assert environment.versions()["acme_table"] == "1.1"
    assert "Held back" not in said


@either_engine
def test_a_pinned_young_version_is_refused_with_the_time_from_which_it_is_allowed(environment, engine, table):
    said = environment.fails("install", "--engine", engine, "acme-table==1.1", **WEEK)
    assert re.search(rf"Held back: acme-table 1\.1 {UNTIL}\. Nothing has been installed\.", said)
    assert "packages must be 7 days old here" in said
    assert "jupyter securepypi why acme-table" in said
    assert environment.versions() == {}


@either_engine
def test_a_young_dependency_is_passed_over_too(environment, engine, table, publish):
    publish("acme-app", "1.0", 30, ["acme-table"])
    said = installing(environment, engine, "acme-app")
    assert environment.versions() == {"acme_app": "1.0", "acme_table": "1.0"}
    assert re.search(rf"acme-table 1\.1 {UNTIL}; 1\.0 was taken", said)


def test_a_dependency_of_which_only_a_young_version_fits_is_what_is_named(environment, engine, table, publish):
    publish("acme-app", "1.0", 30, ["acme-table>=1.1"])
    said = environment.fails("install", "--engine", engine, "acme-app", **WEEK)
    assert re.search(rf"Held back: acme-table 1\.1 {UNTIL}", said)
    assert environment.versions() == {}


@either_engine
def test_many_young_versions_are_left_out_at_once(environment, engine, publish):
    for minor in range(30):
        publish("acme-often", f"2.{minor}", 1)
    publish("acme-often", "1.9", 90)
    installing(environment, engine, "acme-often")
    assert environment.versions()["acme_often"] == "1.9"


@pytest.mark.parametrize("names", ["acme-*", "Acme_Table", "other, acme-table"])
def test_no_age_applies_to_exempt_names(environment, engine, table, names):
    installing(environment, engine, table, SECURE_PYPI_MINIMUM_AGE_EXEMPT=names)
    assert environment.versions()["acme_table"] == "1.1"


@either_engine
def test_a_dry_run_and_json_say_it_too(environment, engine, table):
    said = json.loads(installing(environment, engine, "--json", "--dry-run", table))
    assert [one["version"] for one in said["packages"]] == ["1.0"]
    (held,) = said["held_back"]
    assert (held["name"], held["version"], held["kind"]) == ("acme-table", "1.1", "too_young")
    assert held["until"] > time.time()
    assert environment.versions() == {}


def test_the_history_keeps_what_the_gate_said(environment, engine, table):
    from jupyter_securepypi.install import history

    installing(environment, engine, table)
    environment.fails("install", "--engine", engine, "acme-table==1.1", **WEEK)
    refused, installed = history.read(2)
    assert not refused["ok"]
    assert [one["version"] for one in refused["gate"]] == ["1.1"]
    assert installed["ok"]
    assert [(one["kind"], one["held_back"]) for one in installed["gate"]] == [("too_young", True)]


@either_engine
def test_a_late_wheel_of_an_old_version_counts_by_its_own_age(environment, engine, publish):
    publish("acme-late", "1.0", 90, tag="cp36-cp36m-manylinux1_x86_64")
    publish("acme-late", "1.0", 1)
    said = environment.fails("install", "--engine", engine, "acme-late", **WEEK)
    assert "acme-late 1.0 is 1 day old" in said


@either_engine
def test_a_source_archive_runs_no_code_while_the_gate_is_on(environment, engine, packages, tmp_path):
    ran = tmp_path / "ran"
    source_archive(packages, "other", ran)
    said = environment.fails("install", "--engine", engine, "other", SECURE_PYPI_MINIMUM_AGE="1")
    assert "nothing may be built here" in said
    assert not ran.exists()


@pytest.mark.parametrize("value", ["soon", "-3", "7 moons", "40000 days", "true"])
def test_what_is_no_age_is_an_error_that_names_the_variable(environment, value):
    said = environment.fails("install", "acme-core", SECURE_PYPI_MINIMUM_AGE=value)
    assert "SECURE_PYPI_MINIMUM_AGE" in said
    assert "7 days" in said


class TestAnIndexThatTellsNoTimes:
    @pytest.fixture
    def old_index(self, environment, monkeypatch):
        with Emulator(html_index_only=True) as emulator:
            for name, value in emulator.environment().items():
                monkeypatch.setenv(name, value)
            monkeypatch.setenv("SECURE_PYPI_ROLE_ARN", emulator.role_template)
            build_wheel(emulator.packages_dir, "acme-table", "1.0", uploaded=time.time() - 90 * 86_400)
            yield emulator

    def test_it_is_refused(self, environment, engine, old_index):
        said = environment.fails("install", "--engine", engine, "acme-table", **WEEK)
        assert "acme-table 1.0 has an unknown age: the index does not say when it was uploaded" in said
        assert environment.versions() == {}

    def test_an_option_allows_it(self, environment, engine, old_index):
        installing(environment, engine, "acme-table", SECURE_PYPI_UNKNOWN_AGE="allow")
        assert environment.versions() == {"acme_table": "1.0"}


@either_engine
def test_what_the_engine_says_about_a_narrowed_request_is_not_shown(environment, engine, publish):
    publish("acme-young", "1.0", 2)
    done = environment.run("install", "--engine", engine, "acme-young", **WEEK)
    said = done.stdout + done.stderr
    assert "Held back: acme-young 1.0" in said
    for blame in ("conflicting", "No solution", "!=1.0", "ResolutionImpossible", "unsatisfiable"):
        assert blame not in said
