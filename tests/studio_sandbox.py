"""A folder that looks to the start script as a Studio app's container does."""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import lru_cache
from importlib import metadata
from pathlib import Path

from jupyter_securepypi.demo import borrowing

# What the script's Python needs, as an image brings it along, with their metadata.
IMAGE = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "python_dateutil", "six", "urllib3", "pip")
# Of botocore's service models, those that the script asks.
_SERVICES = ("sts", "codeartifact", "s3")
# What imports, and so compiles, the modules that a start of the script uses.
_CLIENTS = "; ".join(f"boto3.client({name!r}, 'us-west-2')" for name in _SERVICES)
_USED = (
    ("-m", "pip", "install", "--no-index", "--no-deps", "a-package-that-is-nowhere"),
    ("-c", f"import boto3; {_CLIENTS}"),
)


class Studio:
    """A home, an image's Python environment, and the commands that Studio's images have.

    Args:
        root: an empty folder.
        image: distributions of this interpreter that the image has, None for all of them, or another prefix to copy.
    """

    def __init__(self, root: Path, image: Sequence[str] | Path | None = IMAGE) -> None:
        self.root = root
        self.home = root / "home/sagemaker-user"
        self.prefix = root / "opt/conda"
        self.commands = root / "usr/local/bin"
        self.temporary = root / "tmp"
        self.restarts = root / "restarts"
        for folder in (self.home, self.commands, self.temporary):
            folder.mkdir(parents=True)
        if image is None:
            borrowing.borrow(borrowing.bare(self.prefix), borrowing.folders(self.prefix))
        else:
            other = image if isinstance(image, Path) else _image(tuple(image))
            shutil.copytree(other, self.prefix, symlinks=True, copy_function=_link)
        self.python = self.prefix / "bin/python"
        [self.packages] = self.prefix.glob("lib/python3*/site-packages")
        self.command("sudo", 'exec "$@"')
        self.command("restart-jupyter-server", f'echo "$#" >> {self.restarts}')

    def command(self, name: str, body: str) -> None:
        """Give the image a command."""
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{body}\n")
        path.chmod(0o755)

    def run(
        self, script: str | Path, timeout: float = 120, **variables: str
    ) -> subprocess.CompletedProcess[str]:
        """Run `script` as Studio does when an app starts; output is what CloudWatch would get."""
        path = Path(script)
        return subprocess.run(
            ["bash", str(path)],
            cwd=self.home,
            env={
                "HOME": str(self.home),
                "XDG_CONFIG_DIRS": str(self.root / "etc/xdg"),
                "PATH": f"{self.commands}{os.pathsep}{os.defpath}",
                "TMPDIR": str(self.temporary),
                "LANG": "C.UTF-8",
                **variables,
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=timeout,
        )

    def version(self, name: str = "jupyter_securepypi") -> str:
        """Return the version of a distribution that is among the image's packages, or an empty string."""
        found = metadata.distributions(name=name, path=[str(self.packages)])
        return next((one.version for one in found), "")

    def files(self) -> dict[Path, bytes]:
        """Return every file that an app's user could read afterwards, and its bytes."""
        return {
            path: path.read_bytes()
            for path in self.root.rglob("*")
            if path.is_file() and not path.is_symlink() and not path.is_relative_to(self.prefix / "bin")
        }


@lru_cache
def _image(image: tuple[str, ...]) -> Path:
    """Return the prefix of an environment that holds these distributions, for copies; what pip imports is compiled."""
    root = Path(tempfile.mkdtemp(prefix="image-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    prefix = root / "conda"
    python = borrowing.bare(prefix)
    [packages] = prefix.glob("lib/python3*/site-packages")
    installed = borrowing.folders(prefix)
    for name in image:
        found = [
            path
            for folder in installed
            for pattern in (name, f"{name}.py", f"{name}-*.dist-info")
            for path in folder.glob(pattern)
        ]
        assert found, f"this interpreter has no {name}"
        for path in found:
            _bring(path, packages / path.name)
    for words in _USED:
        subprocess.run(
            [python, *words], capture_output=True, stdin=subprocess.DEVNULL
        )  # whether it succeeds or not
    return prefix


def _bring(source: Path, target: Path) -> None:
    """Put a copy of `source` in place: what pip removes there must not be this interpreter's."""
    if source.is_file():
        _link(str(source), str(target))
        return

    def skipped(folder: str, names: list[str]) -> list[str]:
        if Path(folder) == source / "data":
            return [name for name in names if Path(folder, name).is_dir() and name not in _SERVICES]
        return ["__pycache__"]

    shutil.copytree(source, target, ignore=skipped, copy_function=_link)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)
