"""Where benchmarks run: an emulated AWS, homes and environments of their own; all of it gone afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

from jupyter_securepypi.emulator import Emulator

from .harness import process

ROOT = Path(__file__).parents[2]
_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
_WHEELS = (
    "pandas",
    "scikit-learn",
    "matplotlib",
    "seaborn",
    "statsmodels",
    "networkx",
    "sqlalchemy",
    "xarray",
    "tqdm",
    "plotly",
    "sympy",
    "toolz",
    "cloudpickle",
    "humanize",
    "click",
)


class Place:
    """What benchmarks share, each part made when it is first asked for; a context manager.

    Args:
        quick: whether to be content with few rounds.
        wheels: a folder with real wheels that is there already, or None to download them.
    """

    def __init__(self, *, quick: bool = False, wheels: Path | None = None) -> None:
        self.quick = quick
        self._given_wheels = wheels
        self._stack = ExitStack()
        self._homes = 0
        self.folder = Path()

    def __enter__(self) -> Place:
        self.folder = Path(
            self._stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmarks-of-securepypi-"))
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def rounds(self, full: int, quick: int) -> int:
        """Return how many rounds are due."""
        return quick if self.quick else full

    @cached_property
    def aws(self) -> Emulator:
        """The emulated AWS that most share; who sets faults or lifetimes takes one of their own."""
        return self._stack.enter_context(Emulator())

    @contextmanager
    def own_aws(self, **options: Any) -> Iterator[Emulator]:
        """Yield an emulator that nobody else uses."""
        with Emulator(**options) as found:
            yield found

    def home(self, aws: Emulator | None = None, **variables: str) -> dict[str, str]:
        """Return the variables of a new, empty home that knows the repository, and no other of this machine's."""
        aws = aws or self.aws
        self._homes += 1
        home = self.folder / f"home-{self._homes}"
        home.mkdir()
        return {
            **{name: os.environ[name] for name in _KEPT if name in os.environ},
            "HOME": str(home),
            "JUPYTER_CONFIG_DIR": str(home / ".jupyter"),
            "JUPYTER_DATA_DIR": str(home / ".local/share/jupyter"),
            "JUPYTER_RUNTIME_DIR": str(home / ".local/share/jupyter/runtime"),
            "IPYTHONDIR": str(home / ".ipython"),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            **aws.environment(),
            "SECURE_PYPI_ROLE_ARN": aws.role_template,
            **variables,
        }

    def rival(self, aws: Emulator | None = None, **variables: str) -> dict[str, str]:
        """Return a new home for pip without us: the machine's other indexes are covered with an empty folder."""
        empty = self.folder / "empty"
        empty.mkdir(exist_ok=True)
        cover = {"PIP_EXTRA_INDEX_URL": empty.as_uri(), "PIP_FIND_LINKS": str(empty)}
        return self.home(aws, **cover, **variables)

    @cached_property
    def environment(self) -> Path:
        """The prefix of an environment with our run-time dependencies, a kernel, pip and uv, as a user has it."""
        wanted = ["-r", str(ROOT / "pyproject.toml"), "ipykernel", "pip", "uv"]
        prefix = self.throwaway("kernel", *wanted)
        (packages,) = prefix.glob("lib/python*/site-packages")
        (packages / "checkout.pth").write_text(f"{ROOT}\n", encoding="utf-8")
        # Compiled beforehand, or whoever comes first pays for it.
        process(
            [prefix / "bin/python", "-m", "compileall", "-q", packages], os.environ, self.folder, timeout=300
        )
        return prefix

    def throwaway(self, name: str, *wanted: str) -> Path:
        """Return the prefix of a new environment with these packages, installed as this machine's user would."""
        prefix = self.folder / "environments" / name
        uv = shutil.which("uv", path=sysconfig.get_path("scripts")) or "uv"
        for command in (
            [uv, "venv", "--quiet", "--no-config", "--python", sys.executable, str(prefix)],
            [uv, "pip", "install", "--quiet", "--no-config", "--python", str(prefix / "bin/python"), *wanted],
        ):
            process(command, os.environ, self.folder, timeout=300)
        return prefix

    def ours(self, *words: str, environ: dict[str, str], cwd: Path | None = None) -> str:
        """Run ``jupyter securepypi`` in `environment`, and return what it printed."""
        command = [str(self.environment / "bin/python"), "-m", "jupyter_securepypi.cli", *words]
        return process(command, environ, cwd or self.folder)

    def inside(self, *words: str) -> list[str]:
        """Return the command of a part of `inside`, in `environment`."""
        return [str(self.environment / "bin/python"), str(Path(__file__).with_name("inside.py")), *words]

    @cached_property
    def real_wheels(self) -> list[str]:
        """The names that draw some thirty real wheels into the emulated index, mirrored into it now."""
        folder = self._given_wheels or self.folder / "wheels"
        if not (folder.is_dir() and any(folder.iterdir())):
            command = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary", ":all:"]
            subprocess.run(
                [*command, "-d", str(folder), *_WHEELS],
                check=True,
                capture_output=True,
                timeout=400,
                cwd=self.folder,
            )
        for wheel in folder.glob("*.whl"):
            shutil.copy(wheel, self.aws.packages_dir)
        return list(_WHEELS)
