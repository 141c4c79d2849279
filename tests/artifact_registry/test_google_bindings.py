"""The printed bindings suffice for readers and publishers, and give no more."""

from __future__ import annotations

import json
import shlex

import pytest

from jupyter_securepypi.emulator.samples import build_wheel

STRANGER = "stranger@acme-project.iam.gserviceaccount.com"
READER = "package-reader@acme-project.iam.gserviceaccount.com"


@pytest.fixture
def closed(google, login, monkeypatch):
    """A repository of the test's own that lets nobody in, and a stranger's login."""
    login("key", STRANGER)
    google.add_repository("own-pypi", readable=False)
    build_wheel(google.packages_dir_of("own-pypi"), "acme-closed", "1.0")
    monkeypatch.setenv("SECURE_PYPI_INDEX", google.repository_named("own-pypi"))


def publish(environment, folder):
    wheel = build_wheel(folder, "acme-published", "1.0")
    words = [environment.python, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", wheel]
    return environment.run("exec", "--", *words).returncode == 0


def test_a_reader_installs_and_a_publisher_publishes(environment, google, closed, tmp_path):
    member = f"serviceAccount:{STRANGER}"
    assert "downloadArtifacts" in environment.fails("install", "acme-closed")
    google.grant("own-pypi", json.loads(environment.ok("iam-policy", "reader", "--member", member, "--json")))
    assert [one["name"] for one in environment.install("acme-closed")] == ["acme-closed"]
    assert not publish(environment, tmp_path)
    google.grant(
        "own-pypi", json.loads(environment.ok("iam-policy", "publisher", "--member", member, "--json"))
    )
    assert publish(environment, tmp_path)


def test_commands_name_the_repository_and_every_member(environment, google):
    members = ("group:data@example.com", "user:me@example.com")
    said = environment.ok("iam-policy", "reader", *(word for one in members for word in ("--member", one)))
    assert [shlex.split(line) for line in said.splitlines()] == [
        [
            *("gcloud", "artifacts", "repositories", "add-iam-policy-binding", "shared-pypi"),
            *("--project=acme-project", "--location=europe-west1"),
            *(f"--member={member}", "--role=roles/artifactregistry.reader"),
        ]
        for member in members
    ]


def test_impersonation_is_bound_on_the_service_account(environment, google):
    words = ("iam-policy", "impersonator", "--role-arn", READER, "--member", "group:data@example.com")
    said = environment.ok(*words)
    assert said.startswith(
        f"gcloud iam service-accounts add-iam-policy-binding {READER} --project=acme-project "
    )
    assert "roles/iam.serviceAccountTokenCreator" in said
    # Whoever is impersonated is who reads.
    said = environment.ok("iam-policy", "reader", "--role-arn", READER)
    assert f"--member=serviceAccount:{READER}" in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("reader",), "Nobody is named"),
        (("reader", "--member", "allUsers"), "mean everybody"),
        (("impersonator", "--member", "user:me@example.com"), "which service account"),
        (
            ("promoter", "--member", "user:me@example.com"),
            "There is no policy 'promoter' for Artifact Registry",
        ),
    ],
)
def test_what_would_not_hold_is_refused(environment, google, words, told):
    assert told in environment.fails("iam-policy", *words)
