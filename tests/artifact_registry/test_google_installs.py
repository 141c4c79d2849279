"""Installing from and publishing to Artifact Registry, by real package managers, as with the first provider."""

from __future__ import annotations

import subprocess

import pytest

from jupyter_securepypi.emulator.samples import build_wheel
from jupyter_securepypi.sagemaker.bundle import MOST_BYTES, write_bundle

FEATURES = {"acme_features": "1.2.0", "acme_core": "1.4.0"}
PUBLISHER = "package-publisher@acme-project.iam.gserviceaccount.com"


def test_both_engines_install_and_prove_with_one_token(environment, google, engine):
    found = environment.install("--engine", engine, "acme-features")
    root = google.index_url.removesuffix("simple/")
    assert all(str(one["url"]).startswith(root) for one in found)
    assert environment.versions() == FEATURES
    environment.install("--engine", engine, "acme-plots")
    assert google.token_calls() == 1
    assert "acme-plots" in environment.ok("list")


def test_plain_pip_and_uv_find_the_index_and_the_token(environment, google, tmp_path):
    environment.ok("configure")
    for number, words in enumerate(
        ([environment.python, "-m", "pip", "install"], [environment.bin("uv"), "pip", "install"])
    ):
        site = tmp_path / f"site-{number}"
        done = subprocess.run([*words, "--target", site, "acme-features"], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        assert (site / "acme_core.py").is_file()
    assert google.token_calls() == 1


@pytest.mark.parametrize("client", ["twine", "uv"])
def test_exec_publishes_once_and_is_told_what_exists(environment, google, login, tmp_path, client):
    login("key", PUBLISHER)
    wheel = build_wheel(tmp_path, f"acme-by-{client}", "1.0")
    twine = [environment.python, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", wheel]
    words = twine if client == "twine" else [environment.bin("uv"), "publish", wheel]
    environment.ok("exec", "--", *words)
    assert (google.packages_dir / wheel.name).read_bytes() == wheel.read_bytes()
    again = environment.run("exec", "--", *twine)
    assert again.returncode != 0
    assert "400" in again.stdout + again.stderr


def test_a_reader_may_not_publish(environment, google, tmp_path):
    wheel = build_wheel(tmp_path, "acme-by-a-reader", "1.0")
    words = [environment.python, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar", wheel]
    assert environment.run("exec", "--", *words).returncode != 0
    assert not (google.packages_dir / wheel.name).exists()


def test_a_repository_that_lets_nobody_in_is_told_with_the_permission(environment, google, engine):
    said = environment.fails(
        "install", "--engine", engine, "acme-core", SECURE_PYPI_INDEX=google.repository_named("closed-pypi")
    )
    assert "artifactregistry.repositories.downloadArtifacts" in said


def test_a_token_that_the_index_no_longer_takes_is_renewed(environment, google, login, engine):
    login("user")
    environment.ok("refresh")
    google.revoke()
    environment.install("--engine", engine, "acme-core")
    assert google.token_calls() == 2


def test_a_virtual_repository_serves_a_strangers_higher_version(environment, google, engine):
    # What the doctor warns of: the remote upstream has a package with the name of ours.
    everything = google.repository_named("everything")
    found = environment.install("--engine", engine, "acme-core", SECURE_PYPI_INDEX=everything)
    assert [one["version"] for one in found] == ["99.0"]


def test_a_job_installs_with_a_bundle_of_this_provider_alone(environment, google, tmp_path):
    bundle = write_bundle(tmp_path, ["artifact_registry"])
    assert bundle.stat().st_size < MOST_BYTES
    words = [environment.python, bundle, "install", "acme-features"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "all from acme-project/shared-pypi" in done.stdout
    assert "LEAKEDTOKEN" not in done.stdout + done.stderr
    assert environment.versions() == FEATURES


def test_the_usual_bundle_says_which_provider_it_lacks(environment, google, tmp_path):
    done = subprocess.run(
        [environment.python, write_bundle(tmp_path), "install", "acme-core"], capture_output=True, text=True
    )
    assert done.returncode != 0
    assert "the providers here are codeartifact" in done.stderr, done.stderr
