"""The doctor says whether an upstream could answer for what is published here, and closes it if it may."""

from __future__ import annotations

import boto3
import pytest

from jupyter_securepypi.emulator import Emulator

NAME = "own names"


@pytest.fixture(autouse=True)
def _kernel(prefix):
    """One kernel, so that none of this machine's own is looked at."""


@pytest.fixture
def emulator(home, monkeypatch):
    with Emulator() as emulator:
        for name, value in {**emulator.environment(), **emulator.credentials("AdministratorRole")}.items():
            monkeypatch.setenv(name, value)
        yield emulator


@pytest.fixture
def aws(emulator):
    """boto3's client of an administrator."""
    return boto3.session.Session().client(
        "codeartifact"
    )  # boto3's own session would keep the first test's keys


@pytest.fixture
def exposed(aws):
    """An upstream may answer for acme-core, beside this repository."""
    where = {"domain": "acme", "repository": "shared-pypi"}
    aws.update_repository(**where, upstreams=[{"repositoryName": "pypi-store"}])
    both = {"publish": "ALLOW", "upstream": "ALLOW"}
    aws.put_package_origin_configuration(**where, format="pypi", package="acme-core", restrictions=both)


def test_names_that_an_upstream_could_answer_for_are_a_finding(doctor, exposed):
    [check] = doctor()[NAME]
    assert check["ok"] is False
    assert "an upstream could answer for acme-core" in check["message"]
    assert "jupyter securepypi protect" in check["remedy"]
    assert check["fix"]["own_files"] is False


def test_the_fix_asks_first(doctor, exposed):
    found = doctor("--fix")
    assert found[NAME][0]["ok"] is False
    assert any(text.startswith(f"left alone: {NAME}: ") for text in doctor.answer["fixed"])
    assert doctor("--fix", "--yes")[NAME][0]["ok"]
    assert any("blocked: acme-core" in text for text in doctor.answer["fixed"])


def test_all_is_well_where_names_are_published_only(doctor, emulator):
    assert doctor()[NAME][0]["ok"]


def test_who_may_not_look_gets_a_note(doctor, exposed, emulator):
    emulator.faults(deny=["codeartifact:DescribeRepository"])
    [check] = doctor()[NAME]
    assert check["ok"] is None
    assert "codeartifact:DescribeRepository" in check["message"]


def test_an_index_of_another_kind_has_no_such_check(doctor, emulator, monkeypatch):
    monkeypatch.delenv("CA_REPOSITORY_ARN")
    monkeypatch.setenv("SECURE_PYPI_INDEX", "http://127.0.0.1:9/simple/")
    assert NAME not in doctor()
