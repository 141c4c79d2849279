"""Images that are really built: Buildah in its own storage, from a base image with this machine's Python."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from throwaway import unpack_pip

NEEDED = ("sh", "env", "cat", "rm", "mkdir")
BASE = "localhost/base"


def buildah() -> str:
    """Return the program; without it the test is skipped, or fails where SECUREPYPI_REQUIRE_CONFORMANCE is 1."""
    found = shutil.which("buildah")
    if found is None:
        if os.environ.get("SECUREPYPI_REQUIRE_CONFORMANCE") == "1":
            pytest.fail("buildah is not installed")
        pytest.skip("NOT CHECKED: no image was built, because buildah is not installed")
    return found


class Storage:
    """Images and containers in a folder, apart from the machine's own.

    Args:
        folder: the folder.
        lent: what every step finds at its own place and cannot change, though no image holds it.
    """

    def __init__(self, folder: Path, *lent: Path) -> None:
        self.folder = folder
        self._volumes = [f"--volume={one}:{one}:ro" for one in lent]
        self.program = buildah()
        # The driver vfs is everywhere, and copies all that is below a layer or a container.
        self.options = next(
            (found for found in map(self._options, ("overlay", "vfs")) if self._serves(found)),
            self._options("vfs"),
        )

    def _options(self, driver: str) -> list[str]:
        where = self.folder / driver
        return [f"--storage-driver={driver}", f"--root={where / 'root'}", f"--runroot={where / 'run'}"]

    def _serves(self, options: Sequence[str]) -> bool:
        """Whether a container of nothing can be made and mounted with them; it is removed again."""
        command = [self.program, *options]
        made = subprocess.run([*command, "from", "scratch"], capture_output=True, text=True, timeout=60)
        name = made.stdout.strip()
        return not made.returncode and all(
            not subprocess.run([*command, verb, name], capture_output=True, timeout=60).returncode
            for verb in ("mount", "rm")
        )

    def command(self, *words: str | Path) -> list[str]:
        """Return the words that run Buildah with this storage; a build runs in a chroot, with the host's network."""
        build = ["--isolation=chroot", "--network=host", "--pull-never"] if words[0] == "bud" else []
        lent = self._volumes if words[0] in ("bud", "run") else []
        return [self.program, *self.options, str(words[0]), *build, *lent, *map(str, words[1:])]

    def run(self, *words: str | Path) -> str:
        """Run Buildah and return what it printed."""
        done = subprocess.run(self.command(*words), capture_output=True, text=True, timeout=170)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def says(self, image: str, *words: str) -> str:
        """Return what a command prints in a container of `image`."""
        container = self.run("from", "--pull-never", image).strip()
        # Buildah itself finds no program in what is lent; a shell in the container does.
        return self.run("run", "--isolation=chroot", container, "--", "sh", "-c", 'exec "$@"', "sh", *words)

    def holding(self, text: str) -> list[str]:
        """Return the files of all layers, configurations and containers that hold `text`."""
        done = subprocess.run(
            ["grep", "--recursive", "--binary-files=text", "--files-with-matches", "--", text, self.folder],
            capture_output=True,
            text=True,
        )
        assert done.returncode in (0, 1), done.stderr
        return done.stdout.splitlines()


def root_with_python(folder: Path, *beside: Path) -> None:
    """Fill `folder` with a root that holds this Python, pip, a shell, and what modules in `beside` are linked to."""
    for name in ("tmp", "proc", "sys", "dev", "run", "etc", "root", "usr/bin"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "bin").symlink_to("usr/bin")
    base = Path(sys.base_prefix)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    library = base / "lib" / version
    # What is compiled comes along, or each step of a build would compile it again.
    _copy_tree(library, folder, "site-packages", "test", "idlelib", "tkinter", "*.a", "config-*")
    packages = folder / library.relative_to("/") / "site-packages"
    packages.mkdir(exist_ok=True)
    unpack_pip(packages)
    python = Path(os.path.realpath(base / "bin" / version))
    programs = [Path(shutil.which(name) or "") for name in NEEDED]
    modules = [*library.rglob("*.so"), *(path for tree in beside for path in tree.rglob("*.so"))]
    for path in {python, *programs, *_libraries([python, *programs, *modules])}:
        target = folder / str(path.parent)[1:] / path.name
        if path in programs:
            target = folder / "usr/bin" / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target)
    for name in ("python", "python3"):
        (folder / "usr/bin" / name).symlink_to(python)


def _copy_tree(tree: Path, folder: Path, *without: str) -> None:
    shutil.copytree(
        tree, folder / str(tree)[1:], symlinks=True, ignore=shutil.ignore_patterns(*without), dirs_exist_ok=True
    )


def _libraries(files: Sequence[Path]) -> set[Path]:
    found = set()
    for first in range(0, len(files), 100):
        done = subprocess.run(
            ["ldd", *map(str, files[first : first + 100])], capture_output=True, text=True, errors="replace"
        )
        found |= {Path(path) for path in re.findall(r"(?:=> |^\t)(/\S+)", done.stdout, re.MULTILINE)}
    return {path for path in found if path.is_file()}
