"""``glue``: a proven zip of wheels, and job arguments without a token."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import forked
import pytest

from jupyter_securepypi.clusters.glue import PYTHONS
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.emulator.samples import build_wheel

MARKER = "glue-marker-2718"
DAY = 86_400.0
LINUX = "cp311-cp311-manylinux_2_17_x86_64"


@pytest.fixture(scope="module")
def shared_index(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    wheels = tmp_path_factory.mktemp("wheels")
    old = time.time() - 90 * DAY
    build_wheel(wheels, "glue-app", "1.0", ["glue-lib>=1"], uploaded=old)
    build_wheel(wheels, "glue-lib", "1.2", uploaded=old, tag=LINUX)
    build_wheel(wheels, "glue-lib", "1.2", uploaded=old, tag="cp311-cp311-win_amd64")
    build_wheel(wheels, "glue-young", "1.0", uploaded=old)
    build_wheel(wheels, "glue-young", "2.0", uploaded=time.time() - DAY)
    build_wheel(wheels, "glue-windows", "1.0", uploaded=old, tag="cp311-cp311-win_amd64")
    build_wheel(wheels, "glue-new-libc", "1.0", uploaded=old, tag="cp311-cp311-manylinux_2_39_x86_64")
    with Emulator(packages=wheels, token_marker=MARKER) as running:
        yield running


@pytest.fixture
def folder(shared_index: Emulator, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with the variables for the emulated index."""
    shared_index.clear()
    for name, value in shared_index.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("UV_CACHE_DIR", str(tmp_path / "uv-cache"))
    work = tmp_path / "work"
    work.mkdir()
    return work


def glue(folder: Path, *needs: str, words: tuple[str, ...] = (), **variables: str) -> Any:
    (folder / "requirements.txt").write_text("\n".join(needs) + "\n")
    command = [sys.executable, "-m", "jupyter_securepypi.cli", "glue", "-r", "requirements.txt", *words]
    done = forked.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, text=True, timeout=120
    )
    assert MARKER not in done.stdout + done.stderr
    return done


def test_the_zip_has_the_wheels_that_the_job_takes_and_installs_without_an_index(folder: Path) -> None:
    done = glue(folder, "glue-app", words=("--to", "s3://acme-jobs/libs/"))
    assert done.returncode == 0, done.stderr
    path = folder / "packages.gluewheels.zip"
    with zipfile.ZipFile(path) as archive:
        assert sorted(archive.namelist()) == [
            "wheels/glue_app-1.0-py3-none-any.whl",
            f"wheels/glue_lib-1.2-{LINUX}.whl",
            "wheels/requirements.txt",
        ]
        archive.extractall(folder / "there")
    assert "--additional-python-modules s3://acme-jobs/libs/packages.gluewheels.zip" in done.stdout
    assert "--python-modules-installer-option --no-index" in done.stdout
    # As the job does it: no index, only what is in the zip.
    site = folder / "site"
    install = [sys.executable, "-m", "pip", "--isolated", "install", "--no-index", "--find-links", "wheels"]
    target = ["--target", str(site), "--python-version", "3.11", "--platform", "manylinux_2_17_x86_64"]
    subprocess.run(
        [*install, *target, "--only-binary", ":all:", "-r", "wheels/requirements.txt"],
        cwd=folder / "there",
        env={**os.environ, "PIP_CONFIG_FILE": os.devnull},
        check=True,
        capture_output=True,
    )
    assert (site / "glue_app.py").is_file()
    assert (site / "glue_lib.py").is_file()


def test_the_report_is_json_with_a_hash_for_each_file(folder: Path) -> None:
    done = glue(folder, "glue-app", words=("--json", "-o", "mine.gluewheels.zip"))
    report = json.loads(done.stdout)
    assert report["path"] == "mine.gluewheels.zip"
    assert {one["name"]: one["state"] for one in report["files"]} == {
        "glue-app": "fetched",
        "glue-lib": "fetched",
    }
    with zipfile.ZipFile(folder / "mine.gluewheels.zip") as archive:
        pins = archive.read("wheels/requirements.txt").decode()
    assert all(
        f"{one['name']}=={one['version']}  # sha256:{one['sha256']}\n" in pins for one in report["files"]
    )


def test_the_gate_stands_before_it(folder: Path) -> None:
    done = glue(folder, "glue-young", words=("--json",), SECURE_PYPI_MINIMUM_AGE="P7D")
    report = json.loads(done.stdout)
    assert [(one["name"], one["version"]) for one in report["files"]] == [("glue-young", "1.0")]
    assert [one["version"] for one in report["held_back"]] == ["2.0"]


@pytest.mark.parametrize(
    ("needs", "words", "said"),
    [
        ("glue-windows", (), "glue-windows"),
        ("glue-new-libc", (), "needs glibc 2.39, and Glue has 2.34"),
        ("glue-young>1", (), "is 1 day old"),
        ("no-such-package", (), "no-such-package"),
        ("glue-app @ https://packages.example.com/a.whl", (), "packages.example.com"),
        ("glue-app", ("-o", "wheels.zip"), "must end in .gluewheels.zip"),
        ("glue-app", ("--python", "3.9"), "no zip of wheels for Glue with Python 3.9"),
        ("glue-app", ("-o", "nowhere/packages.gluewheels.zip"), "Cannot write"),
    ],
)
def test_what_the_job_could_not_install_is_refused_and_nothing_is_written(
    folder: Path, needs: str, words: tuple[str, ...], said: str
) -> None:
    done = glue(folder, needs, words=words, SECURE_PYPI_MINIMUM_AGE="P7D")
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["requirements.txt"]


def test_the_page_names_the_versions_that_take_a_zip() -> None:
    page = Path(__file__).parents[2].joinpath("docs/glue.md").read_text(encoding="utf-8")
    cells = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("|")
    ]
    honoured = {row[1]: row[0].replace(", ", " and ") for row in cells if row[4].startswith("honoured")}
    assert honoured == PYTHONS
