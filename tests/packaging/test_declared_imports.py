"""Every distribution that the package imports is declared, and what everybody imports is so for everybody."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "jupyter_securepypi"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# Where the module goes by another name than its distribution.
DISTRIBUTIONS = {
    "yaml": "pyyaml",
    "typing_extensions": "typing-extensions",
    "google": "google-auth",
    "cyclonedx": "cyclonedx-python-lib",
    "packageurl": "packageurl-python",
}
# Rooms for whom an extra is installed, and files that do without what they import.
EXTRAS = {"emulator": "demo", "demo": "demo"}
OPTIONAL = {
    "uv": "uv",
    "keyring": "keyring",
    "google-auth": "google",
    "libcst": "adopt",
    "cyclonedx-python-lib": "sbom",
    "packageurl-python": "sbom",
    "distributed": "dask",
    "cloudpickle": "dask",
    "psutil": "dask",
    "ray": "ray",
}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(requirements: list[str]) -> set[str]:
    return {canonical(re.split(r"[\s><=!~\[;]", text)[0]) for text in requirements}


def imported_by(file: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"jupyter_securepypi", "__future__"}


def test_what_is_imported_is_declared():
    always, extras = declared(PROJECT["dependencies"]), PROJECT["optional-dependencies"]
    seen: set[str] = set()
    missing = []
    for file in PACKAGE.rglob("*.py"):
        room = file.relative_to(PACKAGE).parts[0]
        known = always | declared(extras.get(EXTRAS.get(room, ""), []))
        for module in imported_by(file):
            name = canonical(DISTRIBUTIONS.get(module, module))
            seen.add(name)
            if name not in known and name not in declared(extras.get(OPTIONAL.get(name, ""), [])):
                missing.append(f"{file.relative_to(ROOT)}: {name}")
    assert len(seen) > 12
    assert not missing


def test_what_is_declared_is_used():
    used = {
        canonical(DISTRIBUTIONS.get(one, one)) for file in PACKAGE.rglob("*.py") for one in imported_by(file)
    }
    assert not declared(PROJECT["dependencies"]) - used
