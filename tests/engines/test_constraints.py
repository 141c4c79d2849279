"""Hashes beside a constraint that pins no version, as a company's pip configuration has it: both engines alike."""

from __future__ import annotations

import hashlib

import pytest
from by_day import pip_at_night
from folder_index import source_archive

from jupyter_securepypi.emulator.samples import build_wheel

PLACES = ("file", "variable", "option")
EVERYWHERE = pytest.mark.parametrize("constrain", PLACES, indirect=True)


@pytest.fixture
def constrain(request, home, environment):
    """Put a constraint in force, and return the words and the variables that an install needs for it."""
    where = getattr(request, "param", "variable")

    def put(text):
        path = home / "constraints.txt"
        path.write_text(f"{text}\n")
        if where == "file":
            (home / ".config/pip").mkdir(parents=True, exist_ok=True)
            (home / ".config/pip/pip.conf").write_text(f"[global]\nconstraint = {path}\n")
        words = ["-c", str(path)] if where == "option" else []
        return words, {"PIP_CONSTRAINT": str(path)} if where == "variable" else {}

    return put


@pytest.fixture
def hashed(environment, packages):
    """A requirements file of acme-features and what it needs, pinned and with hashes."""
    lines = [_pinned(packages, *one) for one in (("acme-features", "1.2.0"), ("acme-core", "1.4.0"))]
    path = environment.cwd / "hashed.txt"
    path.write_text("".join(lines))
    return path


def _pinned(packages, name, version):
    wheel = packages / f"{name.replace('-', '_')}-{version}-py3-none-any.whl"
    return f"{name}=={version} --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


@EVERYWHERE
def test_a_constraint_on_something_else_lets_hashed_requirements_be(environment, engine, hashed, constrain):
    words, variables = constrain("torch<=2.14.1")
    assert len(environment.install("--engine", engine, *words, "-r", hashed, **variables)) == 2
    assert environment.versions() == {"acme_core": "1.4.0", "acme_features": "1.2.0"}


def test_a_constraint_on_something_else_lets_a_lock_be_in_strict_mode(environment, engine, constrain):
    words, variables = constrain("torch<=2.14.1")
    (environment.cwd / "requirements.txt").write_text("acme-features\n")
    environment.ok("lock", "--engine", engine, "requirements.txt", **variables)
    strict = ["--engine", engine, "--verify", "before", *words, "-r", "pylock.toml"]
    assert len(environment.install(*strict, **variables)) == 2


def test_where_the_configuration_requires_hashes_it_is_the_same(environment, engine, hashed, constrain):
    words, variables = constrain("torch<=2.14.1")
    variables["PIP_REQUIRE_HASHES"] = "1"
    assert len(environment.install("--engine", engine, *words, "-r", hashed, **variables)) == 2
    environment.empty()
    environment.fails("install", "--engine", engine, *words, "acme-plots==0.3.0", **variables)
    assert environment.versions() == {}


@pytest.mark.parametrize(
    ("constrain", "there"),
    [
        *[pytest.param(one, False, id=f"new-{one}") for one in PLACES],
        pytest.param("variable", True, id="installed-variable"),
        *[
            pytest.param(one, True, id=f"installed-{one}", marks=pytest.mark.nightly)
            for one in ("file", "option")
        ],
    ],
    indirect=["constrain"],
)
def test_a_constraint_on_what_is_asked_for_holds(environment, engine, hashed, constrain, there):
    if there:
        environment.install("-r", hashed)
    words, variables = constrain("acme-core>=1.4")
    assert len(environment.install("--engine", engine, *words, "-r", hashed, **variables)) == 2 * (not there)
    if not there:
        environment.empty()
    words, variables = constrain("acme-core<1.4")
    said = environment.fails("install", "-q", "--engine", engine, *words, "-r", hashed, **variables)
    assert "What is asked for does not go together." in said
    assert "acme-core==1.4.0" in said
    assert "acme-core<1.4" in said
    assert "PIP_CONSTRAINT" in said
    assert len(environment.versions()) == 2 * there


@pip_at_night
def test_the_marker_of_a_constraint_decides(environment, engine, hashed, constrain):
    words, variables = constrain("acme-core<1.4; sys_platform == 'win32'")
    assert len(environment.install("--engine", engine, *words, "-r", hashed, **variables)) == 2


def test_a_wrong_hash_and_a_missing_one_are_still_refused(environment, engine, hashed, constrain):
    words, variables = constrain("torch<=2.14.1")
    right = hashed.read_text()
    [features] = [line for line in right.splitlines() if line.startswith("acme-features")]
    damaged = features[:-8] + "0" * 8
    for wrong in (right.replace(features, damaged), features, f"{right}acme-plots==0.3.0\n"):
        hashed.write_text(wrong)
        environment.fails("install", "--engine", engine, *words, "-r", hashed, **variables)
        assert environment.versions() == {}


def test_nothing_without_a_hash_is_built_to_find_that_out(environment, engine, packages, constrain, tmp_path):
    source_archive(packages, "other", tmp_path / "ran")
    build_wheel(packages, "other-user", "1.0", ["other"])
    (environment.cwd / "hashed.txt").write_text(_pinned(packages, "other-user", "1.0"))
    words, variables = constrain("torch<=2.14.1")
    words = ["--engine", engine, "--no-build-isolation", *words]
    environment.fails("install", *words, "-r", "hashed.txt", **variables)
    assert not (tmp_path / "ran").exists()
    # Where no hash is asked for it is built, or the above would prove nothing.
    environment.run("install", "--engine", engine, *words, "other-user", **variables)
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("said", ["-c loose.txt", "--require-hashes"])
def test_it_is_the_same_where_the_requirements_file_says_it(environment, engine, hashed, said):
    (environment.cwd / "loose.txt").write_text("torch<=2.14.1\n")
    hashed.write_text(f"{said}\n{hashed.read_text()}")
    words = ["--engine", engine, "-c", "loose.txt", "-r", hashed]
    assert len(environment.install(*words)) == 2
    hashed.write_text(hashed.read_text().replace("sha256:", "sha256:0", 1).replace(" --hash", "", 1))
    environment.empty()
    environment.fails("install", *words)
    assert environment.versions() == {}
