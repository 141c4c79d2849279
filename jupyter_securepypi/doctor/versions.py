"""The checks for versions that do not fit together, or are too old."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

from packaging.version import Version

from .._version import __version__
from ..core.check import Check
from ..core.environment import PythonEnvironment
from ..core.pip.log import FIRST_WITH_REPORT, version_of

_FRONT_END = "jupyter-securepypi"
# The same bounds as in pyproject.toml; an image may have been built without checking them.
_NEEDED = {"jupyter_server": "2.15", "ipython": "8"}


def versions(environments: Iterable[PythonEnvironment]) -> list[Check]:
    """Return the checks of this package, its front end, its dependencies, and the pip of each kernel."""
    return [_front_end(), *map(_library, _NEEDED), *_pips(environments)]


def _front_end() -> Check:
    from jupyter_core.paths import jupyter_path

    for folder in jupyter_path("labextensions"):
        file = Path(folder, _FRONT_END, "package.json")
        try:
            version = str(json.loads(file.read_bytes())["version"])
        except (OSError, ValueError, LookupError, TypeError):
            continue
        # npm writes 1.0.0-rc.1 where Python writes 1.0.0rc1.
        if re.sub("[-.]", "", version) == re.sub("[-.]", "", __version__):
            return Check.passed("front end", f"{version}, as this package")
        message = f"the panel is {version}, this package {__version__}"
        return Check.failed("front end", message, "reinstall jupyter_securepypi, and reload the browser's page")
    return Check.untried("front end", f"the panel is not installed here; this package is {__version__}")


def _library(name: str) -> Check:
    try:
        version = metadata.version(name)
    except metadata.PackageNotFoundError:
        return Check.untried(name, "not installed here")
    needed = _NEEDED[name]
    if Version(version) >= Version(needed):
        return Check.passed(name, version)
    return Check.failed(
        name,
        f"{version} is older than {needed}",
        f"`jupyter securepypi install '{name}>={needed}'`; then restart",
    )


def _pips(environments: Iterable[PythonEnvironment]) -> list[Check]:
    first = ".".join(map(str, FIRST_WITH_REPORT))
    checks = []
    for kernel in environments:
        version = _pip(kernel.prefix) if kernel.prefix else ""
        if version and version_of(version) < FIRST_WITH_REPORT:
            message = f"pip {version} writes no report of origins; they are read from its log instead"
            remedy = f"{kernel.prefix}: python -m pip install 'pip>={first}'"
            checks.append(Check.failed(f"pip of {kernel.name}", message, remedy))
        elif version:
            checks.append(Check.passed(f"pip of {kernel.name}", version))
    return checks


def _pip(prefix: Path) -> str:
    """Return the version of an environment's pip from the name of its folder, or an empty string."""
    places = ["Lib/site-packages"] if sys.platform == "win32" else ["lib/python3*/site-packages"]
    for place in places:
        for folder in sorted(prefix.glob(f"{place}/pip-*.dist-info")):
            return folder.name[len("pip-") : -len(".dist-info")]
    return ""
