"""What the doctor finds in Artifact Registry, and in files that were written as Google's tools advise."""

from __future__ import annotations

import json

import pytest

READ, LOOK = "artifactregistry.repositories.downloadArtifacts", "artifactregistry.repositories.get"
IMPERSONATE = "iam.serviceAccounts.getAccessToken"
READER = "package-reader@acme-project.iam.gserviceaccount.com"


def checks(environment, **variables):
    """Return the doctor's checks by name: for one name the first."""
    found = json.loads(environment.run("doctor", "--json", **variables).stdout)["checks"]
    return {one["name"]: one for one in reversed(found)}


def test_all_is_well_and_the_identity_is_named(environment, google):
    found = checks(environment)
    assert {name: found[name]["ok"] for name in (READ, LOOK, "Google credentials", "upstreams")} == {
        READ: True,
        LOOK: True,
        "Google credentials": True,
        "upstreams": True,
    }
    words = found["Google credentials"]["message"]
    assert words == "notebook@acme-project.iam.gserviceaccount.com (metadata server)"
    assert "AWS" not in json.dumps(found)


def test_a_service_account_that_may_not_be_used_is_told_by_its_permission(environment, google):
    google.trouble(denied=frozenset({IMPERSONATE}))
    found = checks(environment, SECURE_PYPI_ROLE_ARN=READER)
    assert found["Google credentials"]["ok"] is True
    assert found[IMPERSONATE]["ok"] is False
    assert READER in found[IMPERSONATE]["message"]
    assert found[READ]["ok"] is None


@pytest.mark.parametrize(
    ("trouble", "repository", "name", "told"),
    [
        ({}, "nowhere", LOOK, "There is no repository"),
        ({}, "closed-pypi", READ, "denied"),
        ({"api_disabled": True}, "shared-pypi", LOOK, "API of Google Cloud is disabled"),
        ({"perimeter": True}, "shared-pypi", LOOK, "VPC Service Controls"),
        ({"denied": frozenset({READ})}, "shared-pypi", READ, "denied"),
    ],
    ids=["unknown repository", "closed", "disabled API", "perimeter", "no reader"],
)
def test_why_the_index_refuses_is_told_apart(environment, google, trouble, repository, name, told):
    google.trouble(**trouble)
    found = checks(environment, SECURE_PYPI_INDEX=google.repository_named(repository))
    assert found[name]["ok"] is False
    assert told in found[name]["message"]
    assert found[name]["remedy"]


def test_a_virtual_repository_that_reaches_public_packages_is_a_finding(environment, google):
    found = checks(environment, SECURE_PYPI_INDEX=google.repository_named("everything"))["upstreams"]
    assert found["ok"] is False
    assert "public PyPI (by pypi-cache)" in found["message"]
    assert "shared-pypi" in found["message"]
    assert "priorities do not help" in found["remedy"]


def test_a_cache_of_public_packages_is_said_to_be_one(environment, google):
    found = checks(environment, SECURE_PYPI_INDEX=google.repository_named("pypi-cache"))["upstreams"]
    assert found["ok"] is None
    assert "public PyPI" in found["message"]


# What `gcloud artifacts print-settings python` prints, for pip.conf and .pypirc, without and with --json-key.
PRINTED = "[global]\nextra-index-url = https://europe-west1-python.pkg.dev/acme-project/shared-pypi/simple/\n"
WITH_KEY = PRINTED.replace("https://", "https://_json_key_base64:bWFkZS11cA/+a==@")


def test_the_settings_that_gcloud_prints_are_found(environment, google, home):
    file = home / ".config/pip/pip.conf"
    file.parent.mkdir(parents=True)
    file.write_text(PRINTED)
    (home / ".jupyter/jupyter_securepypi_config.py").unlink()  # it leaves kernels alone
    found = next(
        one["message"]
        for one in json.loads(environment.run("doctor", "--json").stdout)["checks"]
        if "extra" in one["message"]
    )
    assert str(file) in found
    assert "only an extra one for pip install" in found
    assert "strangers may publish" in found


def test_a_key_in_an_address_is_found_and_can_be_taken_out(environment, google, home):
    file = home / ".config/pip/pip.conf"
    file.parent.mkdir(parents=True)
    file.write_text(WITH_KEY)
    found = checks(environment)["addresses"]
    assert found["ok"] is False
    assert str(file) in found["message"]
    assert "bWFkZS11cA" not in json.dumps(found)
    environment.run("doctor", "--fix", "--yes")
    assert "bWFkZS11cA" not in file.read_text()


# What it prints for .pypirc with --json-key.
PYPIRC = """\
[distutils]
index-servers =
    shared-pypi

[shared-pypi]
repository: https://europe-west1-python.pkg.dev/acme-project/shared-pypi/
username: _json_key_base64
password: bWFkZS11cA==
"""


def test_a_key_in_pypirc_is_found_once_twine_is_a_client(environment, google, home):
    (home / ".pypirc").write_text(PYPIRC)
    (home / ".pypirc").chmod(0o600)
    config = home / ".jupyter/jupyter_securepypi_config.py"
    config.write_text(config.read_text() + 'c.SecurePyPI.clients.append("twine")\n')
    environment.ok("configure")
    said = environment.run("doctor", "--json").stdout
    found = [one for one in json.loads(said)["checks"] if "Twine" in one["message"] and one["ok"] is False]
    assert any(".pypirc" in one["message"] + one["name"] for one in found), found
    assert "bWFkZS11cA" not in said
