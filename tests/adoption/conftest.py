"""An image without this package but with the bundle, where AWS answers under its own names."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from jupyter_securepypi.demo import borrowing
from jupyter_securepypi.demo.leaks import ProcessWatch, files_with
from jupyter_securepypi.emulator import Emulator
from jupyter_securepypi.sagemaker.bundle import write_bundle

# Of this run alone: other tests may run on the same machine, and the watch sees every process.
MARKER = f"LEAKED{secrets.token_hex(8)}TOKEN"
PARTS = {
    "SECURE_PYPI_DOMAIN": "acme",
    "SECURE_PYPI_DOMAIN_OWNER": "111122223333",
    "SECURE_PYPI_REPOSITORY": "shared-pypi",
    "SECURE_PYPI_ROLE_ACCOUNT": "675292366480",
    "USE_SECURE_PYPI": "true",
}


@pytest.fixture(scope="session")
def aws_by_name() -> Iterator[Emulator]:
    with Emulator(true_names=True, token_marker=MARKER) as running:
        yield running


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python with pip, boto3 and the AWS CLI, and its own `pip` first on the path."""
    folder = tmp_path_factory.mktemp("image")
    python = borrowing.bare(folder / "venv")
    borrowing.borrow(python, borrowing.folders(folder / "venv"), links=False)
    pip = python.with_name("pip")
    pip.write_text(f'#!/bin/sh\nexec {python} -m pip "$@"\n')
    pip.chmod(0o755)
    write_bundle(folder / "securepypi.pyz")
    return folder


class Job:
    """Runs a script as a job does, and remembers where a token showed."""

    def __init__(self, image: Path, aws: Emulator, folder: Path) -> None:
        self.image, self.aws, self.folder = image, aws, folder
        self.python = image / "venv/bin/python"
        self.packages = next((image / "venv/lib").glob("python*/site-packages"))

    def run(self, script: Path, **variables: str) -> tuple[str, dict[str, str], list[str]]:
        """Run `script` in a new home; return its output, the packages that came, and where a token showed."""
        home = self.folder / f"home-{len(list(self.folder.glob('home-*')))}"
        (home / "tmp").mkdir(parents=True)
        environment = {
            "PATH": f"{self.python.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.defpath}",
            "HOME": str(home),
            "TMPDIR": str(home / "tmp"),
            "LANG": "C.UTF-8",
            "PYTHONPATH": str(self.image / "securepypi.pyz"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            **self.aws.environment(),
            **PARTS,
            **variables,
        }
        del environment["CA_REPOSITORY_ARN"]
        with ProcessWatch(MARKER) as watch:
            done = subprocess.run(
                [str(self.python), *(["-m", "IPython"] if script.suffix == ".ipynb" else []), script.name],
                env=environment,
                cwd=script.parent,
                capture_output=True,
                text=True,
                timeout=150,
            )
        output = done.stdout + done.stderr
        assert done.returncode == 0, output
        shown = [*watch.hits, *map(str, files_with(MARKER, home, allowed=[]))]
        shown += ["output"] if MARKER in output else []
        return output, self._taken(), shown

    def _taken(self) -> dict[str, str]:
        """Return what was installed, and remove it."""
        found = {}
        for path in [*self.packages.glob("acme_*"), *self.packages.glob("__pycache__/acme_*")]:
            if path.suffix == ".dist-info":
                name, _, version = path.stem.partition("-")
                found[name] = version
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        return found


@pytest.fixture
def job(image: Path, aws_by_name: Emulator, tmp_path: Path) -> Iterator[Job]:
    aws_by_name.clear()
    yield Job(image, aws_by_name, tmp_path)
    aws_by_name.clear()


@pytest.fixture
def project(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Write files into a folder of their own."""

    def write(files: dict[str, str]) -> Path:
        folder = tmp_path / "project"
        folder.mkdir()
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(text.encode())
        return folder

    return write
