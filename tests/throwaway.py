"""Virtual environments for what the tests' own does not hold, thrown away with their folder."""

from __future__ import annotations

import ensurepip
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import NoReturn

import machine
import pytest

from jupyter_securepypi.demo import borrowing

_UV = str(Path(sys.executable).with_name("uv"))


class NotMade(Exception):
    """What a test needs cannot be had on this machine; the message says why, and of uv, ends with what it said."""


def not_made(error: NotMade) -> NoReturn:
    """Skip the test, or fail it where nothing may be missing."""
    if os.environ.get("SECUREPYPI_REQUIRE_CONFORMANCE") == "1":
        pytest.fail(str(error))
    pytest.skip(f"NOT CHECKED: {error}")


def environment(folder: Path, *requirements: str | Path) -> Path:
    """Make a virtual environment of `requirements` in `folder` and return its Python.

    Raises:
        NotMade: a requirement cannot be installed.
    """
    python = folder / "bin/python"
    uv("venv", "--python", sys.executable, folder)
    uv("pip", "install", "--python", python, *requirements)
    return python


def with_pip(folder: Path) -> Path:
    """Make a virtual environment in `folder` with what `python -m venv` puts there; return its Python.

    `ensurepip` unpacks the same wheels, by a pip that compiles them all: five seconds of a core.
    """
    python = borrowing.bare(folder)
    [packages] = folder.glob("lib/python*/site-packages")
    if not unpack_pip(packages):
        subprocess.run([python, "-m", "ensurepip", "--default-pip"], check=True)
        return python
    for name in ("pip", "pip3", f"pip{sys.version_info.major}.{sys.version_info.minor}"):
        script = python.with_name(name)
        script.write_text(
            f"#!{python}\nimport sys\n\nfrom pip._internal.cli.main import main\n\nsys.exit(main())\n"
        )
        script.chmod(0o755)
    return python


def unpack_pip(packages: Path) -> bool:
    """Unpack the wheels that this Python brings for new environments, of pip above all; False if it has none."""
    wheels = list(Path(ensurepip.__file__).with_name("_bundled").glob("*.whl"))
    for one in wheels:
        with zipfile.ZipFile(one) as archive:
            archive.extractall(packages)
    return bool(wheels)


def without(folder: Path, module: str, why: str) -> Path:
    """Make a virtual environment in `folder` that has what this one has but one module; return its Python.

    A module of that name stands in the environment's own packages, and its import fails with the message `why`: in a
    folder of PYTHONPATH it would hide nothing from our children.
    """
    python = borrowing.environment(folder)
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / f"{module}.py").write_text(f"raise ImportError({why!r})\n")
    return python


def wheel(folder: Path) -> Path:
    """Build this checkout's wheel into `folder`, with the front end that is there, and return it.

    Raises:
        NotMade: it cannot be built.
    """
    uv("build", "--wheel", "--out-dir", folder, Path(__file__).parents[1])
    [found] = folder.glob("*.whl")
    return found


def uv(command: str, *words: str | Path) -> None:
    """Run uv, with the registry that this machine's pip uses.

    Raises:
        NotMade: it failed; the message ends with what it said.
    """
    options = ("--quiet", "--no-config")
    done = subprocess.run(
        [_UV, command, *options, *map(str, words)],
        env=machine.registry(),
        capture_output=True,
        text=True,
        timeout=170,
    )
    if done.returncode:
        raise NotMade(f"uv {command} {' '.join(map(str, words))} failed: {done.stderr[-500:]}")
