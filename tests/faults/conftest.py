"""How much is tried (a small part in continuous integration, all of it where SECUREPYPI_NIGHTLY is set), and a home."""

from __future__ import annotations

import os
import site
import subprocess
import sys
from pathlib import Path

import pytest
from disks import Disk, supported

import jupyter_securepypi


@pytest.fixture(scope="session")
def nightly():
    return bool(os.environ.get("SECUREPYPI_NIGHTLY"))


@pytest.fixture
def disk(tmp_path):
    """A small disk of the test's own."""
    if not supported():
        pytest.skip("only root on Linux can mount a disk that is full or read-only")
    with Disk(tmp_path / "disk", kilobytes=512) as mounted:
        yield mounted


@pytest.fixture
def impatient(monkeypatch):
    """One attempt is enough to see a failure, and no setting of the machine's pip adds others."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_RETRIES", "0")


@pytest.fixture
def environment(tmp_path):
    """The Python of an environment to install into; it sees what this one has."""
    prefix = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(prefix)], check=True)
    [packages] = prefix.glob("lib/python*/site-packages")
    here = [*site.getsitepackages(), str(Path(jupyter_securepypi.__file__).parents[1])]
    (packages / "parent.pth").write_text(
        "".join(f"import site; site.addsitedir({folder!r})\n" for folder in here)
    )
    return str(prefix / "bin/python")


@pytest.fixture
def command():
    """Run ``jupyter securepypi`` with some words; the answer has no traceback."""

    def run(*words, **variables):
        done = subprocess.run(
            [sys.executable, "-m", "jupyter_securepypi.cli", *map(str, words)],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run
