"""What we write for Artifact Registry, by the real Terraform; nothing can answer, so it is kept in files."""

from __future__ import annotations

import pytest
from real_terraform import Terraform, terraform_python, write

__all__ = ["terraform_python"]
NAME = "projects/acme-data/locations/europe-west1/repositories/shared"
READERS = ("--readers", "group:data@acme.example", "domain:acme.example")
WRITERS = ("--writers", "serviceAccount:ci@acme-data.iam.gserviceaccount.com")


@pytest.fixture
def terraform(terraform_python, tmp_path):
    def make(*words, repository=NAME):
        write(tmp_path / "configuration", "--repository", repository, *words)
        return Terraform(terraform_python, tmp_path / "configuration", tmp_path / "scratch", {})

    return make


def test_a_virtual_repository_reaches_public_packages_where_that_is_asked_for(terraform):
    made = terraform(*READERS, *WRITERS, "--upstream", "pypi-store")
    assert made.formatted()
    made.done("validate")
    made.apply()
    assert made.changes_nothing()
    found = made.values()
    repositories = {one["repository_id"]: one for one in found.values() if "repository_id" in one}
    modes = {name: one["mode"] for name, one in repositories.items()}
    assert modes == {
        "shared": "VIRTUAL_REPOSITORY",
        "shared-own": "STANDARD_REPOSITORY",
        "pypi-store": "REMOTE_REPOSITORY",
    }
    [virtual] = repositories["shared"]["virtual_repository_config"]
    behind = {one["repository"]: one["priority"] for one in virtual["upstream_policies"]}
    assert behind == {repositories["shared-own"]["id"]: 100, repositories["pypi-store"]["id"]: 50}
    roles = {(one["repository"], one["role"], one["member"]) for one in found.values() if "member" in one}
    assert roles == {
        ("shared", "roles/artifactregistry.reader", READERS[1]),
        ("shared", "roles/artifactregistry.reader", READERS[2]),
        # Whoever publishes installs, too.
        ("shared", "roles/artifactregistry.reader", WRITERS[1]),
        ("shared-own", "roles/artifactregistry.writer", WRITERS[1]),
    }
    readme = (made.folder / "README.md").read_text()
    assert "does not protect your own\nnames" in readme


def test_otherwise_it_reaches_what_was_published_only(terraform):
    index = "https://europe-west1-python.pkg.dev/acme-data/shared/simple/"
    made = terraform(*READERS, repository=index)
    assert made.formatted()
    made.apply()
    assert made.changes_nothing()
    found = made.values()
    modes = {one["mode"] for one in found.values() if "mode" in one}
    assert modes == {"VIRTUAL_REPOSITORY", "STANDARD_REPOSITORY"}
    [virtual] = found["google_artifact_registry_repository.main"]["virtual_repository_config"]
    assert [one["id"] for one in virtual["upstream_policies"]] == ["own"]
    assert made.outputs() == {"index_url": index, "upload_url": index.replace("shared/simple", "shared-own")}
    assert "nothing of public PyPI can be installed" in (made.folder / "README.md").read_text()


def test_what_was_published_is_destroyed_by_whoever_means_it_only(terraform):
    made = terraform(*READERS)
    made.apply()
    refused = made.run("destroy", "-auto-approve")
    assert refused.returncode == 1
    assert "prevent_destroy" in refused.stdout + refused.stderr
    main = made.folder / "main.tf"
    main.write_text(main.read_text().replace("prevent_destroy = true", "prevent_destroy = false"))
    assert "Destroy complete" in made.done("destroy", "-auto-approve")
