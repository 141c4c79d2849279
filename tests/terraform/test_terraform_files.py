"""The command `terraform`: what it prints and writes, and what it does not overwrite."""

from __future__ import annotations

import sys

import forked
import pytest

ARN = "arn:aws:codeartifact:us-west-2:111122223333:repository/acme/shared-pypi"
GOOGLE = "projects/acme-data/locations/europe-west1/repositories/shared"
STUDIO = "arn:aws:iam::111122223333:role/Studio"
FILES = {"README.md", "main.tf", "on-start.sh", "outputs.tf", "variables.tf", "versions.tf"}


def run(*words, repository=ARN):
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "terraform", *map(str, words)]
    command += ["--repository", repository] if repository else []
    done = forked.run(command, capture_output=True, text=True, timeout=60)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def ok(*words, **more):
    done = run(*words, **more)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    return made


def contents(folder):
    return {one.name: one.read_text() for one in folder.iterdir()}


def test_it_prints_what_it_would_write(tmp_path):
    printed = ok("--readers", STUDIO)
    ok("--readers", STUDIO, "-o", tmp_path / "made")
    written = contents(tmp_path / "made")
    assert set(written) == FILES
    for name, text in written.items():
        assert f"# ---- {name}\n\n{text}" in printed


def test_the_configured_repository_is_the_default(monkeypatch):
    monkeypatch.setenv("CA_REPOSITORY_ARN", ARN.replace("shared-pypi", "team-pypi"))
    assert 'repository   = "team-pypi"' in ok("--readers", STUDIO, repository="")


def test_a_file_that_cannot_be_written_is_found_before_the_first_is(folder):
    (folder / "outputs.tf").symlink_to(folder / "nowhere" / "outputs.tf")
    assert run("--readers", STUDIO, "-o", folder).returncode == 1
    assert [one.name for one in folder.iterdir()] == ["outputs.tf"]


def test_the_same_again_changes_nothing(folder):
    ok("--readers", STUDIO, "-o", folder)
    before = {name: (folder / name).stat().st_mtime_ns for name in FILES}
    assert "6 of 6 are as they were" in ok("--readers", STUDIO, "-o", folder, "--force")
    assert {name: (folder / name).stat().st_mtime_ns for name in FILES} == before


def test_what_somebody_has_written_is_overwritten_by_force_only(folder):
    ok("--readers", STUDIO, "-o", folder)
    with (folder / "main.tf").open("a") as file:
        file.write("# ours\n")
    (folder / "outputs.tf").unlink()
    before = contents(folder)
    refused = run("--readers", STUDIO, "-o", folder)
    assert refused.returncode == 1
    assert "main.tf" in refused.stderr
    assert "--force" in refused.stderr
    assert contents(folder) == before
    assert "Wrote main.tf, outputs.tf. 4 of 6 are as they were." in ok(
        "--readers", STUDIO, "-o", folder, "--force"
    )
    assert "# ours" not in contents(folder)["main.tf"]


def test_other_files_in_the_folder_stay(folder):
    (folder / "backend.tf").write_text("# where the state is\n")
    ok("--readers", STUDIO, "-o", folder)
    assert (folder / "backend.tf").read_text() == "# where the state is\n"


def test_the_readme_says_the_command_that_writes_it_again(folder):
    words = ("--readers", STUDIO, "--upstream", "pypi-store", "--protect", "acme-*", "--no-studio")
    ok(*words, "-o", folder)
    said = contents(folder)["README.md"]
    assert (
        f"--repository {ARN} --readers {STUDIO} --upstream pypi-store --protect 'acme-*' --no-studio`" in said
    )
    assert str(folder) not in said


def test_nothing_reaches_public_packages_unless_asked():
    alone, beside, above = (
        ok("--readers", STUDIO, *words)
        for words in ((), ("--promote-from", "pypi-store"), ("--upstream", "pypi-store"))
    )
    assert "external_connections" not in alone
    assert "external_connections {" in beside
    assert "\n  upstream {" not in beside
    assert "jupyter securepypi promote -r requirements.txt --from pypi-store --to shared-pypi" in beside
    assert "\n  upstream {\n    repository_name = aws_codeartifact_repository.store.repository\n" in above


def test_studio_installs_the_pinned_wheel():
    digest = "ab" * 32
    assert f"--hash=sha256:{digest}" in ok("--readers", STUDIO, "--hash", f"sha256:{digest}")
    assert "aws_sagemaker_studio_lifecycle_config" not in ok("--readers", STUDIO, "--no-studio")


def test_a_text_is_never_read_as_an_expression():
    said = ok("--readers", "arn:aws:iam::111122223333:role/a", "--organization", "o-a1b2c3d4e5")
    assert "${path.module}" in said
    assert ok("--readers", "user:${file(x)}@acme.example", repository=GOOGLE).count("$${file(x)}") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Nobody is named who may install"),
        (("--writers", STUDIO), "Nobody is named who may install"),
        (("--readers", "Studio"), "not the ARN of a role"),
        (("--readers", STUDIO, "--writers", "Studio"), "not the ARN of a role"),
        (("--organization", "acme"), "not the id of an organisation"),
        (("--readers", STUDIO, "--upstream", "shared-pypi"), "cannot be its own upstream"),
        (("--readers", STUDIO, "--upstream", "x"), "repository name"),
        (("--readers", STUDIO, "--existing", "store"), "which store exists"),
        (("--readers", STUDIO, "--protect", "acme*"), "no pattern that a package group can cover"),
        (("--readers", STUDIO, "--read-role", "a role"), "not the name of a role"),
    ],
)
def test_what_cannot_be_is_refused(words, told):
    done = run(*words)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "Nobody is named who may install"),
        (("--readers", "allUsers"), "not a member whom a private index lets in"),
        (("--readers", "group:a@b.example", "--protect", "acme-*"), "nothing that --protect could describe"),
        (("--readers", "group:a@b.example", "--promote-from", "store"), "nothing that --promote-from could"),
        (("--readers", "group:a@b.example", "--upstream", "shared-own"), "the name of another repository"),
        (("--readers", "group:a@b.example", "--upstream", "Store"), "not the id of a repository"),
    ],
)
def test_what_artifact_registry_cannot_do_is_refused(words, told):
    done = run(*words, repository=GOOGLE)
    assert done.returncode == 1
    assert told in done.stderr
    assert done.stdout == ""


def test_any_other_index_is_refused():
    done = run("--readers", STUDIO, repository="https://packages.example.com/simple/")
    assert done.returncode == 1
    assert "neither a CodeArtifact repository nor one of Artifact Registry" in done.stderr
