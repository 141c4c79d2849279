"""How much is tried (a small part in continuous integration, all of it where SECUREPYPI_NIGHTLY is set), and a home."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import forked
import pytest
from disks import Disk, supported
from notebooks import empty

from jupyter_securepypi.demo import borrowing

sys.path.append(str(Path(__file__).parents[1] / "hub"))


@pytest.fixture
def disk(tmp_path):
    """A small disk of the test's own."""
    if not supported():
        pytest.skip("only root on Linux can mount a disk that is full or read-only")
    with Disk(tmp_path / "disk", kilobytes=512) as mounted:
        yield mounted


@pytest.fixture
def impatient(monkeypatch):
    """One attempt is enough to see a failure."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    monkeypatch.setenv("PIP_RETRIES", "0")


@pytest.fixture(scope="session")
def _environment(tmp_path_factory):
    found = borrowing.environment(tmp_path_factory.mktemp("faults") / "venv")
    found.with_name("uv").symlink_to(shutil.which("uv") or Path(sys.executable).with_name("uv"))
    return str(found)


@pytest.fixture
def environment(_environment):
    """The Python of an environment to install into; it sees what this one has, uv too."""
    yield _environment
    empty(_environment)


@pytest.fixture
def command(python):
    """Run ``jupyter securepypi`` with some words that install nothing; the answer has no traceback."""

    def run(*words, python=python, **variables):
        done = forked.run(
            [python, "-m", "jupyter_securepypi.cli", *map(str, words)],
            env={**os.environ, **variables},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return run
