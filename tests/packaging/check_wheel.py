"""Checks what is inside built archives: ``python -m tests.packaging.check_wheel dist/*``.

A wheel must bring everything that an environment needs at run time, and nothing of the workshop. An sdist must
bring a front end that is already built, so that it installs without one being built, and no tests.
"""

from __future__ import annotations

import fnmatch
import json
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

LABEXTENSION = "share/jupyter/labextensions/jupyter-securepypi"
MEBIBYTE = 1024 * 1024


class Contents(NamedTuple):
    """What an archive of one kind must hold, must not hold, and may weigh (bytes)."""

    required: list[str]
    forbidden: list[str]
    largest: int


_WORKSHOP = ["*/node_modules/*", "*/.yarn/*", "*/lib-test/*", "*.tsbuildinfo", "*.pyc", "*/.git/*", "*.js.map"]
# A development build of the front end leaves the last one, which names folders of the machine.
_WORKSHOP.append("*/build_log.json")

WHEEL = Contents(
    required=[
        "jupyter_securepypi/__init__.py",
        "jupyter_securepypi/_version.py",
        "jupyter_securepypi/administration/terraform/templates/artifact_registry.in",
        "jupyter_securepypi/administration/terraform/templates/codeartifact.in",
        "jupyter_securepypi/builds/templates/github-aws.yml.in",
        "jupyter_securepypi/builds/templates/pip.dockerfile.in",
        "jupyter_securepypi/cli/__init__.py",
        "jupyter_securepypi/core/__init__.py",
        "jupyter_securepypi/demo/Welcome.ipynb",
        "jupyter_securepypi/py.typed",
        "jupyter_securepypi/rollout/google.sh.in",
        "jupyter_securepypi/rollout/start_aws.py",
        "jupyter_securepypi/rollout/start_google.py",
        "jupyter_securepypi/rollout/start_program.py",
        "jupyter_securepypi/rollout/studio.sh.in",
        "jupyter_securepypi/server/events/installs.yaml",
        "jupyter_securepypi/server/events/kernels.yaml",
        "jupyter_securepypi/server/events/token.yaml",
        "jupyter_securepypi/server/openapi.yaml",
        "*.data/data/etc/ipython/startup/50-jupyter_securepypi.py",
        "*.data/data/etc/jupyter/jupyter_server_config.d/jupyter_securepypi.json",
        f"*.data/data/{LABEXTENSION}/install.json",
        f"*.data/data/{LABEXTENSION}/package.json",
        f"*.data/data/{LABEXTENSION}/static/remoteEntry.*.js",
        f"*.data/data/{LABEXTENSION}/static/style.js",
        f"*.data/data/{LABEXTENSION}/static/third-party-licenses.json",
        "*.dist-info/entry_points.txt",
        "*.dist-info/licenses/LICENSE",
    ],
    forbidden=[
        *_WORKSHOP,
        "tests/*",
        "labextension/*",
        "jupyter_securepypi/etc/*",
        "jupyter_securepypi/labextension/*",
        "*.ts",
        "*.tsx",
    ],
    largest=MEBIBYTE,
)

SDIST = Contents(
    required=[
        "*/CHANGELOG.md",
        "*/CONTRIBUTING.md",
        "*/SECURITY.md",
        "*/noxfile.py",
        "*/LICENSE",
        "*/PKG-INFO",
        "*/README.md",
        "*/jupyter_securepypi/__init__.py",
        "*/jupyter_securepypi/labextension/static/style.js",
        "*/labextension/.yarnrc.yml",
        "*/labextension/package.json",
        "*/labextension/src/index.ts",
        "*/labextension/yarn.lock",
        "*/pyproject.toml",
    ],
    forbidden=[*_WORKSHOP, "*/labextension/lib/*", "*/pictures/*", "*/tests/*"],
    largest=MEBIBYTE,
)


def problems_of(archive: Path) -> list[str]:
    """Return what is wrong with a wheel or an sdist, one sentence each; empty if nothing is."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            names = wheel.namelist()
            found = _compare(names, WHEEL)
            if not found:
                found = _versions_differ(wheel, names)
    else:
        with tarfile.open(archive) as sdist:
            found = _compare([member.name for member in sdist.getmembers() if member.isfile()], SDIST)
    largest = (WHEEL if archive.suffix == ".whl" else SDIST).largest
    if archive.stat().st_size > largest:
        found.append(f"weighs {archive.stat().st_size} bytes, more than {largest}")
    return found


def _compare(names: list[str], contents: Contents) -> list[str]:
    found = [f"lacks {pattern}" for pattern in contents.required if not fnmatch.filter(names, pattern)]
    for pattern in contents.forbidden:
        found += [f"must not hold {name}" for name in fnmatch.filter(names, pattern)]
    return found


def _versions_differ(wheel: zipfile.ZipFile, names: list[str]) -> list[str]:
    """The version has one place, and three readers: Python, pip and Lab must read the same."""
    (package,) = fnmatch.filter(names, f"*{LABEXTENSION}/package.json")
    (metadata,) = fnmatch.filter(names, "*.dist-info/METADATA")
    front_end = json.loads(wheel.read(package))["version"]
    found = []
    if f'__version__ = "{front_end}"' not in wheel.read("jupyter_securepypi/_version.py").decode():
        found.append(f"has a front end of version {front_end}, but another in _version.py")
    if f"\nVersion: {front_end}\n" not in wheel.read(metadata).decode().replace("\r\n", "\n"):
        found.append(f"has a front end of version {front_end}, but another in its metadata")
    return found


def main(arguments: list[str]) -> int:
    """Print a line for each problem of each archive; return 0 if there is none, 1 if there is, 2 on misuse."""
    if not arguments:
        print("usage: python -m tests.packaging.check_wheel ARCHIVE...", file=sys.stderr)
        return 2
    bad = False
    for archive in map(Path, arguments):
        found = problems_of(archive)
        bad = bad or bool(found)
        for problem in found:
            print(f"{archive.name}: {problem}")
        if not found:
            print(f"{archive.name}: good, {archive.stat().st_size} bytes")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
