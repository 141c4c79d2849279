"""An emulator, and a scratch home for clients that know nothing of it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import forked
import pytest
from throwaway import with_pip

from jupyter_securepypi.emulator import Emulator

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(
    scope="session",
    params=[pytest.param(False, id="http", marks=pytest.mark.nightly), pytest.param(True, id="https")],
)
def shared_emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    """By day over https; over http every other folder asks it, and test_aws_cli_codeartifact.py with the CLI."""
    with Emulator(tls=request.param) as emulator:
        yield emulator


@pytest.fixture
def emulator(shared_emulator: Emulator) -> Iterator[Emulator]:
    shared_emulator.clear()
    yield shared_emulator
    shared_emulator.clear()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def run(emulator: Emulator, home: Path) -> Run:
    """Run a client in the scratch home, with nothing of this process's environment but what it needs to start."""
    scripts = Path(sys.executable).parent

    def start(*command: str | Path, check: bool = True, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "HOME": str(home),
            "PATH": f"{scripts}{os.pathsep}{os.defpath}",
            "LANG": "C.UTF-8",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            # No pip file of this machine or of this interpreter's prefix: what a test wants, it says.
            "PIP_CONFIG_FILE": os.devnull,
            **emulator.environment(),
            **variables,
        }
        words = [str(word) for word in command]
        if words[0] == "uv":
            words[0] = str(scripts / words[0])
        elif words[0] in ("aws", "pip", "twine"):
            words[:1] = [sys.executable, "-m", {"aws": "awscli"}.get(words[0], words[0])]
        elif words[0] == "python":
            words[0] = sys.executable
        # As it is imported, the AWS CLI decides where it keeps what the role of a profile has given it.
        begin = subprocess.run if "--profile" in words else forked.run
        result = begin(words, env=environment, cwd=home, capture_output=True, text=True, timeout=120)
        if check:
            assert result.returncode == 0, result.stdout + result.stderr
        return result

    return start


@pytest.fixture(scope="session")
def own_pip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts of a fresh virtual environment, for clients that write where pip says.

    `pip config set` writes the file of its own prefix if there is one, and the prefix that runs the tests is not
    the tests' to write.
    """
    folder = tmp_path_factory.mktemp("own") / "venv"
    return with_pip(folder).parent


@pytest.fixture
def token(run: Run) -> str:
    command = "aws codeartifact get-authorization-token --domain acme --query authorizationToken --output text"
    return run(*command.split()).stdout.strip()


@pytest.fixture
def publisher(emulator: Emulator, run: Run) -> str:
    command = "aws codeartifact get-authorization-token --domain acme --query authorizationToken --output text"
    return run(*command.split(), **emulator.credentials("SecurePyPIPublishRole")).stdout.strip()
